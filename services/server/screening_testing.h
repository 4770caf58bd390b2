// A server with a few firms, a list and a policy, that decides: for tests.
#ifndef PROBITY_SERVICES_SERVER_SCREENING_TESTING_H_
#define PROBITY_SERVICES_SERVER_SCREENING_TESTING_H_

#include <string>
#include <vector>

#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/testing.h"

namespace probity::server {

// A rule that bars whom a list debars, in the buyer's country, and one that wants
// a look at who bears a barred name.
inline constexpr char kTestPolicy[] = R"(
id: "test" version: "1" title: "Test"
includes: "always-on"
rules {
  id: "T-BAR" title: "Barred" legal_basis: "Test Act s. 1"
  discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
  when { all {
    conditions { in_force: true }
    conditions { flag_type { types: FLAG_TYPE_DEBARMENT } }
    conditions { stage { at_least: FLAG_STAGE_FINAL_ADMIN_DECISION } }
  } }
  effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
  next_steps { action: NEXT_ACTION_HOLD }
}
required_sources { dataset: "datasets/list" max_age_days: 30 }
)";

// A register of two firms, a list that bars one of them, and the policy.
class ScreeningTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    Fill();
  }

  // Decisions alone stand in the log, so that its size counts them.
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_record_acts(false);
    return config;
  }

  void Fill() {
    CreateDataset("reg");
    CreateDataset("list");
    Put("reg", Firm("good", "Tidewater Stationery Ltd", "04830352"));
    Put("reg", Firm("bad", "Brackish Kilns Ltd", "01234567"));
    Put("list",
        "key: 'bar' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'01234567' } } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION "
        "decided_on " +
            D("2025-01-01") + " listing_intervals { from " + D("2025-01-01") + " to " +
            D("2099-01-01") + " } }");
    Put("list", "key: 'vessel' supplier { names { text: 'Quarrelsome Heron Fisheries' } }");
    Put("list",
        "key: 'ban' risk_flag { subject { party { source_record: 'records/vessel' } } type: "
        "FLAG_TYPE_IMPORT_BAN_WRO stage: FLAG_STAGE_FINAL_ADMIN_DECISION listing_intervals { "
        "from " +
            D("2024-01-01") + " } }");
    v1::CreatePolicyRequest create;
    create.set_text(kTestPolicy);
    Ask(&Policies::CreatePolicy, create);
    v1::ActivatePolicyRequest activate;
    activate.set_name("policies/test");
    activate.set_label(v1::POLICY_LABEL_STABLE);
    Ask(&Policies::ActivatePolicy, activate);
  }

  static std::string Numbered(const std::string& number) {
    return "subject { ref { identifier { scheme: 'GB-COH' value: '" + number + "' } } } ";
  }
  static std::string Bought(const std::string& more = "") {
    return "purchase { authority_country: 'GB' purpose: PURPOSE_AWARD procedure: 'ocid-1' " + more +
           " } ";
  }
  static v1::ScreenSupplierRequest Request(const std::string& subject,
                                           const std::string& purchase = Bought()) {
    return Parse<v1::ScreenSupplierRequest>(subject + purchase);
  }
  v1::ScreenSupplierResponse Screen(const std::string& subject,
                                    const std::string& purchase = Bought()) {
    return Ask(&Screening::ScreenSupplier, Request(subject, purchase));
  }
  static std::vector<std::string> RulesOf(const v1::DecisionCore& core) {
    std::vector<std::string> rules;
    for (const v1::RuleFinding& finding : core.findings()) rules.push_back(finding.rule_id());
    return rules;
  }
  v1::ReplayDecisionResponse Replay(const std::string& name, v1::ReplayMode mode) {
    v1::ReplayDecisionRequest request;
    request.set_name(name);
    request.set_mode(mode);
    return Ask(&Screening::ReplayDecision, request);
  }
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_SCREENING_TESTING_H_
