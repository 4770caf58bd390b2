#include "storage/rocksdb/backup_engine.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "rocksdb/utilities/backup_engine.h"

namespace probity::storage {
namespace {

rocksdb::Env* EnvOf(const BackupPlace& place) {
  return place.env != nullptr ? place.env : rocksdb::Env::Default();
}

rocksdb::BackupEngineOptions OptionsOf(const BackupPlace& place) {
  rocksdb::BackupEngineOptions options(place.directory, EnvOf(place));
  options.backup_rate_limit = place.bytes_per_second;
  // Files are synced, so that a copy that is there is whole after a power cut.
  options.sync = true;
  return options;
}

// The word of RocksDB's message that is a path below the place; else the place.
std::string FileOf(const BackupPlace& place, absl::string_view message) {
  for (absl::string_view word : absl::StrSplit(message, absl::ByAnyChar(" ,:;\"'"))) {
    if (absl::StartsWith(word, place.directory)) return std::string(word);
  }
  return place.directory;
}

absl::Status Fault(const BackupPlace& place, const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return DiskFull(place.directory);
  const std::string text = status.ToString();
  if (status.IsNotFound() && !absl::StrContains(text, place.directory)) {
    return absl::NotFoundError(absl::StrCat("no such copy in ", place.directory));
  }
  const bool missing =
      status.IsNotFound() || status.IsPathNotFound() || absl::StrContains(text, "No such file");
  if (status.IsCorruption() || missing) return BackupDamaged(FileOf(place, text), text);
  return StoreNotWritable(place.directory, text);
}

bool Exists(const BackupPlace& place) { return EnvOf(place)->FileExists(place.directory).ok(); }

using Engine = std::unique_ptr<rocksdb::BackupEngine>;
using Reader = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

absl::StatusOr<Engine> OpenEngine(const BackupPlace& place, rocksdb::Env* db_env) {
  const rocksdb::Status made = EnvOf(place)->CreateDirIfMissing(place.directory);
  if (made.IsNoSpace()) return DiskFull(place.directory);
  if (!made.ok()) return StoreNotWritable(place.directory, made.ToString());
  rocksdb::BackupEngine* engine = nullptr;
  const rocksdb::IOStatus status = rocksdb::BackupEngine::Open(OptionsOf(place), db_env, &engine);
  if (!status.ok()) return Fault(place, status);
  return Engine(engine);
}

absl::StatusOr<Reader> OpenReader(const BackupPlace& place, rocksdb::Env* db_env) {
  if (!Exists(place)) {
    return absl::NotFoundError(absl::StrCat("there is no backup in ", place.directory));
  }
  rocksdb::BackupEngineReadOnly* reader = nullptr;
  const rocksdb::IOStatus status =
      rocksdb::BackupEngineReadOnly::Open(OptionsOf(place), db_env, &reader);
  if (!status.ok()) return Fault(place, status);
  return Reader(reader);
}

// What `id` is made of, and what of it no other copy has.
absl::StatusOr<v1::BackupCopy> Describe(const BackupPlace& place,
                                        const rocksdb::BackupEngine& engine, uint32_t id) {
  std::vector<rocksdb::BackupInfo> others;
  engine.GetBackupInfo(&others, true);
  std::set<std::string> shared;
  for (const rocksdb::BackupInfo& other : others) {
    if (other.backup_id == id) continue;
    for (const auto& file : other.file_details) shared.insert(file.relative_filename);
  }
  rocksdb::BackupInfo info;
  const rocksdb::Status status = engine.GetBackupInfo(id, &info, true);
  if (!status.ok()) return Fault(place, status);
  v1::BackupCopy copy;
  copy.set_id(id);
  copy.set_bytes(info.size);
  copy.set_files(info.number_files);
  for (const auto& file : info.file_details) {
    if (shared.count(file.relative_filename) > 0) continue;
    copy.set_new_bytes(copy.new_bytes() + file.size);
  }
  return copy;
}

}  // namespace

// Not flushed before: on a full disk that would make the database unwritable. The log
// is copied as far as it went.
absl::StatusOr<v1::BackupCopy> CopyDatabase(rocksdb::DB* db, rocksdb::Env* env,
                                            const BackupPlace& place,
                                            const std::function<bool()>& is_cancelled) {
  auto engine = OpenEngine(place, env);
  if (!engine.ok()) return engine.status();
  rocksdb::CreateBackupOptions options;
  options.decrease_background_thread_cpu_priority = true;
  options.background_thread_cpu_priority = rocksdb::CpuPriority::kLow;
  // Called every few MiB.
  options.progress_callback = [&] {
    if (is_cancelled()) (*engine)->StopBackup();
  };
  rocksdb::BackupID id = 0;
  const rocksdb::IOStatus status = (*engine)->CreateNewBackup(options, db, &id);
  if (!status.ok() && is_cancelled()) return absl::CancelledError("the backup was stopped");
  if (!status.ok()) return Fault(place, status);
  return Describe(place, **engine, id);
}

absl::StatusOr<std::vector<uint32_t>> ListCopies(const BackupPlace& place) {
  std::vector<uint32_t> ids;
  if (!Exists(place)) return ids;
  auto reader = OpenReader(place, rocksdb::Env::Default());
  if (!reader.ok()) return reader.status();
  std::vector<rocksdb::BackupInfo> infos;
  (*reader)->GetBackupInfo(&infos);
  for (const rocksdb::BackupInfo& info : infos) ids.push_back(info.backup_id);
  return ids;
}

absl::Status VerifyCopy(const BackupPlace& place, uint32_t id) {
  auto reader = OpenReader(place, rocksdb::Env::Default());
  if (!reader.ok()) return reader.status();
  // Files that are gone or cut make RocksDB take the whole copy for corrupt.
  std::vector<rocksdb::BackupID> corrupt;
  (*reader)->GetCorruptedBackups(&corrupt);
  for (const rocksdb::BackupID one : corrupt) {
    if (one == id) return BackupDamaged(place.directory, "a file is missing or cut");
  }
  return Fault(place, (*reader)->VerifyBackup(id, true));
}

absl::Status DeleteCopies(const BackupPlace& place, const std::vector<uint32_t>& ids) {
  if (!Exists(place)) return absl::OkStatus();
  auto engine = OpenEngine(place, rocksdb::Env::Default());
  if (!engine.ok()) return engine.status();
  rocksdb::IOStatus status;
  for (const uint32_t id : ids) {
    status = (*engine)->DeleteBackup(id);
    if (!status.ok() && !status.IsNotFound()) return Fault(place, status);
  }
  return Fault(place, (*engine)->GarbageCollect());
}

absl::Status WriteCopy(const BackupPlace& place, uint32_t id, const std::string& directory,
                       rocksdb::Env* env) {
  auto reader = OpenReader(place, env);
  if (!reader.ok()) return reader.status();
  const rocksdb::IOStatus status =
      (*reader)->RestoreDBFromBackup(rocksdb::RestoreOptions(), id, directory, directory);
  if (status.IsNoSpace()) return DiskFull(directory);
  return Fault(place, status);
}

absl::StatusOr<ReadableCopy> FindCopy(const BackupPlace& place, uint32_t id) {
  auto reader = OpenReader(place, rocksdb::Env::Default());
  if (!reader.ok()) return reader.status();
  rocksdb::BackupInfo info;
  const rocksdb::Status status = (*reader)->GetBackupInfo(id, &info, true);
  if (!status.ok()) return Fault(place, status);
  return ReadableCopy{info.name_for_open, info.env_for_open};
}

}  // namespace probity::storage
