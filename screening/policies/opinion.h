// What a policy would have said over the facts that a decision recorded, though
// another one decided. Pure.
#ifndef PROBITY_SCREENING_POLICIES_OPINION_H_
#define PROBITY_SCREENING_POLICIES_OPINION_H_

#include <string>
#include <vector>

#include "policy/compile.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy_service.pb.h"

namespace probity::screening {

struct Opinion {
  // What the policy reads and the bundle does not hold, as UnmetNeed.need: then `core`
  // is empty, for it might be wrong.
  std::vector<std::string> unmet;
  // Without bundle_digest: it is no decision.
  v1::DecisionCore core;
};

// `decided` is the policy for which the bundle was gathered. Where nothing is unmet the
// core has verdict, rules and reasons that a decision by `policy` would have had on that
// day over that revision. Texts about persons that were erased do not matter: no rule
// reads them.
Opinion OpinionOf(const policy::CompiledPolicy& policy, const policy::CompiledPolicy& decided,
                  const v1::EvidenceBundle& bundle);

// Verdicts and the rules in which the two differ; of the decision itself nothing.
v1::PolicyDifference DifferenceOf(const v1::DecisionCore& stable,
                                  const v1::DecisionCore& candidate);
// Whether there is one: another verdict, or other rules.
bool Differs(const v1::PolicyDifference& difference);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_POLICIES_OPINION_H_
