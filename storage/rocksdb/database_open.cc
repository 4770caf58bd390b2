// Opening a database: what is looked at first, so that a store of a newer release
// or a harmed one stays as it is.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/manifest_guard.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

// Tells when flushes and compactions have changed the files.
class FileListener : public rocksdb::EventListener {
 public:
  explicit FileListener(std::function<void()> changed) : changed_(std::move(changed)) {}
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { changed_(); }
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
    changed_();
  }

 private:
  const std::function<void()> changed_;
};

}  // namespace

Database::Database(const RocksdbOptions& options)
    : options_(options),
      env_(rocksdb::NewCompositeEnv(KeepTablesOfUnsureManifests(
          options.env != nullptr ? options.env->GetFileSystem() : rocksdb::FileSystem::Default()))),
      descriptors_(MakeColumnFamilies(options)) {
  options_.env = env_.get();
  directory_.emplace(env_.get(), options.path);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const RocksdbOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  if (absl::Status status = database->directory_->Make(); !status.ok()) return status;
  if (absl::Status status = database->CheckFormat(); !status.ok()) return status;
  if (absl::Status status = database->OpenTables(); !status.ok()) return status;
  if (absl::Status status = database->EmptyStaging(); !status.ok()) return status;
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenToRead(const RocksdbOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  if (absl::Status status = database->CheckStored(); !status.ok()) return status;
  if (database->is_new_) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", options.path));
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(MakeDbOptions(database->options_), options.path,
                                   database->descriptors_, &database->handles_, &db);
  database->db_.reset(db);
  if (!status.ok()) return database->Fault(status);
  return database;
}

absl::Status Database::CheckFormat() {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = env()->LockFile(options_.path + "/LOCK", &lock);
  if (!status.ok()) {
    return IsLockHeld(status) ? StoreInUse(options_.path)
                              : StoreNotWritable(options_.path, status.ToString());
  }
  absl::Status result = CheckStored();
  env()->UnlockFile(lock);
  return result;
}

// Reads the format through a read-only instance, which writes nothing, so that
// a newer store stays as it is, and so does a harmed one: RocksDB would make an
// empty store in its place.
absl::Status Database::CheckStored() {
  is_new_ = true;
  if (directory_->IsUnused()) return absl::OkStatus();
  if (!directory_->HasDatabase()) {
    if (directory_->IsRestored()) return RestoreUnfinished(options_.path);
    return StoreCorrupt(options_.path + "/CURRENT", "it is gone, although there is data");
  }
  const DurableNote note = directory_->ReadNote();
  if (absl::Status status = directory_->CheckManifest(note); !status.ok()) return status;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DBOptions db_options = MakeDbOptions(options_);
  db_options.create_if_missing = false;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
      db_options, options_.path, {descriptors_[0], descriptors_[1 + kMeta]}, &handles, &db);
  std::string value, head;
  rocksdb::Status head_status;
  if (status.ok()) status = db->Get({}, handles[1], EncodeMetaKey(MetaKey::kFormat), &value);
  if (status.ok()) head_status = db->Get({}, handles[1], EncodeMetaKey(MetaKey::kHead), &head);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
  // A store whose making was cut off has no format, or not even the table; it has
  // no sorted file either.
  const bool incomplete = status.IsNotFound() || status.IsInvalidArgument();
  if (incomplete && directory_->HasFile({".sst"})) {
    return StoreCorrupt(directory_->ManifestPath(), "it does not name the data that is there");
  }
  if (incomplete) return absl::OkStatus();
  if (!status.ok()) return Fault(status);
  is_new_ = false;
  absl::string_view in = value;
  uint32_t format = 0;
  if (!ParseU32(&in, &format)) return Corrupt(kMeta, "format");
  if (format > kStoreFormat) return StoreFormatNewer(format, kStoreFormat);
  if (!head_status.ok() && !head_status.IsNotFound()) return Fault(head_status);
  return CheckNote(note, head);
}

absl::Status Database::CheckNote(const DurableNote& note, absl::string_view head) const {
  uint64_t stored = 0;
  if (!ParseU64(&head, &stored)) return Corrupt(kMeta, "head");
  if (note.revision <= stored) return absl::OkStatus();
  return StoreCorrupt(options_.path, absl::StrCat("revision ", note.revision,
                                                  " was durable, but the log ends with ", stored));
}

void Database::NoteDurable(uint64_t revision) {
  DurableNote note;
  note.revision = revision;
  std::vector<std::string> files;
  const rocksdb::Status status = db_->GetLiveFiles(files, &note.manifest_size, false);
  for (const std::string& file : files) {
    if (absl::StrContains(file, "MANIFEST-")) note.manifest = file;
  }
  if (status.ok()) directory_->WriteNote(note);
}

absl::Status Database::OpenTables() {
  rocksdb::DB* db = nullptr;
  rocksdb::DBOptions db_options = MakeDbOptions(options_);
  db_options.create_missing_column_families = is_new_;
  db_options.listeners.push_back(std::make_shared<ErrorWatch>(&errors_));
  db_options.listeners.push_back(std::make_shared<FileListener>([this] { EmptyPools(); }));
  const rocksdb::Status status =
      rocksdb::DB::Open(db_options, options_.path, descriptors_, &handles_, &db);
  db_.reset(db);
  if (status.ok()) return KeepResumable();
  if (IsLockHeld(status)) return StoreInUse(options_.path);
  if (status.IsInvalidArgument()) {
    return StoreCorrupt(directory_->ManifestPath(), status.ToString());
  }
  return WriteFault(status);
}

absl::Status Database::EmptyStaging() {
  rocksdb::Status status = env()->CreateDirIfMissing(StagingDirectory());
  if (!status.ok()) return StoreNotWritable(StagingDirectory(), status.ToString());
  std::vector<std::string> names;
  status = env()->GetChildren(StagingDirectory(), &names);
  for (const std::string& name : names) {
    if (name != "." && name != ".." && status.ok()) {
      status = env()->DeleteFile(absl::StrCat(StagingDirectory(), "/", name));
    }
  }
  return Fault(status);
}

}  // namespace probity::storage
