// Has an authority (RFC 3161) stamp the newest head of the evidence log, from time
// to time, in a thread of its own. Decisions never wait for it.
#ifndef PROBITY_SERVICES_TIMESTAMPS_TIMESTAMPER_H_
#define PROBITY_SERVICES_TIMESTAMPS_TIMESTAMPER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "evidence/timestamp.h"
#include "storage/evidence/evidence_log.h"

namespace probity::timestamps {

struct TimestamperOptions {
  std::string url;
  // Certificates that the authority's must chain to; PEM.
  std::string ca_pem;
  std::string policy_oid;  // empty: the authority's own
  absl::Duration every = absl::Hours(1);
  // Of one question.
  absl::Duration timeout = absl::Seconds(20);
  // After a failure; doubled with each further one, up to `every`.
  absl::Duration first_retry = absl::Seconds(30);
  // For what the operator should know: that stamps come again, and that they fail.
  std::function<void(absl::string_view)> log, warn;
};

class Timestamper {
 public:
  // Borrows the log, which outlives it.
  Timestamper(storage::EvidenceLog* log, TimestamperOptions options);
  // Gives up what is under way.
  ~Timestamper();
  Timestamper(const Timestamper&) = delete;

  // Questions that gave no valid token, since the start.
  uint64_t failures() const { return failures_; }

 private:
  void Run();
  // Whether to go on after `wait`; false at once when the object ends.
  bool Sleep(absl::Duration wait);
  // OK also when the newest head was stamped before, or there is no decision.
  absl::Status StampNewest();
  absl::StatusOr<std::string> FetchToken(const probity::v1::LogHead& head) const;
  absl::StatusOr<std::string> Ask(const evidence::TimestampQuery& query,
                                  const std::string& traceparent) const;
  // How long to wait after `status`, which is told where it is news.
  absl::Duration Heed(const absl::Status& status);

  storage::EvidenceLog* const log_;
  const TimestamperOptions options_;
  absl::Duration retry_ = absl::ZeroDuration();  // none is due
  std::atomic<uint64_t> failures_{0};
  std::atomic<bool> ending_{false};
  absl::Mutex mutex_;
  std::thread thread_;
};

}  // namespace probity::timestamps

#endif  // PROBITY_SERVICES_TIMESTAMPS_TIMESTAMPER_H_
