// What the watch's readers see, kept apart from what its thread works with: who reads
// never waits for a decision. Thread-safe.
#ifndef PROBITY_SCREENING_WATCH_PUBLICATION_H_
#define PROBITY_SCREENING_WATCH_PUBLICATION_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "probity/v1/portfolio_service.pb.h"
#include "screening/watch/roster.h"
#include "screening/watch/watch.h"
#include "storage/watch/watch_database.h"

namespace probity::screening {

class Publication {
 public:
  // The database as far as a reader may look: rows of events behind last_event are not
  // durable yet.
  struct Shown {
    std::shared_ptr<const storage::WatchDatabase> database;
    WatchFrame frame;
    uint64_t first_event = 1;    // that is kept
    v1::PortfolioStatus status;  // of the portfolio asked for
  };
  // WATCH_UNAVAILABLE while there is none, or it failed.
  absl::StatusOr<Shown> Show(absl::string_view authority, absl::string_view portfolio) const;

  uint64_t Listen(absl::string_view authority, std::function<void()> called);
  void Unlisten(uint64_t listener);
  absl::Status Await(WatchPoint point, absl::Time until) const;
  // Waits until there is a database, or a fault.
  void AwaitOpen(absl::Time until) const;

  // For the watch's thread. Each tells the listeners.
  void ShowDatabase(std::shared_ptr<const storage::WatchDatabase> database, std::string watch_id,
                    const std::map<std::string, TrackedAuthority>& authorities);
  void ShowFault(const absl::Status& why);
  // How an authority's portfolios stand, and its events. Tells its listeners alone.
  void ShowAuthority(const std::string& name, const TrackedAuthority& authority);
  void ShowPoint(WatchPoint weighed);

 private:
  struct Authority {
    EventRange events;
    std::map<std::string, v1::PortfolioStatus, std::less<>> portfolios;
  };
  static Authority ShownOf(const TrackedAuthority& authority);
  struct Listener {
    std::string authority;
    std::function<void()> called;
  };
  // Of an authority; of all where it is nullptr.
  void Tell(const std::string* authority) const;

  mutable absl::Mutex mutex_;
  std::shared_ptr<const storage::WatchDatabase> database_ ABSL_GUARDED_BY(mutex_);
  absl::Status fault_ ABSL_GUARDED_BY(mutex_);
  std::string watch_id_ ABSL_GUARDED_BY(mutex_);
  WatchPoint weighed_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Authority, std::less<>> authorities_ ABSL_GUARDED_BY(mutex_);

  mutable absl::Mutex listening_;  // held while listeners are called
  uint64_t last_listener_ ABSL_GUARDED_BY(listening_) = 0;
  std::map<uint64_t, Listener> listeners_ ABSL_GUARDED_BY(listening_);
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_PUBLICATION_H_
