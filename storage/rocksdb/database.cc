#include "storage/rocksdb/database.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/sst_file_reader.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/manifest_guard.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

constexpr size_t kLogBatchBytes = size_t{1} << 20;

// The file under `directory` that a RocksDB message speaks of; empty when it
// names none.
std::string FileIn(absl::string_view message, absl::string_view directory) {
  for (absl::string_view word : absl::StrSplit(message, absl::ByAnyChar(" ,:;"))) {
    for (absl::string_view mark : {".sst", ".ldb", ".log", "MANIFEST-", "CURRENT", "OPTIONS-"}) {
      if (!absl::StrContains(word, mark)) continue;
      // "sstable/data/store/000007.sst" is /data/store/000007.sst, and RocksDB
      // calls a missing table by its second name.
      const size_t at = word.find(directory);
      if (at != absl::string_view::npos) word.remove_prefix(at);
      return absl::StrCat(absl::StripSuffix(word, ".ldb"), mark == ".ldb" ? ".sst" : "");
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
  database->env_ = rocksdb::NewCompositeEnv(KeepTablesOfUnsureManifests(
      options.env != nullptr ? options.env->GetFileSystem() : rocksdb::FileSystem::Default()));
  database->options_.env = database->env_.get();
  database->directory_.emplace(database->env_.get(), options.path);
  database->descriptors_ = MakeColumnFamilies(options);
  if (absl::Status status = database->directory_->Make(); !status.ok()) return status;
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

rocksdb::Env* Database::env() const { return env_.get(); }

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
  if (!directory_->HasDatabase()) {
    if (!directory_->HasFile({".sst", ".log"})) return absl::OkStatus();
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
  if (status.ok()) status = db->Get({}, handles[1], EncodeMetaKey(MetaKey::kFormat), &value);
  if (status.ok()) status = db->Get({}, handles[1], EncodeMetaKey(MetaKey::kHead), &head);
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
  return format > kStoreFormat ? StoreFormatNewer(format, kStoreFormat) : CheckNote(note, head);
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
  if (status.IsInvalidArgument())
    return StoreCorrupt(directory_->ManifestPath(), status.ToString());
  return WriteFault(status);
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
  return WriteFault(status);
}

absl::Status Database::Commit(rocksdb::WriteBatch* batch) {
  if (absl::Status status = Writable(); !status.ok()) return status;
  absl::Status status = Write(batch);
  // Resuming leaves the log behind, and with it what a failed sync left there.
  if (status.ok() || Writable().ok()) return status;
  return CommitOutcomeUnknown(options_.path, status.message());
}

absl::Status Database::Writable() {
  std::lock_guard<std::mutex> lock(resume_mutex_);
  absl::Status status = errors_.failed ? Resume() : absl::OkStatus();
  return status.ok() ? KeepResumable() : status;
}

absl::Status Database::Resume() {
  // On a disk that is still full RocksDB would give up for good.
  if (errors_.full && !CheckSpace(0).ok()) return DiskFull(options_.path);
  errors_.failed = false;
  const rocksdb::Status status = IsResumable() ? db_->Resume() : rocksdb::Status::Aborted();
  if (status.ok()) {
    errors_.full = false;
    resumed_ = true;
    return absl::OkStatus();
  }
  errors_.failed = true;
  return StoreNotWritable(options_.path,
                          absl::StrCat("an earlier write failed (", status.ToString(),
                                       "); readers go on, restart the server to write again"));
}

// RocksDB 7.8 leaves a log that failed behind only when a table has rows in
// memory; it would write on into it, and fail for ever or abort, where none has.
bool Database::IsResumable() const {
  uint64_t rows = 0;
  return db_->GetIntProperty(handles_[0], rocksdb::DB::Properties::kNumEntriesActiveMemTable,
                             &rows) &&
         rows > 0;
}

// The default table has this one row, which is in no log and is never read.
absl::Status Database::KeepResumable() {
  if (IsResumable()) return absl::OkStatus();
  rocksdb::WriteOptions only_in_memory;
  only_in_memory.disableWAL = true;
  return WriteFault(db_->Put(only_in_memory, handles_[0], "resumable", ""));
}

absl::Status Database::Ingest(const std::array<std::vector<std::string>, kTables>& files) {
  // RocksDB 7.8 gives ingested files the number 0 once it has resumed.
  if (resumed_) return WriteThroughTheLog(files);
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
  return WriteFault(status);
}

// Changes first and index entries last, so that a part can be taken back by the
// changes: a record's own row tells its index entries.
absl::Status Database::WriteThroughTheLog(
    const std::array<std::vector<std::string>, kTables>& files) {
  rocksdb::WriteBatch batch;
  for (const Table table : {kChanges, kRecords, kIndex}) {
    for (const std::string& file : files[table]) {
      rocksdb::SstFileReader reader(FileOptions(table));
      rocksdb::Status status = reader.Open(file);
      if (!status.ok()) return Fault(status);
      rocksdb::ReadOptions read;
      read.total_order_seek = true;
      const std::unique_ptr<rocksdb::Iterator> row(reader.NewIterator(read));
      for (row->SeekToFirst(); row->Valid(); row->Next()) {
        Put(&batch, table, ToView(row->key()), ToView(row->value()));
        if (batch.GetDataSize() < kLogBatchBytes) continue;
        if (absl::Status written = Write(&batch, false); !written.ok()) return written;
        batch.Clear();
      }
      if (!row->status().ok()) return Fault(row->status());
    }
  }
  return Write(&batch);
}

absl::Status Database::Fault(const rocksdb::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return DiskFull(options_.path);
  const std::string text = status.ToString();
  const std::string file = FileIn(text, options_.path);
  // A table that is not there is as lost as one with wrong bytes.
  const bool missing = status.IsPathNotFound() || absl::StrContains(text, "No such file");
  if (status.IsCorruption() || missing) {
    return StoreCorrupt(file.empty() ? directory_->ManifestPath() : file, text);
  }
  return absl::InternalError(absl::StrCat("store ", options_.path, ": ", text));
}

absl::Status Database::WriteFault(const rocksdb::Status& status) const {
  absl::Status fault = Fault(status);
  if (fault.code() != absl::StatusCode::kInternal || !status.IsIOError()) return fault;
  return StoreNotWritable(options_.path, status.ToString());
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
