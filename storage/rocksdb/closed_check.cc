#include "storage/rocksdb/closed_check.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/evidence_check.h"
#include "storage/rocksdb/evidence_database.h"
#include "storage/rocksdb/evidence_state.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/store_check.h"
#include "storage/rocksdb/store_directory.h"

namespace probity::storage {
namespace {

using probity::v1::CheckStoreResponse;

// Keeps servers and restores out while somebody looks.
class HeldLock {
 public:
  HeldLock(rocksdb::Env* env, const std::string& directory)
      : env_(env != nullptr ? env : rocksdb::Env::Default()) {
    status_ = env_->FileExists(directory);
    if (!status_.ok()) return;
    status_ = env_->LockFile(absl::StrCat(directory, "/LOCK"), &lock_);
    if (!status_.ok()) lock_ = nullptr;
  }
  ~HeldLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_);
  }
  HeldLock(const HeldLock&) = delete;

  absl::Status Fault(const std::string& directory) const {
    if (status_.ok()) return absl::OkStatus();
    if (status_.IsNotFound())
      return absl::NotFoundError(absl::StrCat("no such directory: ", directory));
    if (IsLockHeld(status_)) return StoreInUse(directory);
    return absl::InternalError(absl::StrCat(directory, ": ", status_.ToString()));
  }

 private:
  rocksdb::Env* const env_;
  rocksdb::FileLock* lock_ = nullptr;
  rocksdb::Status status_;
};

// A finding where the files are the reason that it could not be opened.
absl::Status TellOf(const absl::Status& status, absl::string_view part, absl::string_view recovery,
                    CheckStoreResponse* report) {
  const std::map<std::string, std::string> metadata = MetadataOf(status);
  const auto file = metadata.find("file"), path = metadata.find("path");
  switch (ReasonOf(status)) {
    case probity::v1::ERROR_REASON_STORE_CORRUPT:
    case probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT:
      AddFinding(part, file == metadata.end() ? "" : file->second, status.message(), recovery,
                 report);
      return absl::OkStatus();
    case probity::v1::ERROR_REASON_RESTORE_UNFINISHED:
      AddFinding(part, path == metadata.end() ? "" : path->second, status.message(),
                 "A restore was cut off", report);
      return absl::OkStatus();
    default:
      return status;
  }
}

}  // namespace

absl::Status CheckClosedStore(const RocksdbOptions& options, const CheckDepth& depth,
                              CheckStoreResponse* report) {
  const HeldLock lock(options.env, options.path);
  if (absl::Status held = lock.Fault(options.path); !held.ok()) return held;
  const auto database = Database::OpenToRead(options);
  if (!database.ok()) return TellOf(database.status(), "store", "The store is damaged", report);
  return CheckStoredRows(**database, depth, report);
}

absl::Status CheckClosedLog(const EvidenceOptions& options, const CheckDepth& depth,
                            CheckStoreResponse* report) {
  constexpr char kRecovery[] = "The evidence log is damaged or lost";
  const HeldLock lock(options.env, options.path);
  if (absl::Status held = lock.Fault(options.path); !held.ok()) return held;
  auto database = EvidenceDatabase::OpenToRead(options);
  if (!database.ok()) return TellOf(database.status(), "evidence", kRecovery, report);
  const std::shared_ptr<EvidenceDatabase> shared = *std::move(database);
  const auto state = ReadEvidenceState(shared);
  if (state.ok()) {
    const absl::Status end = TellOf(CheckEnd(*state), "evidence", kRecovery, report);
    if (!end.ok()) return end;
  }
  return CheckStoredLog(shared, depth, report);
}

bool IsUnused(const std::string& path) {
  return StoreDirectory(rocksdb::Env::Default(), path).IsUnused();
}

absl::StatusOr<v1::Manifest> ReadClosedHead(const RocksdbOptions& options) {
  const HeldLock lock(options.env, options.path);
  if (absl::Status held = lock.Fault(options.path); !held.ok()) return held;
  const auto database = Database::OpenToRead(options);
  if (!database.ok()) return database.status();
  const auto head = (*database)->GetMeta(EncodeMetaKey(MetaKey::kHead));
  if (!head.ok()) return head.status();
  uint64_t number = 0;
  const std::string stored = head->value_or("");
  absl::string_view in = stored;
  if (!ParseU64(&in, &number)) return (*database)->Corrupt(kMeta, "head");
  const auto bytes = (*database)->GetMeta(EncodeManifestKey(number));
  if (!bytes.ok()) return bytes.status();
  v1::Manifest manifest;
  if (!manifest.ParseFromString(bytes->value_or(std::string())) || manifest.revision() != number) {
    return (*database)->Corrupt(kMeta, absl::StrCat("manifest ", number));
  }
  return manifest;
}

absl::StatusOr<std::vector<std::string>> ReadLogIds(const std::string& path) {
  EvidenceOptions options;
  options.path = path;
  auto database = EvidenceDatabase::OpenToRead(options);
  if (!database.ok()) return database.status();
  const auto state = ReadEvidenceState(*std::move(database));
  if (!state.ok()) return state.status();
  std::vector<std::string> ids = {state->newest.head.log_id()};
  for (const probity::v1::LogContinuation& continuation : state->continuations) {
    ids.push_back(continuation.previous_head().log_id());
  }
  return ids;
}

}  // namespace probity::storage
