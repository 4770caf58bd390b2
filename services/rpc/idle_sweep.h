// Ends streams whose clients neither send nor read for too long: each holds a place, and
// what it has in memory.
#ifndef PROBITY_SERVICES_RPC_IDLE_SWEEP_H_
#define PROBITY_SERVICES_RPC_IDLE_SWEEP_H_

#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace probity::rpc {

// A stream that may be idle.
class SweptStream {
 public:
  virtual ~SweptStream() = default;
  // Ends the stream with STREAM_IDLE if it has waited for its client for `limit` or
  // longer. Thread-safe; waits for nothing.
  virtual void EndIfIdle(absl::Time now, absl::Duration limit) = 0;
};

// One thread for all streams, where a timer each would cost every message. Thread-safe.
class IdleSweep {
 public:
  // Looks `every` so often.
  explicit IdleSweep(absl::Duration limit, absl::Duration every = absl::Seconds(1));
  ~IdleSweep();
  IdleSweep(const IdleSweep&) = delete;
  IdleSweep& operator=(const IdleSweep&) = delete;

  // Looks after `stream` as long as that is there: one whose caller was let on, as looking
  // at it may take its next step.
  void Add(std::weak_ptr<SweptStream> stream);

 private:
  void Run();
  std::vector<std::shared_ptr<SweptStream>> Living() ABSL_LOCKS_EXCLUDED(mutex_);

  const absl::Duration limit_;
  const absl::Duration every_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<SweptStream>> streams_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // sees all of the above
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_IDLE_SWEEP_H_
