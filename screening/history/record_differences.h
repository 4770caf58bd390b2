// How one record changed, as callers may see it.
#ifndef PROBITY_SCREENING_HISTORY_RECORD_DIFFERENCES_H_
#define PROBITY_SCREENING_HISTORY_RECORD_DIFFERENCES_H_

#include <optional>
#include <vector>

#include "probity/v1/load_preview.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::screening {

// The record as it leaves the server: counts of few people clamped.
v1::Record LeavingRecord(v1::Record record);

// True when nobody may see the record, whatever of it was once public: what it says in
// any segment of the row is restricted.
bool IsRestricted(const storage::v1::RecordRow& row);

// Fields of the record beside those of v1::Record, for datasets with editions:
//   listing[0].listed_from, listing[0].delisted_on   its listing intervals, in order
//   timeline[2016-09-30].…                           what it said in a listing's course,
//                                                    from that day on
// Paths without these are of what it said last. Without `with_fields`, that it changed
// is all that is told.
v1::RecordChange DescribeChange(const storage::RecordChange& change, bool with_fields);

// The same for callers, of changes of one dataset that lead from any revision to any:
// nullopt for a record that is restricted before or after, or in `newest`; without fields
// where the dataset may not be passed on, as `newest` says. `after_is_newest`: the changes
// lead to what `newest` says, which then is not read again. In order of key. Errors of the view.
absl::StatusOr<std::vector<std::optional<v1::RecordChange>>> ShownChanges(
    const std::vector<storage::RecordChange>& changes, const storage::View& newest,
    bool after_is_newest);
// The same of one that begins in `base`, the newest revision.
std::optional<v1::RecordChange> ShownChange(const storage::RecordChange& change,
                                            const storage::View& base);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_HISTORY_RECORD_DIFFERENCES_H_
