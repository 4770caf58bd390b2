// What a running server reads anew when it is told to (SIGHUP): each part registers itself
// once and is asked from then on. A part that cannot be read keeps what it had.
#ifndef PROBITY_SERVICES_RPC_RELOADS_H_
#define PROBITY_SERVICES_RPC_RELOADS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace probity::rpc {

// Thread-safe.
class Reloads {
 public:
  // Reads everything before it changes anything: after an error what was there before is in
  // use, whole.
  using Reload = std::function<absl::Status()>;
  // Hears of each part how it went.
  using Told = std::function<void(absl::string_view part, const absl::Status& status)>;

  // `part` is what operators know it by: the setting that names its file, as a rule. What
  // `reload` borrows outlives the last Run().
  void Add(std::string part, Reload reload);

  // Asks all parts, in the order in which they came; one that fails does not keep the others
  // from it. Returns how many failed. Two runs wait for each other.
  int Run(const Told& told);

  // Parts that failed, since the start: for a metric.
  uint64_t failures() const { return failures_; }
  // Runs without any failure, since the start.
  uint64_t successes() const { return successes_; }

 private:
  struct Part {
    std::string name;
    Reload reload;
  };

  absl::Mutex mutex_;
  std::vector<Part> parts_ ABSL_GUARDED_BY(mutex_);
  std::atomic<uint64_t> failures_{0}, successes_{0};
};

// Says it in the log: an error for what failed, with what to do.
void LogReload(absl::string_view part, const absl::Status& status);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_RELOADS_H_
