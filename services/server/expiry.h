// Has records redacted once their last day (retain_until) has passed.
#ifndef PROBITY_SERVICES_SERVER_EXPIRY_H_
#define PROBITY_SERVICES_SERVER_EXPIRY_H_

#include <functional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "services/dataset/redactor.h"

namespace probity::server {

// Looks when it is made and on each new day (UTC), in a thread of low priority; after a
// failure, which is logged, a little later again.
class Expiry {
 public:
  // Borrows the redactor.
  Expiry(dataset::Redactor* redactor, std::function<absl::Time()> clock);
  // Waits for a redaction that is under way.
  ~Expiry();
  Expiry(const Expiry&) = delete;

 private:
  void Run();
  // True when everything is redacted that is due.
  bool Look(DayNumber today);

  dataset::Redactor* const redactor_;
  const std::function<absl::Time()> clock_;
  absl::Notification ending_;
  std::thread thread_;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_EXPIRY_H_
