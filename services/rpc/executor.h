// A few threads for calls that wait for the disk or for other writers, so that
// gRPC's own threads stay free for reads.
#ifndef PROBITY_SERVICES_RPC_EXECUTOR_H_
#define PROBITY_SERVICES_RPC_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace probity::rpc {

class Executor {
 public:
  // `niceness`, 0 to 19: how much its threads give way to those of calls.
  explicit Executor(int threads, int niceness = 0);
  // Runs everything that was added, then ends the threads.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Runs `task` on one of the threads, in order of Add. Thread-safe.
  void Add(std::function<void()> task);
  // With one thread: waits until all that was added before has run.
  void AwaitAdded();

 private:
  void Work();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !tasks_.empty();
  }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_EXECUTOR_H_
