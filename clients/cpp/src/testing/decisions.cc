// What a test sets.
#include "absl/strings/strip.h"
#include "probity/client/testing.h"

namespace probity::client {
namespace {

v1::DecisionCore Core(v1::Verdict verdict, v1::RiskState risk) {
  v1::DecisionCore core;
  core.set_verdict(verdict);
  core.set_risk(risk);
  core.set_identity(v1::IDENTITY_STATE_CONFIRMED);
  core.set_evidence(v1::EVIDENCE_STATE_COMPLETE);
  return core;
}

v1::RuleFinding* AddFinding(absl::string_view rule, v1::RuleEffect effect, v1::DecisionCore* core) {
  v1::RuleFinding* finding = core->add_findings();
  finding->set_rule_id(std::string(rule));
  finding->set_legal_basis("Invented Act s. 1");
  finding->set_title("Set by the test");
  finding->set_subject("subject");
  finding->set_rule_effect(effect);
  finding->set_effect(effect);
  finding->set_purchase_effect(effect);
  return finding;
}

}  // namespace

v1::DecisionCore ClearDecision() { return Core(v1::VERDICT_CLEAR, v1::RISK_STATE_NONE_FOUND); }

v1::DecisionCore ReviewDecision(const std::vector<v1::ReviewReason>& reasons) {
  v1::DecisionCore core = Core(v1::VERDICT_REVIEW, v1::RISK_STATE_FACTS_TO_WEIGH);
  for (const v1::ReviewReason reason : reasons) {
    core.add_reasons(reason);
    AddFinding(absl::StripPrefix(v1::ReviewReason_Name(reason), "REVIEW_REASON_"),
               v1::RULE_EFFECT_REVIEW, &core)
        ->set_reason(reason);
  }
  return core;
}

v1::DecisionCore BlockDecision(const std::string& rule) {
  v1::DecisionCore core = Core(v1::VERDICT_BLOCK, v1::RISK_STATE_BINDING_GROUND);
  AddFinding(rule, v1::RULE_EFFECT_BLOCK, &core);
  return core;
}

Error FakeError(grpc::StatusCode code, v1::ErrorReason reason) {
  Error error;
  error.code = code;
  error.reason = std::string(absl::StripPrefix(v1::ErrorReason_Name(reason), "ERROR_REASON_"));
  error.domain = "probity";
  error.message = "the test has set " + error.reason;
  return error;
}

}  // namespace probity::client
