// From what rules came to, to the verdicts about subjects, items and the
// purchase. Internal to policy/.
#ifndef PROBITY_POLICY_ROLLUP_H_
#define PROBITY_POLICY_ROLLUP_H_

#include <vector>

#include "policy/effects.h"
#include "policy/evidence_state.h"
#include "policy/next_steps.h"

namespace probity::policy {

// Whether a subject's identity, by itself, lets a verdict be CLEAR: CONFIRMED,
// or ASSERTED where the policy allows it and the search for names like it was
// whole and raised no alert.
bool IdentityAllowsClear(const Context& context, const v1::SubjectEvidence& subject);

// Sets verdict, identity, evidence, risk, subjects and items of the core.
void RollUp(const Context& context, const Asked& asked, const EvidenceFindings& evidence,
            v1::DecisionCore* core);

// The reasons that no rule gives.
std::vector<FormalReason> FormalReasons(const Context& context, const Asked& asked,
                                        const EvidenceFindings& evidence);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_ROLLUP_H_
