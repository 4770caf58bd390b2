// Entries that wait, and the one thread that takes them in groups: while a group
// is written and synced, the next one gathers.
#ifndef PROBITY_STORAGE_EVIDENCE_APPEND_QUEUE_H_
#define PROBITY_STORAGE_EVIDENCE_APPEND_QUEUE_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage {

// An entry with all that could be computed before its turn.
struct WaitingEntry {
  EvidenceEntry entry;  // core and bundle stand in `body`, personal texts in `texts`
  AppendDone done;
  std::string body;   // serialised v1::DecisionBody
  std::string texts;  // serialised v1::PersonalTexts; empty: none
  std::string salt;
  std::string core_digest;
  std::string bundle_digest;
  std::string ends;  // of an act, as in its ActEntry, like the next two
  std::string lineage = {};
  uint64_t revision = 0;
};
// With a random salt.
WaitingEntry Prepare(EvidenceEntry entry, AppendDone done);
WaitingEntry Prepare(ActEntry entry, AppendDone done);

// Thread-safe.
class AppendQueue {
 public:
  struct Limits {
    size_t entries = 4096;             // that wait
    size_t bytes = size_t{128} << 20;  // of them; one entry is always taken
    size_t group_entries = 512;        // written at once
    size_t group_bytes = size_t{8} << 20;
    // While entries are announced, a group gathers for as long as this, or until it has
    // so many: then the sync, which costs the same for one as for all, is well shared.
    absl::Duration gathering = absl::Milliseconds(5);
    size_t gathered_entries = 32;
  };
  // Called on the queue's thread; calls the `done` of each entry.
  using Commit = std::function<void(std::vector<WaitingEntry>)>;

  AppendQueue(const Limits& limits, Commit commit);
  // Commits what waits.
  ~AppendQueue();
  AppendQueue(const AppendQueue&) = delete;

  // False, and nothing is taken, when too much waits.
  bool Push(WaitingEntry* entry);
  // As EvidenceLog::Announce().
  Announcement Announce();

 private:
  bool MayTake() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ending_ || !waiting_.empty(); }
  bool HasGathered() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return ending_ || announced_ == 0 || waiting_.size() >= limits_.gathered_entries;
  }
  std::vector<WaitingEntry> TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run();

  const Limits limits_;
  const Commit commit_;
  absl::Mutex mutex_;
  std::vector<WaitingEntry> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int announced_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_EVIDENCE_APPEND_QUEUE_H_
