// Where the watch keeps what it derived: rows by key, written together or not at all.
//
// Nothing in it is the only copy of anything: screening/watch/ makes it again from the
// store. Keys and values are the watch's own (screening/watch/watch_rows.h).
//   RocksdbWatchDatabase    what probityd runs (storage/rocksdb/)
//   InMemoryWatchDatabase   for tests: loses what was not durable (storage/memory/)
#ifndef PROBITY_STORAGE_WATCH_WATCH_DATABASE_H_
#define PROBITY_STORAGE_WATCH_WATCH_DATABASE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::storage {

// One row written, or removed where there is no value.
struct WatchWrite {
  std::string key;
  std::optional<std::string> value;
};

// Thread-safe; readers do not wait for writers.
//   UNAVAILABLE / WATCH_UNAVAILABLE, DATA_LOSS / STORE_CORRUPT in all methods. After a
//   write that failed, nothing is written any more: open it again.
class WatchDatabase {
 public:
  virtual ~WatchDatabase() = default;

  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const = 0;

  // Visits the rows with begin <= key < end in order; false from `visit` ends it.
  using Visitor = std::function<bool(absl::string_view key, absl::string_view value)>;
  virtual absl::Status ForEach(absl::string_view begin, absl::string_view end,
                               const Visitor& visit) const = 0;

  // The last key with begin <= key < end; nullopt: there is none.
  virtual absl::StatusOr<std::optional<std::string>> LastKey(absl::string_view begin,
                                                             absl::string_view end) const = 0;

  // All of them or none. With `durable`, they outlast a loss of power when this returns;
  // without, they may be lost together with what was written later, in no other order.
  virtual absl::Status Write(const std::vector<WatchWrite>& writes, bool durable) = 0;

  // Writes the files anew, so that none holds what was overwritten or removed.
  virtual absl::Status Forget() const = 0;

  // Removes all rows.
  virtual absl::Status Clear() = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_WATCH_WATCH_DATABASE_H_
