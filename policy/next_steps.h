// What is to be done next, each once, in order. Internal to policy/.
#ifndef PROBITY_POLICY_NEXT_STEPS_H_
#define PROBITY_POLICY_NEXT_STEPS_H_

#include <string>
#include <vector>

#include "policy/effects.h"
#include "policy/evidence_state.h"

namespace probity::policy {

// A reason that no rule gives: of the identity, or of the evidence.
struct FormalReason {
  v1::ReviewReason reason = v1::REVIEW_REASON_UNSPECIFIED;
  v1::NextAction action = v1::NEXT_ACTION_UNSPECIFIED;
  v1::NextActor actor = v1::NEXT_ACTOR_OFFICER;
  std::string about;
  std::string rule_id;  // for what a rule could not check
};

// The steps of every rule that fired with an effect, else those of its reason;
// those that hearing, self-cleaning and replacing ask for; those of formal
// reasons. For a contract in force: what helps the workers first, termination
// last. `fired` in the order of the core.
std::vector<v1::NextStep> NextSteps(const Context& context, const std::vector<Fired>& fired,
                                    const std::vector<FormalReason>& formal);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_NEXT_STEPS_H_
