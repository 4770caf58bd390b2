// The log of access: a line of JSON for every call, let on or refused, in files that are only
// ever added to.
#ifndef PROBITY_SERVICES_ACCESS_ACCESS_LOG_H_
#define PROBITY_SERVICES_ACCESS_ACCESS_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "base/hash.h"
#include "services/access/day_files.h"
#include "services/rpc/gate.h"

namespace probity::access {

struct AccessLogOptions {
  // Made when absent, with the key of the hashes, "subject.key", in it.
  std::string directory;
  // Days, UTC, whose files are kept besides today's.
  int kept_days = 0;
  std::function<absl::Time()> clock;
  // Told what an operator must know.
  std::function<void(absl::string_view)> warn;
};

// Thread-safe. A line, without its newline:
//   {"at":"…","call_id":"…","method":"SupplierService.GetSupplier",
//    "permission":"READ_RECORDS","principal":"…","authority":"…","code":"NOT_FOUND",
//    "reason":"SUPPLIER_NOT_FOUND","subjects":["…"],"duration_us":41}
// `reason` and `subjects` are left out where there are none, and behind authority "via", the
// principal of the gateway that brought the call; "subjects_cut":true says that the
// request names more. A subject is the keyed hash of what rpc::SubjectsOf() says: neither
// requests, answers nor messages are written.
//
// A line is with the kernel before its caller hears how the call ended, so that it outlives
// this process, and on disk a second later, so that a power cut takes a second at most. A
// stream has its line at its end. While lines cannot
// be written, what ends is kept in memory and nobody else is let on, which is why this is a
// gate too; when they can again, a line says how many were refused.
//
// Calls that were refused before their request was read, equal but for the instant, are
// written once a second: the first as above, the others together with "repeated", so that
// who has no access cannot fill the disk.
class AccessLog final : public rpc::Gate, public rpc::CallObserver {
 public:
  // RESOURCE_EXHAUSTED / DISK_FULL, FAILED_PRECONDITION / STORE_NOT_WRITABLE, and
  // INVALID_ARGUMENT / INVALID_FIELD for a damaged key.
  static absl::StatusOr<std::unique_ptr<AccessLog>> Open(AccessLogOptions options);
  // Writes what waits.
  ~AccessLog() override;

  // UNAVAILABLE / ACCESS_LOG_UNAVAILABLE while lines cannot be written.
  absl::Status Enter(const grpc::CallbackServerContext& context, absl::string_view method,
                     rpc::CallContext* call) override;
  void Ended(const rpc::EndedCall& ended) override;

  // False while calls are refused: for who tells whether the server is ready.
  bool IsWritable() const { return writable_; }

  // What stands in the log for a subject: 32 hex digits.
  std::string HashOf(absl::string_view subject) const;

  // Writes what waits, tells repeated refusals, syncs. A thread does it each second; tests
  // need not wait for that.
  void Tick();

 private:
  AccessLog(AccessLogOptions options, const std::string& key);

  std::string LineOf(const rpc::EndedCall& ended) const;
  void Add(absl::string_view line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False where not all that waits could be written.
  bool Write() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // From now on calls are refused. False.
  bool Break(const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Mend() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellRepeated() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Sync();
  void Run();

  const AccessLogOptions options_;
  const HmacKey key_;
  // What lines have of each method, by its name.
  const absl::flat_hash_map<std::string, std::string> methods_;

  std::atomic<bool> writable_{true};  // whether broken_ is OK: each call asks, so without a lock
  absl::Mutex mutex_;
  DayFiles files_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<AppendedFile> unsynced_ ABSL_GUARDED_BY(mutex_);
  std::string waiting_ ABSL_GUARDED_BY(mutex_);           // not written yet
  std::optional<DayNumber> cut_ ABSL_GUARDED_BY(mutex_);  // whose file ends inside a line
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);           // why lines cannot be written
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;          // while they cannot
  uint64_t unwritten_ ABSL_GUARDED_BY(mutex_) = 0;        // for want of memory, while they cannot
  // Lines of refusals in this second, without instant and id; how often after the first, and
  // the last of them.
  struct Repeated {
    uint64_t times = 0;
    std::string last;
  };
  absl::flat_hash_map<std::string, Repeated> repeated_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_ACCESS_LOG_H_
