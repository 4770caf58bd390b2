// The verdict: a pure function from a closed bundle and a policy to a decision
// core. No clock, no store, no randomness: equal bundles give equal cores.
#ifndef PROBITY_POLICY_EVALUATE_H_
#define PROBITY_POLICY_EVALUATE_H_

#include "policy/compile.h"
#include "probity/v1/decision.pb.h"

namespace probity::policy {

// Version of the rules of evaluation, for Engine.evaluation. Grows by one with every change
// after which some bundle may come to another core; a bundle of an earlier one is evaluated
// as then (units.h), so that recorded decisions stay equal.
//   1  the first
//   2  a finding tells its rule's title and whether it is a freeze, the core whether any is
inline constexpr int kEvaluationVersion = 2;

// Everything of the core but bundle_digest. The bundle is read as it is: ids of
// facts are unique in it, `as_of` is a full day (else nothing is CLEAR, and
// as_of stands in not_checked).
//
// What holds whatever the policy says:
//  - nothing blocks that rests on a name alone, on an identity that is not
//    CONFIRMED, on a fact that is not in force or not established, on another
//    country's law, or, for a payment, on a rule that is no freeze;
//  - nothing is CLEAR without certain identities of all parties (ASSERTED where
//    the policy allows it and no name raises an alert), all that is required,
//    and a value for every rule about a fact on record;
//  - a waiver takes a BLOCK to REVIEW and no further, raises nothing, and leaves the
//    risk as it is; a supplier's reply changes no effect;
//  - certificates and audits are read by rules about requirements alone, and so
//    never change what a fact comes to.
v1::DecisionCore Evaluate(const CompiledPolicy& policy, const v1::EvidenceBundle& bundle);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_EVALUATE_H_
