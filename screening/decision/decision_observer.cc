#include "screening/decision/decision_observer.h"

#include <algorithm>
#include <map>

namespace probity::screening {

DecisionTraits TraitsOf(const v1::DecisionCore& core, const v1::EvidenceBundle& bundle) {
  DecisionTraits traits;
  traits.verdict = core.verdict();
  std::map<std::string, v1::RuleEffect> rules;
  for (const v1::RuleFinding& finding : core.findings()) {
    v1::RuleEffect& gravest = rules[finding.rule_id()];
    gravest = std::max(gravest, finding.purchase_effect());
  }
  traits.rules.assign(rules.begin(), rules.end());
  for (const v1::SubjectEvidence& subject : bundle.subjects()) {
    for (const v1::IdentityCandidate& candidate : subject.candidates()) {
      traits.best_score = std::max(traits.best_score.value_or(0), candidate.score());
    }
  }
  return traits;
}

}  // namespace probity::screening
