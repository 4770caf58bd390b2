// Keys of the watch's rows. A byte for the table, then names, which hold no NUL:
//
//   m                                    storage.v1.WatchProgress
//   p authority NUL portfolio            storage.v1.WatchedPortfolioRow
//   v authority NUL portfolio | member   storage.v1.WatchedMemberRow
//   r authority NUL portfolio | member   storage.v1.WatchedReads
//   e authority NUL id:u64be             v1.VerdictChange
//
// so that members stand in order of their ids, and events in that of theirs.
#ifndef PROBITY_SCREENING_WATCH_ROWS_H_
#define PROBITY_SCREENING_WATCH_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "screening/watch/reads.h"
#include "screening/watch/watch.h"
#include "storage/watch/watch_database.h"

namespace probity::screening {

// The format of all rows; those of another one are made again.
inline constexpr uint32_t kWatchFormat = 1;

std::string ProgressKey();
std::string PortfolioRowKey(absl::string_view authority, absl::string_view portfolio);
std::string MemberRowKey(absl::string_view authority, absl::string_view portfolio,
                         absl::string_view member);
std::string ReadsKey(absl::string_view authority, absl::string_view portfolio,
                     absl::string_view member);
std::string EventKey(absl::string_view authority, uint64_t id);

// First and behind the last key of all members of a portfolio; of all an authority's
// events.
using KeyRange = std::pair<std::string, std::string>;
KeyRange MemberRowsOf(absl::string_view authority, absl::string_view portfolio);
KeyRange EventsOf(absl::string_view authority);

// Of the key of a member's row of either table; empty for another form.
MemberPlace PlaceOf(absl::string_view key);
// All rows of what members read and of what they are, tables and authorities in order.
KeyRange AllMemberRows();
// Which of the two.
bool IsReadsKey(absl::string_view key);

// The last part of a member's or an event's key; empty and 0 for another form.
absl::string_view MemberOfKey(absl::string_view key);
uint64_t EventOfKey(absl::string_view key);

// The row as it is written.
storage::WatchWrite Put(std::string key, const google::protobuf::MessageLite& row);
// Reads a row into `row`; false when there is none. Errors of the database; a row that
// cannot be read is DATA_LOSS / STORE_CORRUPT.
absl::StatusOr<bool> GetRow(const storage::WatchDatabase& database, const std::string& key,
                            google::protobuf::MessageLite* row);
absl::Status ParseRow(absl::string_view key, absl::string_view value,
                      google::protobuf::MessageLite* row);

// Hashes as they are kept; the row's own bytes in another form are none.
std::vector<ReadHash> HashesOf(const storage::v1::WatchedReads& reads);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_ROWS_H_
