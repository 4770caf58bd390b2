// The watch's rows in memory, for tests: as of a machine that can be switched off.
#ifndef PROBITY_STORAGE_MEMORY_IN_MEMORY_WATCH_DATABASE_H_
#define PROBITY_STORAGE_MEMORY_IN_MEMORY_WATCH_DATABASE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/watch/watch_database.h"

namespace probity::storage {

// A disk that outlives the databases opened on it. Thread-safe.
class InMemoryWatchDisk {
 public:
  // Asked before each write, with the number of writes before it: an error fails it,
  // and nothing of it is there.
  using Faults = std::function<absl::Status(uint64_t writes)>;

  std::unique_ptr<WatchDatabase> Open();
  // What was not durable is lost.
  void SwitchOff();
  // Everything is lost.
  void Erase();
  void SetFaults(Faults faults);
  uint64_t writes() const;

 private:
  friend class InMemoryWatchDatabase;
  using Rows = std::map<std::string, std::string>;

  mutable absl::Mutex mutex_;
  Rows rows_ ABSL_GUARDED_BY(mutex_);
  Rows durable_ ABSL_GUARDED_BY(mutex_);
  Faults faults_ ABSL_GUARDED_BY(mutex_);
  uint64_t writes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_MEMORY_IN_MEMORY_WATCH_DATABASE_H_
