// Waivers of the authority for a subject of a purchase, as a bundle holds them.
#ifndef PROBITY_SCREENING_DECISION_WAIVED_H_
#define PROBITY_SCREENING_DECISION_WAIVED_H_

#include "absl/status/status.h"
#include "base/civil_day.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/purchase.pb.h"
#include "screening/decision/identity_evidence.h"
#include "storage/store.h"

namespace probity::screening {

// Adds those in force on `day` for whom `asked` led to, and for the vendor number by
// which it was asked. Of whatever rule and procedure: the policy chooses.
absl::Status AddWaivers(const storage::View& view, DayNumber day, const Identified& identified,
                        const v1::ScreenedSubject& asked, v1::SubjectEvidence* evidence);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_WAIVED_H_
