#include "storage/rocksdb/database.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

// The file that a RocksDB message speaks of; empty when it names none.
std::string FileIn(absl::string_view message) {
  for (absl::string_view word : absl::StrSplit(message, absl::ByAnyChar(" ,:;"))) {
    for (absl::string_view mark : {".sst", ".log", "MANIFEST-", "CURRENT", "OPTIONS-"}) {
      if (absl::StrContains(word, mark)) return std::string(word);
    }
  }
  return "";
}

bool IsLockHeld(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return absl::StrContains(text, "lock hold by current process") ||
         absl::StrContains(text, "Resource temporarily unavailable");
}

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

PrefixCursor::~PrefixCursor() {
  if (iterator_ != nullptr && pool_ != nullptr) {
    pool_->GiveBack(std::move(iterator_), generation_);
  }
}

void PrefixCursor::Seek(absl::string_view prefix, absl::string_view key) {
  prefix_.assign(prefix.data(), prefix.size());
  iterator_->Seek(ToSlice(key));
}

bool PrefixCursor::Valid() const {
  return iterator_->Valid() && iterator_->key().starts_with(prefix_);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const RocksdbOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  database->descriptors_ = MakeColumnFamilies(options);
  if (absl::Status status = database->CheckFormat(); !status.ok()) return status;
  if (absl::Status status = database->OpenTables(); !status.ok()) return status;
  if (absl::Status status = database->EmptyStaging(); !status.ok()) return status;
  return database;
}

Database::~Database() {
  EmptyPools();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  if (db_ != nullptr) db_->Close();
}

rocksdb::Env* Database::env() const {
  return options_.env != nullptr ? options_.env : rocksdb::Env::Default();
}

// Reads the format through a read-only instance, which writes nothing, so that
// a newer store stays as it is.
absl::Status Database::CheckFormat() {
  const std::string current = options_.path + "/CURRENT";
  rocksdb::Status status = env()->CreateDirIfMissing(options_.path);
  if (!status.ok()) return StoreNotWritable(options_.path, status.ToString());
  rocksdb::FileLock* lock = nullptr;
  status = env()->LockFile(options_.path + "/LOCK", &lock);
  if (!status.ok()) {
    return IsLockHeld(status) ? StoreInUse(options_.path)
                              : StoreNotWritable(options_.path, status.ToString());
  }
  absl::Status result = absl::OkStatus();
  if (env()->FileExists(current).ok()) {
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DBOptions db_options = MakeDbOptions(options_);
    db_options.create_if_missing = false;
    status = rocksdb::DB::OpenForReadOnly(
        db_options, options_.path, {descriptors_[0], descriptors_[1 + kMeta]}, &handles, &db);
    std::string value;
    if (status.ok()) status = db->Get({}, handles[1], EncodeMetaKey(MetaKey::kFormat), &value);
    absl::string_view in = value;
    uint32_t format = kStoreFormat;
    if (status.ok() && ParseU32(&in, &format) && format > kStoreFormat) {
      result = StoreFormatNewer(format, kStoreFormat);
    } else if (!status.ok() && !status.IsNotFound() && !status.IsInvalidArgument()) {
      result = Fault(status);
    }
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }
  env()->UnlockFile(lock);
  return result;
}

absl::Status Database::OpenTables() {
  rocksdb::DB* db = nullptr;
  rocksdb::DBOptions options = MakeDbOptions(options_);
  options.listeners.push_back(std::make_shared<FileListener>([this] { EmptyPools(); }));
  const rocksdb::Status status =
      rocksdb::DB::Open(options, options_.path, descriptors_, &handles_, &db);
  db_.reset(db);
  if (status.ok()) return absl::OkStatus();
  if (IsLockHeld(status)) return StoreInUse(options_.path);
  if (status.IsIOError() && absl::StrContains(status.ToString(), "Permission denied")) {
    return StoreNotWritable(options_.path, status.ToString());
  }
  return Fault(status);
}

std::string Database::StagingDirectory() const { return options_.path + "/staging"; }

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

void Database::EmptyPools() {
  for (IteratorPool& pool : pools_) pool.Empty();
}

PrefixCursor Database::Cursor(Table table) const {
  IteratorPool& pool = pools_[table];
  const uint64_t generation = pool.generation();
  std::unique_ptr<rocksdb::Iterator> iterator = pool.Take();
  if (iterator == nullptr) {
    rocksdb::ReadOptions read;
    read.prefix_same_as_start = true;
    iterator.reset(db_->NewIterator(read, handles_[1 + table]));
  }
  return PrefixCursor(std::move(iterator), &pool, generation);
}

PrefixCursor Database::Scan(Table table, bool background) const {
  rocksdb::ReadOptions read;
  read.total_order_seek = true;
  read.fill_cache = !background;
  return PrefixCursor(
      std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(read, handles_[1 + table])));
}

absl::StatusOr<std::optional<std::string>> Database::GetMeta(absl::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get({}, handles_[1 + kMeta], ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Fault(status);
  return value;
}

void Database::Put(rocksdb::WriteBatch* batch, Table table, absl::string_view key,
                   absl::string_view value) const {
  batch->Put(handles_[1 + table], ToSlice(key), ToSlice(value));
}

void Database::Delete(rocksdb::WriteBatch* batch, Table table, absl::string_view key) const {
  batch->Delete(handles_[1 + table], ToSlice(key));
}

absl::Status Database::Write(rocksdb::WriteBatch* batch, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  const rocksdb::Status status = db_->Write(options, batch);
  EmptyPools();
  return Fault(status);
}

absl::Status Database::Ingest(const std::array<std::vector<std::string>, kTables>& files) {
  std::vector<rocksdb::IngestExternalFileArg> args;
  for (int table = 0; table < kTables; ++table) {
    if (files[table].empty()) continue;
    rocksdb::IngestExternalFileArg arg;
    arg.column_family = handles_[1 + table];
    arg.external_files = files[table];
    arg.options.move_files = true;
    arg.options.write_global_seqno = false;
    args.push_back(arg);
  }
  if (args.empty()) return absl::OkStatus();
  const rocksdb::Status status = db_->IngestExternalFiles(args);
  EmptyPools();
  return Fault(status);
}

absl::Status Database::Fault(const rocksdb::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return DiskFull(options_.path);
  const std::string text = status.ToString();
  const std::string file = FileIn(text);
  // A table that is not there is as lost as one with wrong bytes.
  const bool missing = status.IsPathNotFound() || absl::StrContains(text, "No such file");
  if (status.IsCorruption() || missing) {
    return StoreCorrupt(file.empty() ? options_.path : file, text);
  }
  return absl::InternalError(absl::StrCat("store ", options_.path, ": ", text));
}

absl::Status Database::Corrupt(Table table, absl::string_view what) const {
  return StoreCorrupt(absl::StrCat(options_.path, " (", descriptors_[1 + table].name, ")"), what);
}

absl::Status Database::CheckSpace(uint64_t bytes) const {
  uint64_t left = 0;
  const rocksdb::Status status = env()->GetFreeSpace(options_.path, &left);
  if (status.ok() && left < bytes + options_.disk_reserve) return DiskFull(options_.path);
  return absl::OkStatus();
}

rocksdb::Options Database::FileOptions(Table table) const {
  return rocksdb::Options(MakeDbOptions(options_), descriptors_[1 + table].options);
}

}  // namespace probity::storage
