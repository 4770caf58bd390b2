// What a test sets.
#include <stdexcept>
#include <string>

#include "absl/strings/strip.h"
#include "probity/client/testing.h"
#include "src/testing/error_codes.h"

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

std::string NameOf(v1::ErrorReason reason) {
  if (reason == v1::ERROR_REASON_UNSPECIFIED || !v1::ErrorReason_IsValid(reason)) {
    throw std::invalid_argument("FakeError: give a reason of ErrorReason, not " +
                                std::to_string(reason));
  }
  return std::string(absl::StripPrefix(v1::ErrorReason_Name(reason), "ERROR_REASON_"));
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

Error FakeError(v1::ErrorReason reason) {
  const auto known = fake::ErrorCodes().find(reason);
  if (known != fake::ErrorCodes().end()) return FakeError(known->second, reason);
  throw std::invalid_argument("FakeError: no call fails with " + NameOf(reason) +
                              ", it is of rows or loads; give a code before it if you mean it");
}

Error FakeError(grpc::StatusCode code, v1::ErrorReason reason) {
  if (code == grpc::StatusCode::OK) throw std::invalid_argument("FakeError: OK is no error");
  Error error;
  error.code = code;
  error.reason = NameOf(reason);
  error.domain = "probity";
  error.message = "the test has set " + error.reason;
  return error;
}

}  // namespace probity::client
