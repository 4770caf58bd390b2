// Waivers: what two persons may set aside, where the law lets them. Internal to
// policy/.
#ifndef PROBITY_POLICY_WAIVE_H_
#define PROBITY_POLICY_WAIVE_H_

#include "policy/conditions.h"

namespace probity::policy {

// Applies the waiver of the unit's subject (of the supplier, where the unit has none)
// that holds longest, if any holds: in force on the day, of this rule and this
// procedure, before the contract ends, and by a derogation of the rule where it is
// mandatory. A BLOCK comes to REVIEW and says so; an effect of REVIEW stays, with the
// waiver as its reason. What something else limits, or rests on a name, is left alone.
void Waive(const CompiledRule& rule, const Context& context, const Unit& unit, Trace* trace,
           v1::RuleFinding* finding);

// True when the finding would block but for its waiver.
bool IsWaivedBlock(const v1::RuleFinding& finding);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_WAIVE_H_
