// Suppliers' replies that the authority of a view received, and what they are worth at
// that view's revision.
#ifndef PROBITY_SCREENING_REPLIES_H_
#define PROBITY_SCREENING_REPLIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "probity/v1/reply.pb.h"
#include "screening/vendor_entry.h"
#include "storage/store.h"

namespace probity::screening {

// Limits of a reply.
inline constexpr size_t kMaxReplyBytes = 10000;
inline constexpr int kMaxReplyDocuments = 50;
inline constexpr size_t kMaxReplyDocumentBytes = 1000;

// Resource name of the one under `key`.
std::string ReplyName(absl::string_view authority, absl::string_view key);

// The row of that name as it is stored, with its name; also one that assesses or
// withdraws another. NOT_FOUND / REPLY_NOT_FOUND.
absl::StatusOr<v1::Reply> FindReply(const storage::View& view, const std::string& name);

// The replies to any of these flags or measures, weighed with assessments up to `day`,
// oldest first; rows that assess or withdraw others are left out. A withdrawal counts
// from its revision on, for every day.
absl::StatusOr<std::vector<v1::Reply>> RepliesTo(const storage::View& view,
                                                 const std::vector<std::string>& about,
                                                 DayNumber day);

// A stored row as it is worth on `day`; the row itself for one that assesses or
// withdraws another.
absl::StatusOr<v1::Reply> WeighReply(const storage::View& view, const v1::Reply& stored,
                                     DayNumber day);

// The row to store, without a name. Errors as SubmitReply's.
absl::StatusOr<v1::Reply> MakeReply(const storage::View& view, const v1::Reply& asked,
                                    const SetBy& recorded_by, DayNumber today);

// The row that assesses `reply`, which was weighed. Errors as AssessSelfCleaning's.
absl::StatusOr<v1::Reply> MakeAssessment(const v1::Reply& reply, v1::SelfCleaningOutcome outcome,
                                         const std::string& reasons, const SetBy& assessed_by,
                                         DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_REPLIES_H_
