// Backups of one server: one at a time, in a thread of their own, while calls are served.
#ifndef PROBITY_SERVICES_SERVER_INFO_BACKUP_KEEPER_H_
#define PROBITY_SERVICES_SERVER_INFO_BACKUP_KEEPER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "probity/v1/backup.pb.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "storage/evidence/evidence_log.h"
#include "storage/rocksdb/backups.h"
#include "storage/store.h"

namespace probity::server_info {

// Decisions of a backup that were derived again; see VerifyBackupResponse. Adds findings.
using ReplayDecisions = std::function<absl::Status(
    const storage::BackupShelf& shelf, const storage::v1::BackupNote& note, uint64_t most,
    const std::function<bool()>& is_cancelled, v1::VerifyBackupResponse* response)>;

// Of the threads that read all of store and log: they give way to calls.
inline constexpr int kNiceness = 10;

struct BackupOptions {
  std::string directory;  // empty: backups are refused
  uint64_t bytes_per_second = 0;
  std::string version;  // of this release
  // The journal of redactions; may be empty.
  std::string redaction_journal_path;
  std::function<absl::Time()> clock;
  ReplayDecisions replay;
  std::function<void(absl::string_view)> log, warn;
};

// Thread-safe. Backups are lost with the process while they are made; files of such go
// with the next one.
class BackupKeeper {
 public:
  // Both are borrowed.
  BackupKeeper(BackupOptions options, const storage::Store& store, const storage::EvidenceLog& log);
  ~BackupKeeper() { Stop(); }
  BackupKeeper(const BackupKeeper&) = delete;

  // Gives a running backup up, and all later ones, and waits for its end.
  void Stop();

  // Begins a backup. A request id with which `by` began one since the server was started gives
  // that. INVALID_ARGUMENT / INVALID_FIELD for one that is no UUID;
  // FAILED_PRECONDITION / BACKUP_NOT_CONFIGURED (so in all), BACKUP_RUNNING.
  absl::StatusOr<v1::Backup> Create(const rpc::Caller& by, const std::string& request_id);
  // NOT_FOUND / BACKUP_NOT_FOUND; INVALID_ARGUMENT / INVALID_FIELD.
  absl::StatusOr<v1::Backup> Get(const std::string& name) const;
  // Newest first, with one that is made, and those that failed since the server was started.
  absl::StatusOr<std::vector<v1::Backup>> List() const;
  // When the newest whole one was begun; nullopt: there is none, or it was not looked yet.
  // Reads no file.
  std::optional<absl::Time> newest() const;
  // Deletes all but the newest `keep`; gives the names of those. BACKUP_RUNNING.
  absl::StatusOr<std::vector<std::string>> DeleteAllBut(size_t keep);
  // BACKUP_RUNNING; errors of Get().
  absl::Status Verify(const v1::VerifyBackupRequest& request,
                      const std::function<bool()>& is_cancelled,
                      v1::VerifyBackupResponse* response);

 private:
  // Only one at a time is at work on the directory.
  class Turn;

  absl::Status CheckConfigured() const;
  // Name of the backup that a request began, by its key (rpc::RequestKey); empty: none.
  std::string MadeFor(const std::string& request) const;
  void Run(v1::Backup backup);
  void End(v1::Backup backup, const absl::Status& status);
  // Notes the newest one of those that are there.
  void FindNewest();

  const BackupOptions options_;
  const storage::Store& store_;
  const storage::EvidenceLog& log_;
  const storage::BackupShelf shelf_;
  mutable absl::Mutex mutex_;
  std::string busy_ ABSL_GUARDED_BY(mutex_);  // what is at work; empty: nothing
  std::optional<v1::Backup> running_ ABSL_GUARDED_BY(mutex_);
  std::map<uint32_t, v1::Backup> failed_ ABSL_GUARDED_BY(mutex_);  // by number
  std::map<std::string, std::string> by_request_ ABSL_GUARDED_BY(mutex_);
  uint32_t newest_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> newest_us_{0};      // 0: none
  std::unique_ptr<rpc::Executor> worker_;  // ends first
};

}  // namespace probity::server_info

#endif  // PROBITY_SERVICES_SERVER_INFO_BACKUP_KEEPER_H_
