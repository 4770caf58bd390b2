// Reads the events of the watch for one caller, from his cursor on.
#ifndef PROBITY_SERVICES_PORTFOLIO_FEED_READER_H_
#define PROBITY_SERVICES_PORTFOLIO_FEED_READER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "probity/v1/portfolio_service.pb.h"
#include "screening/watch/watch.h"
#include "services/portfolio/cursor.h"
#include "storage/store.h"

namespace probity::portfolio {

// Where it begins without a cursor.
enum class Begin { kOldest, kNow };

// Holds a place and nothing else: no view, no lock, no event.
class FeedReader {
 public:
  // `portfolio`: a resource name; empty: all of the authority's. Borrows the watch.
  //   INVALID_ARGUMENT / INVALID_FIELD, INVALID_CURSOR; NOT_FOUND /
  //   PORTFOLIO_NOT_FOUND; UNAVAILABLE / WATCH_UNAVAILABLE
  static absl::StatusOr<FeedReader> Open(const storage::Store& store, const screening::Watch& watch,
                                         const std::string& authority, absl::string_view portfolio,
                                         absl::string_view cursor, Begin begin);

  // The next events, at most `limit`; none only where there are no more yet.
  //   FAILED_PRECONDITION / CURSOR_EXPIRED; UNAVAILABLE / WATCH_UNAVAILABLE
  absl::StatusOr<screening::WatchedChanges> Next(size_t limit);

  // Goes on behind all that was read; behind one event of it.
  std::string CursorNow() const { return EncodeCursor(feed_, at_); }
  std::string CursorBehind(uint64_t event) const {
    return EncodeCursor(feed_, {at_.watch_id, event});
  }

 private:
  FeedReader(const screening::Watch& watch, Feed feed) : watch_(&watch), feed_(std::move(feed)) {}
  // Stands before the oldest event that is kept. Errors of Next().
  absl::StatusOr<screening::WatchedChanges> ReadFromOldest(size_t limit);
  absl::StatusOr<screening::WatchedChanges> Read(uint64_t after, size_t limit) const;

  const screening::Watch* watch_;
  Feed feed_;
  Cursor at_;
  bool from_oldest_ = false;
};

// Everything up to `point` was weighed, and its events were given; without revision and
// day where that is not known of any.
v1::WatchCheckpoint CheckpointOf(const screening::WatchPoint& point, absl::Time now);

}  // namespace probity::portfolio

#endif  // PROBITY_SERVICES_PORTFOLIO_FEED_READER_H_
