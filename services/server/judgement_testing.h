// A server with a firm and a listed party of a like name, to be judged: for tests.
#ifndef PROBITY_SERVICES_SERVER_JUDGEMENT_TESTING_H_
#define PROBITY_SERVICES_SERVER_JUDGEMENT_TESTING_H_

#include <string>
#include <vector>

#include "services/server/review_testing.h"

namespace probity::server {

// A register, and a list that bars a party without identifiers, whose name is like that
// of a firm of the register.
class ReviewApiTest : public ReviewTest {
 protected:
  void SetUp() override {
    ReviewTest::SetUp();
    CreateDataset("reg");
    CreateDataset("list");
    Put("reg", Firm("heron", "Quarrelsome Heron Fisheries Ltd", "07654321"));
    PutListed("");
    Put("list", Debarment("ban", "vessel"));
    ActivateForBoth(R"(id: "test" version: "1" title: "Test" includes: "always-on"
      rules { id: "T-BAR" title: "Barred" legal_basis: "Test Act s. 1"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { all { conditions { in_force: true }
                     conditions { flag_type { types: FLAG_TYPE_DEBARMENT } } } }
        effect: RULE_EFFECT_BLOCK reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
        next_steps { action: NEXT_ACTION_HOLD } })");
  }

  void PutListed(const std::string& more, const std::string& name = "Quarrelsome Heron Fisheries") {
    Put("list", "key: 'vessel' supplier { names { text: '" + name + "' } " + more + " }");
  }

  static std::string Heron() {
    return "ref { identifier { scheme: 'GB-COH' value: '07654321' } } ";
  }
  v1::ScreenSupplierResponse Screen(const std::string& subject) {
    return Ask(&Screening::ScreenSupplier,
               Parse<v1::ScreenSupplierRequest>(
                   "subject { " + subject +
                   " } purchase { authority_country: 'GB' purpose: PURPOSE_AWARD }"));
  }
  std::string SupplierOf(const std::string& number) {
    v1::LookupSuppliersResponse found;
    EXPECT_TRUE(Lookup("GB-COH", number, &found).ok());
    return found.results(0).suppliers(0).name();
  }

  static std::string Says(const std::string& subject, const std::string& outcome,
                          const std::string& record = "datasets/list/records/vessel") {
    return "judgement { subject { " + subject + " } source_record: '" + record +
           "' outcome: JUDGEMENT_OUTCOME_" + outcome + " reason: 'the owners differ' }";
  }
  v1::CreateJudgementResponse Judge(const std::string& request) {
    return Ask(&Reviews::CreateJudgement, Parse<v1::CreateJudgementRequest>(request));
  }
  std::string RefusalToJudge(const std::string& request) {
    return Refusal(&Reviews::CreateJudgement, Parse<v1::CreateJudgementRequest>(request));
  }
  v1::Judgement Get(const std::string& name) {
    v1::GetJudgementRequest request;
    request.set_name(name);
    return Ask(&Reviews::GetJudgement, request).judgement();
  }
  v1::Judgement Withdraw(const std::string& name) {
    v1::WithdrawJudgementRequest request;
    request.set_name(name);
    request.set_reason("seen again");
    return Ask(&Reviews::WithdrawJudgement, request).judgement();
  }
  std::vector<std::string> Names(const std::string& request = "") {
    std::vector<std::string> names;
    const auto list = Ask(&Reviews::ListJudgements, Parse<v1::ListJudgementsRequest>(request));
    for (const v1::Judgement& one : list.judgements()) names.push_back(one.name());
    return names;
  }
  // Candidates of the subject, by record.
  static std::vector<std::string> CandidatesOf(const v1::ScreenSupplierResponse& answer) {
    std::vector<std::string> records;
    for (const v1::IdentityCandidate& one : answer.bundle().subjects(0).candidates()) {
      records.push_back(one.source_record());
    }
    return records;
  }

  static constexpr char kSubjectChanged[] = "JUDGEMENT_REOPENING_SUBJECT_CHANGED";
  const std::string vessel_ = "datasets/list/records/vessel";
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_JUDGEMENT_TESTING_H_
