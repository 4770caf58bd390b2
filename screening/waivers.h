// Waivers of the authority that a view is for, and what they are worth at that view's
// revision on a day.
#ifndef PROBITY_SCREENING_WAIVERS_H_
#define PROBITY_SCREENING_WAIVERS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "probity/v1/waiver.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Resource name of the one under `key`.
std::string WaiverName(absl::string_view authority, absl::string_view key);

// The row of that name as it is stored, with its name; also one that approves or
// revokes another. NOT_FOUND / WAIVER_NOT_FOUND.
absl::StatusOr<v1::Waiver> FindWaiver(const storage::View& view, const std::string& name);

// The waivers under any of these terms (storage::JudgementTerms), weighed for `day`,
// oldest first; rows that approve or revoke others are left out. The first approval
// counts. Revocations and what identifies the subject count from their revision on, for
// every day: what was known too late waives nothing.
absl::StatusOr<std::vector<v1::Waiver>> WaiversFor(const storage::View& view,
                                                   const std::set<std::string>& terms,
                                                   DayNumber day);

// A stored row as it is worth on `day`; the row itself for one that approves or revokes
// another.
absl::StatusOr<v1::Waiver> WeighWaiver(const storage::View& view, const v1::Waiver& stored,
                                       DayNumber day);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WAIVERS_H_
