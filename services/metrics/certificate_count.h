// How many certificates end soon, counted in the background.
#ifndef PROBITY_SERVICES_METRICS_CERTIFICATE_COUNT_H_
#define PROBITY_SERVICES_METRICS_CERTIFICATE_COUNT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "storage/store.h"

namespace probity::metrics {

// Counts at the start and once an hour, in a thread of low priority, over the shared datasets.
// A dataset is read again when it has another version or the day (UTC) is another one.
class CertificateCount {
 public:
  struct Options {
    const storage::Store& store;  // borrowed
    std::function<absl::Time()> clock;
    std::function<void(absl::string_view)> warn;
    absl::Duration every = absl::Hours(1);
  };
  // Days ahead that are looked at.
  static constexpr DayNumber kDays = 30;

  explicit CertificateCount(Options options);
  // Gives up a count that is under way.
  ~CertificateCount();
  CertificateCount(const CertificateCount&) = delete;

  struct Counted {
    uint64_t ending = 0;
    absl::Time at;
  };
  // nullopt: not counted yet.
  std::optional<Counted> newest() const;

 private:
  // What a dataset came to, and of what that was counted.
  struct Known {
    uint32_t version = 0;
    DayNumber day = 0;
    uint64_t ending = 0;
  };
  void Run();
  absl::Status Count();

  const Options options_;
  std::map<uint32_t, Known> datasets_;  // by number; of the thread
  mutable absl::Mutex mutex_;
  std::optional<Counted> newest_ ABSL_GUARDED_BY(mutex_);
  absl::Notification ending_;
  std::thread thread_;
};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_CERTIFICATE_COUNT_H_
