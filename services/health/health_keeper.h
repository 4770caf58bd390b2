// Tells grpc.health.v1, whenever it changes, which services are ready.
#ifndef PROBITY_SERVICES_HEALTH_HEALTH_KEEPER_H_
#define PROBITY_SERVICES_HEALTH_HEALTH_KEEPER_H_

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "services/health/readiness.h"

namespace probity::health {

// Thread-safe.
class HealthKeeper {
 public:
  struct Options {
    ReadinessSources sources;
    // Told of each service when it is made and on every change; from one thread at a time.
    std::function<void(const std::string& service, bool serves)> set_status = nullptr;
    // Told what keeps the server from being ready, and that nothing does any more.
    std::function<void(absl::string_view)> log = nullptr, warn = nullptr;
    // From one look to the next, once it is ready, and before.
    absl::Duration every = absl::Seconds(1), before = absl::Milliseconds(100);
  };

  explicit HealthKeeper(Options options);
  ~HealthKeeper();
  HealthKeeper(const HealthKeeper&) = delete;

  Readiness now() const;
  // From now on nothing is ready; nobody is told anything after this returns.
  void Drain();

 private:
  void Run();
  // Looks, and tells what is new. Whether all is ready.
  bool Tell(bool first) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  mutable absl::Mutex mutex_;
  Readiness newest_ ABSL_GUARDED_BY(mutex_);
  absl::Notification ending_;
  std::thread thread_;
};

}  // namespace probity::health

#endif  // PROBITY_SERVICES_HEALTH_HEALTH_KEEPER_H_
