// The newest snapshot of the name index: what its threads and its readers share.
#ifndef PROBITY_STORAGE_NAMES_SHARED_SNAPSHOT_H_
#define PROBITY_STORAGE_NAMES_SHARED_SNAPSHOT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "storage/names/snapshot.h"

namespace probity::storage {

// Thread-safe. Get() waits for nobody.
class SharedSnapshot {
 public:
  SnapshotPtr Get() const { return std::atomic_load(&snapshot_); }

  // Makes the next snapshot out of the newest; one at a time. `taken` are the
  // segments that a merge is at work on: they must stay as they are.
  using Segments = std::set<SegmentPtr>;
  using Step =
      std::function<absl::StatusOr<Snapshot>(const SnapshotPtr& newest, const Segments& taken)>;
  absl::Status Replace(const Step& step) {
    absl::MutexLock writer(&writer_);
    absl::StatusOr<Snapshot> next = step(Get(), taken_);
    if (!next.ok()) return next.status();
    Put(*std::move(next));
    return absl::OkStatus();
  }

  // What is to be merged: some segments of a snapshot.
  struct Work {
    SnapshotPtr base;
    std::vector<size_t> inputs;
  };
  // Takes what `plan` says of the newest snapshot. Ends with Done(): with what
  // became of it, or with an error, which leaves all as it is.
  Work Take(const std::function<std::vector<size_t>(const Snapshot&)>& plan) {
    absl::MutexLock writer(&writer_);
    Work work{Get(), {}};
    work.inputs = plan(*work.base);
    for (const size_t i : work.inputs) taken_.insert(work.base->segments[i].view.segment);
    return work;
  }
  void Done(const absl::StatusOr<Merged>& merged) {
    absl::MutexLock writer(&writer_);
    taken_.clear();
    if (merged.ok()) Put(storage::Replace(*Get(), *merged));
  }
  // Keeps all others from replacing it meanwhile.
  void WhileStill(const std::function<void(const Snapshot&)>& look) {
    absl::MutexLock writer(&writer_);
    look(*Get());
  }

  // Waits until `condition` holds; false when `until` comes first. It is looked
  // at whenever there is another snapshot, and when Stop() is called.
  bool AwaitUntil(const std::function<bool()>& condition, absl::Time until) const {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithDeadline(absl::Condition(&condition), until);
  }

  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  bool stopping() const { return stopping_; }

 private:
  void Put(Snapshot snapshot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_) {
    absl::MutexLock lock(&mutex_);
    std::atomic_store(&snapshot_, std::make_shared<const Snapshot>(std::move(snapshot)));
  }

  absl::Mutex writer_ ABSL_ACQUIRED_BEFORE(mutex_);
  Segments taken_ ABSL_GUARDED_BY(writer_);
  mutable absl::Mutex mutex_;                                  // held for moments
  SnapshotPtr snapshot_ = std::make_shared<const Snapshot>();  // by std::atomic_load and -_store
  std::atomic<bool> stopping_{false};
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_SHARED_SNAPSHOT_H_
