#include "storage/rocksdb/database.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_reader.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

constexpr size_t kLogBatchBytes = size_t{1} << 20;

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

Database::~Database() {
  EmptyPools();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  if (db_ != nullptr) db_->Close();
}

rocksdb::Env* Database::env() const { return env_.get(); }

std::string Database::StagingDirectory() const { return options_.path + "/staging"; }

void Database::EmptyPools() {
  for (auto& parts : pools_) {
    for (IteratorPool& pool : parts) pool.Empty();
  }
}

PrefixCursor Database::Cursor(Table table, size_t part) const {
  IteratorPool& pool = pools_[table][part];
  const uint64_t generation = pool.generation();
  std::unique_ptr<rocksdb::Iterator> iterator = pool.Take();
  if (iterator == nullptr) {
    rocksdb::ReadOptions read;
    read.prefix_same_as_start = true;
    iterator.reset(db_->NewIterator(read, handles_[1 + table]));
  }
  return PrefixCursor(std::move(iterator), &pool, generation);
}

bool Database::HasRows(Table table, size_t part, absl::string_view prefix) const {
  IteratorPool& pool = pools_[table][part];
  const uint64_t generation = pool.generation();
  if (const auto known = pool.HasRows(prefix)) return *known;
  PrefixCursor cursor = Scan(table, true);
  cursor.Seek(prefix, prefix);
  // What cannot be read may be there.
  const bool has_rows = cursor.Valid() || !cursor.status().ok();
  pool.NoteRows(prefix, has_rows, generation);
  return has_rows;
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

absl::Status Database::Forget(const std::vector<std::string>& record_prefixes) {
  rocksdb::Status status = db_->Flush({}, handles_);
  rocksdb::CompactRangeOptions all_the_way;
  all_the_way.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (const Table table : {kIndex, kMeta}) {
    if (status.ok()) {
      status = db_->CompactRange(all_the_way, handles_[1 + table], nullptr, nullptr);
    }
  }
  for (const std::string& prefix : record_prefixes) {
    const std::string behind = prefix + "\xFF\xFF\xFF\xFF\xFF";  // versions have four bytes
    const rocksdb::Slice from = prefix, to = behind;
    if (status.ok()) status = db_->CompactRange(all_the_way, handles_[1 + kRecords], &from, &to);
  }
  // Iterators keep files that are gone.
  EmptyPools();
  // Deletes in this thread what nothing names any more.
  if (status.ok()) status = db_->EnableFileDeletions(true);
  return WriteFault(status);
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
