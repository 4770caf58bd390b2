// How facts of others reach a subject, and what self-cleaning makes of them.
// Internal to policy/.
#ifndef PROBITY_POLICY_SPREAD_H_
#define PROBITY_POLICY_SPREAD_H_

#include <string>

#include "policy/conditions.h"

namespace probity::policy {

// Links by which shares are held.
bool IsOwnership(v1::LinkType type);

// Whether the step holds at least a share; `path` names the step. Of a step
// whose share is not on record only a least share of 0 is known to be held.
Truth HasShare(const v1::RelationStep& step, double least, const std::string& path, Trace* trace);

// Whether a rule takes in a fact: its own always, one that came along a path
// when every step is a link of `spread` that holds on the asked day.
Truth Reaches(const v1::Spread& spread, const Context& context, const Unit& unit, Trace* trace);

// What the authority of the bundle knows a dossier to have come to by the asked
// day: UNSPECIFIED for one that is not assessed, was assessed later, or was
// assessed for others alone.
v1::SelfCleaningOutcome AssessedOutcome(const v1::SelfCleaning& dossier, const Context& context);

// What is known of self-cleaning for a ground that allows it. The latest
// assessment counts; of several of one day the worst.
v1::SelfCleaningState SelfCleaningOf(const v1::SubjectFact& fact, const Context& context);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_SPREAD_H_
