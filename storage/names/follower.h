// Reads names out of a store: all of them, or what is new behind a snapshot.
#ifndef PROBITY_STORAGE_NAMES_FOLLOWER_H_
#define PROBITY_STORAGE_NAMES_FOLLOWER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/matcher.h"
#include "storage/names/run_writer.h"
#include "storage/names/snapshot.h"
#include "storage/store.h"

namespace probity::storage {

// Holds a view of the revision it has reached, so that no change behind it is
// swept. Borrows store and matcher; for one thread, but for records_read().
class Follower {
 public:
  // `stopping` is asked at every record; when it says so the calls below end
  // with CANCELLED.
  Follower(const Store* store, const matching::Matcher* matcher, std::function<bool()> stopping);

  // Goes on from a snapshot of earlier days. FAILED_PRECONDITION when the store
  // no longer has its revision, or never had.
  absl::Status Adopt(const Snapshot& snapshot);

  // All that the readable revisions up to head show. Errors as of
  // Store::ForEachVersion.
  absl::StatusOr<Snapshot> Build(const SegmentMaker& make);

  // `base`, which was made or adopted last, and what is behind it: one revision
  // that changed much, or several that changed little. Head is behind it.
  // Errors as of Store::ForEachChange.
  absl::StatusOr<Snapshot> Advance(const SnapshotPtr& base, const SegmentMaker& make);

  // Of the running Build(). Thread-safe.
  uint64_t records_read() const { return records_read_; }

 private:
  using ViewPtr = std::shared_ptr<const View>;
  using Record = std::pair<uint32_t, std::string>;  // dataset, key
  using Changes = std::map<Record, std::vector<RecordHistory::Version>>;

  // Adds what `revision` changed; false, and nothing added, when it is much.
  absl::StatusOr<bool> Collect(uint64_t revision, Changes* changes) const;
  absl::Status Stream(uint64_t revision, RunWriter* writer) const;
  absl::StatusOr<ViewPtr> ViewOf(uint64_t revision) const;
  // `base` with what was written, at the revision of `view`, which is held from
  // now on.
  absl::StatusOr<Snapshot> Finish(const Snapshot& base, ViewPtr view, RunWriter* writer);

  const Store* const store_;
  const matching::Matcher* const matcher_;
  const std::function<bool()> stopping_;
  ViewPtr held_;
  std::atomic<uint64_t> records_read_{0};
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_FOLLOWER_H_
