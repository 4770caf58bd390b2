// The steps of one stream: what happened is put down under a lock, and what may be done
// now is done outside it, by one thread at a time. A thread that finds another at it
// leaves it all to that, so that nobody calls gRPC after Finish().
#ifndef PROBITY_SERVICES_RPC_STEPPING_H_
#define PROBITY_SERVICES_RPC_STEPPING_H_

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace probity::rpc {

// `Step` is an enumeration with kNone and kFinish; after kFinish no step is taken.
template <typename Step>
class Stepping {
 public:
  virtual ~Stepping() = default;

 protected:
  // Runs `change` under mutex_, then takes the steps that are due.
  template <typename Change>
  void Advance(const Change& change) ABSL_LOCKS_EXCLUDED(mutex_) {
    Step step;
    {
      absl::MutexLock lock(&mutex_);
      change();
      if (stepping_) return;
      step = Begin();
    }
    while (step != Step::kNone) {
      Take(step);
      // Finish() may have ended this object.
      if (step == Step::kFinish) return;
      absl::MutexLock lock(&mutex_);
      step = Begin();
    }
  }

  // The step that is due; noted as begun.
  virtual Step Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) = 0;
  virtual void Take(Step step) ABSL_LOCKS_EXCLUDED(mutex_) = 0;

  // The first reason to end counts.
  void Stop(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (end_.ok()) end_ = status;
  }

  absl::Mutex mutex_;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);

 private:
  Step Begin() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const Step step = finished_ ? Step::kNone : Next();
    finished_ = finished_ || step == Step::kFinish;
    stepping_ = step != Step::kNone;
    return step;
  }

  bool stepping_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_STEPPING_H_
