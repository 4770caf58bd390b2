// Sweeps in the background what retention lets go.
#ifndef PROBITY_SERVICES_SERVER_SWEEPER_H_
#define PROBITY_SERVICES_SERVER_SWEEPER_H_

#include <functional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "storage/retention/retention.h"

namespace probity::server {

class Sweeper {
 public:
  struct Options {
    storage::Retention* retention = nullptr;  // borrowed
    std::function<absl::Time()> clock;
    // From one look to the next, while there is nothing to be swept.
    absl::Duration every = absl::Minutes(1);
    // From one share to the next: others may write meanwhile, and readers end.
    absl::Duration between = absl::Milliseconds(200);
  };

  explicit Sweeper(Options options);
  // Ends behind the share that is being swept.
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;

 private:
  void Run();

  const Options options_;
  absl::Notification ending_;
  std::thread thread_;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_SWEEPER_H_
