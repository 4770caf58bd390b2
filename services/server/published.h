// Says in the evidence log which revisions the store published, by whom and from which load:
// also what was published after its call had been answered, or for nobody who calls. The
// store is the queue: how far the log came is read from the log.
#ifndef PROBITY_SERVICES_SERVER_PUBLISHED_H_
#define PROBITY_SERVICES_SERVER_PUBLISHED_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::server {

class PublishedRecorder {
 public:
  struct Options {
    const storage::Store* store = nullptr;  // borrowed
    storage::EvidenceLog* log = nullptr;    // borrowed
    std::function<void(absl::string_view)> warn;
    // From one attempt to the next, while the log cannot be written.
    absl::Duration retry = absl::Seconds(5);
  };

  // Goes on behind the newest revision that the log has of this store, or begins with the
  // newest one that there is, whose digest stands for all before it. From here on nothing
  // that is not recorded is swept: start it before what sweeps. Errors of log and store.
  static absl::StatusOr<std::unique_ptr<PublishedRecorder>> Start(Options options);
  // Ends behind the revision that is being recorded; the next start has the rest.
  ~PublishedRecorder();
  PublishedRecorder(const PublishedRecorder&) = delete;

 private:
  explicit PublishedRecorder(Options options) : options_(std::move(options)) {}

  // Finds where to begin, and holds it.
  absl::Status Begin();
  void Run();
  // Records `next_`, which is there.
  absl::Status Record();

  const Options options_;
  uint64_t next_ = 0;  // of the thread, once there is one
  // The oldest revision that is not recorded yet, or else the newest that is: as long as
  // somebody has a view of it, it is not swept.
  std::shared_ptr<const storage::View> held_;
  absl::Notification ending_;
  std::thread thread_;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_PUBLISHED_H_
