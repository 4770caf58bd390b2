#include "services/rpc/executor.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "base/thread_priority.h"

namespace probity::rpc {

Executor::Executor(int threads, int niceness) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, niceness] {
      if (niceness != 0) LowerThreadPriority(niceness);
      Work();
    });
  }
}

Executor::~Executor() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void Executor::Add(std::function<void()> task) {
  absl::MutexLock lock(&mutex_);
  tasks_.push_back(std::move(task));
}

void Executor::AwaitAdded() {
  absl::Notification done;
  Add([&done] { done.Notify(); });
  done.WaitForNotification();
}

void Executor::Work() {
  while (true) {
    std::function<void()> task;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(
          +[](Executor* self)
               ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) { return self->HasWork(); },
          this));
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace probity::rpc
