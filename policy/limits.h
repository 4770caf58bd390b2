// Why an effect is less than a rule's own: the promises that hold whatever a
// policy says. Internal to policy/.
#ifndef PROBITY_POLICY_LIMITS_H_
#define PROBITY_POLICY_LIMITS_H_

#include "policy/units.h"

namespace probity::policy {

// Lowers finding.effect from rule_effect as far as the promises ask, and sets
// its limits, reason and self_cleaning. `reason` is the one that the rule gives.
void LimitEffect(const CompiledRule& rule, const Context& context, const Unit& unit,
                 v1::ReviewReason reason, v1::RuleFinding* finding);

// Sets finding.purchase_effect from its effect: what another party's ground
// comes to, and that nothing blocks while the supplier's identity is not
// certain.
void RollUpToPurchase(const CompiledRule& rule, const Context& context, const Unit& unit,
                      v1::RuleFinding* finding);

// True for the parties that can be replaced: sub-contractors, makers, agents,
// connected persons, and entities relied on (Directive 2014/24/EU art. 63(1)).
bool IsReplaceable(v1::PartyRole role);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_LIMITS_H_
