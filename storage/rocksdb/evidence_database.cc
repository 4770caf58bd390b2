#include "storage/rocksdb/evidence_database.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

constexpr size_t kWriteBuffer = size_t{8} << 20;
constexpr size_t kBlockBytes = size_t{4} << 10;
constexpr double kBloomBitsPerKey = 10;

RocksdbOptions ToStoreOptions(const EvidenceOptions& options) {
  RocksdbOptions store;
  store.path = options.path;
  store.env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  return store;
}

rocksdb::ColumnFamilyOptions MakeTable(const std::shared_ptr<rocksdb::Cache>& cache,
                                       bool is_looked_up, rocksdb::CompressionType compression) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.block_size = kBlockBytes;
  blocks.format_version = 5;
  // Names and request ids are asked for before they are there.
  if (is_looked_up) blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::ColumnFamilyOptions table;
  table.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  table.compression = compression;
  table.level_compaction_dynamic_level_bytes = true;
  table.write_buffer_size = kWriteBuffer;
  table.max_write_buffer_number = 3;
  return table;
}

}  // namespace

EvidenceDatabase::EvidenceDatabase(const EvidenceOptions& options)
    : options_(options),
      env_(options.env != nullptr ? options.env : rocksdb::Env::Default()),
      directory_(env_, options.path) {}

EvidenceDatabase::~EvidenceDatabase() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  if (db_ != nullptr) db_->Close();
}

absl::StatusOr<std::unique_ptr<EvidenceDatabase>> EvidenceDatabase::Open(
    const EvidenceOptions& options) {
  std::unique_ptr<EvidenceDatabase> database(new EvidenceDatabase(options));
  if (absl::Status status = database->directory_.Make(); !status.ok()) return status;
  if (absl::Status status = database->CheckUnderLock(); !status.ok()) return status;
  if (database->is_new() && !options.continued_log_id.empty()) {
    return EvidenceLogGone(options.path, ToHex(options.continued_log_id));
  }
  if (absl::Status status = database->OpenTables(); !status.ok()) return status;
  return database;
}

absl::StatusOr<std::unique_ptr<EvidenceDatabase>> EvidenceDatabase::OpenToRead(
    const EvidenceOptions& options) {
  std::unique_ptr<EvidenceDatabase> database(new EvidenceDatabase(options));
  if (absl::Status status = database->CheckStored(); !status.ok()) return status;
  if (database->is_new()) {
    return absl::NotFoundError(absl::StrCat("there is no evidence log in ", options.path));
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(MakeDbOptions(ToStoreOptions(options)), options.path,
                                   database->Descriptors(), &database->handles_, &db);
  database->db_.reset(db);
  if (!status.ok()) return database->Fault(status);
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> EvidenceDatabase::Descriptors() const {
  const auto cache = rocksdb::NewLRUCache(options_.block_cache);
  return {{rocksdb::kDefaultColumnFamilyName, MakeTable(cache, false, rocksdb::kLZ4Compression)},
          {"entries", MakeTable(cache, false, rocksdb::kLZ4Compression)},
          {"nodes", MakeTable(cache, false, rocksdb::kNoCompression)},
          {"index", MakeTable(cache, true, rocksdb::kLZ4Compression)}};
}

absl::Status EvidenceDatabase::CheckUnderLock() {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = env_->LockFile(options_.path + "/LOCK", &lock);
  if (IsLockHeld(status)) return StoreInUse(options_.path);
  if (!status.ok()) return StoreNotWritable(options_.path, status.ToString());
  absl::Status result = CheckStored();
  env_->UnlockFile(lock);
  return result;
}

// Reads through a read-only instance, which writes nothing.
absl::Status EvidenceDatabase::CheckStored() {
  is_new_ = true;
  const DurableNote note = directory_.ReadNote();
  if (directory_.IsUnused()) return absl::OkStatus();
  if (!directory_.HasDatabase()) {
    if (directory_.IsRestored()) return RestoreUnfinished(options_.path);
    return EvidenceLogCorrupt(options_.path + "/CURRENT", "it is gone, although there is data");
  }
  if (!directory_.CheckManifest(note).ok()) {
    return EvidenceLogCorrupt(directory_.ManifestPath(), "it is gone or cut");
  }
  rocksdb::DB* raw = nullptr;
  rocksdb::DBOptions db_options = MakeDbOptions(ToStoreOptions(options_));
  db_options.create_if_missing = false;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(db_options, options_.path,
                                                        {Descriptors()[kLogMeta]}, &handles, &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  std::string identity;
  if (status.ok()) status = db->Get({}, EncodeIdentityKey(), &identity);
  absl::StatusOr<std::optional<probity::v1::LogHead>> head;
  if (status.ok()) {
    const std::unique_ptr<rocksdb::Iterator> meta(db->NewIterator({}));
    head = ReadNewestHead(meta.get());
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  // A log whose making was cut off has no identity, and no sorted file either.
  if (status.IsNotFound() && note.revision == 0 && !directory_.HasFile({".sst"})) {
    return absl::OkStatus();
  }
  if (status.IsNotFound()) return Corrupt("the log's identity is gone");
  if (!status.ok()) return Fault(status);
  is_new_ = false;
  if (absl::Status wrong = CheckIdentity(identity); !wrong.ok()) return wrong;
  if (!head.ok() || !head->has_value()) return Corrupt("there is no head");
  return CheckNote(note, (*head)->tree_size());
}

absl::Status EvidenceDatabase::CheckIdentity(absl::string_view stored) const {
  LogIdentity identity;
  if (!ParseIdentity(stored, &identity)) return Corrupt("the log's identity cannot be read");
  if (identity.format > kEvidenceFormat) return StoreFormatNewer(identity.format, kEvidenceFormat);
  if (identity.format < kFormatWithoutActs) {
    return Corrupt("the log's format was never released");
  }
  if (options_.log_id.empty() || options_.log_id == identity.log_id) return absl::OkStatus();
  return EvidenceOtherLog(ToHex(identity.log_id), ToHex(options_.log_id));
}

absl::Status EvidenceDatabase::CheckNote(const DurableNote& note, uint64_t tree_size) const {
  if (note.revision <= tree_size) return absl::OkStatus();
  return Corrupt(absl::StrCat("the log is cut: ", note.revision,
                              " entries were durable, there are ", tree_size));
}

absl::Status EvidenceDatabase::OpenTables() {
  rocksdb::DB* db = nullptr;
  rocksdb::DBOptions db_options = MakeDbOptions(ToStoreOptions(options_));
  db_options.create_missing_column_families = is_new_;
  db_options.listeners.push_back(std::make_shared<ErrorWatch>(&errors_));
  const rocksdb::Status status =
      rocksdb::DB::Open(db_options, options_.path, Descriptors(), &handles_, &db);
  db_.reset(db);
  if (status.ok()) return absl::OkStatus();
  if (IsLockHeld(status)) return StoreInUse(options_.path);
  if (status.IsInvalidArgument()) {
    return EvidenceLogCorrupt(directory_.ManifestPath(),
                              absl::StrCat("not that of an evidence log: ", status.ToString()));
  }
  return Fault(status);
}

absl::StatusOr<std::optional<std::string>> EvidenceDatabase::Get(EvidenceTable table,
                                                                 absl::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get({}, handles_[table], ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Fault(status);
  return value;
}

absl::StatusOr<std::string> EvidenceDatabase::Need(EvidenceTable table, absl::string_view key,
                                                   absl::string_view what) const {
  auto value = Get(table, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return Corrupt(absl::StrCat(what, " is gone"));
  return **std::move(value);
}

std::unique_ptr<rocksdb::Iterator> EvidenceDatabase::Scan(EvidenceTable table) const {
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator({}, handles_[table]));
}

void EvidenceDatabase::Put(rocksdb::WriteBatch* batch, EvidenceTable table, absl::string_view key,
                           absl::string_view value) const {
  batch->Put(handles_[table], ToSlice(key), ToSlice(value));
}

absl::Status EvidenceDatabase::Write(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return Fault(db_->Write(synced, batch));
}

absl::Status EvidenceDatabase::Writable() const {
  if (!errors_.failed) return absl::OkStatus();
  return errors_.full ? DiskFull(options_.path)
                      : EvidenceLogUnavailable(options_.path, "an earlier write failed");
}

// The log of RocksDB goes once all tables are written out, and the row's old
// versions when their files are written anew.
absl::Status EvidenceDatabase::Forget(absl::string_view key) {
  rocksdb::Status status = db_->Flush({}, handles_);
  rocksdb::CompactRangeOptions all_the_way;
  all_the_way.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice row = ToSlice(key);
  if (status.ok()) status = db_->CompactRange(all_the_way, handles_[kEntries], &row, &row);
  // Deletes in this thread what nothing names any more.
  if (status.ok()) status = db_->EnableFileDeletions(true);
  return Fault(status);
}

void EvidenceDatabase::NoteDurable(uint64_t tree_size, bool now) {
  const absl::Time time = absl::Now();
  if (!now && time - noted_ < options_.note_interval) return;
  noted_ = time;
  DurableNote note;
  note.revision = tree_size;
  std::vector<std::string> files;
  if (!db_->GetLiveFiles(files, &note.manifest_size, false).ok()) return;
  for (const std::string& file : files) {
    if (file.find("MANIFEST-") != std::string::npos) note.manifest = file;
  }
  directory_.WriteNote(note);
}

absl::Status EvidenceDatabase::CheckSpace(uint64_t bytes) const {
  uint64_t left = 0;
  const rocksdb::Status status = env_->GetFreeSpace(options_.path, &left);
  if (status.ok() && left < bytes + options_.disk_reserve) return DiskFull(options_.path);
  return absl::OkStatus();
}

absl::Status EvidenceDatabase::Fault(const rocksdb::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return DiskFull(options_.path);
  const std::string text = status.ToString();
  // A table that is not there is as lost as one with wrong bytes.
  if (status.IsCorruption() || status.IsPathNotFound() ||
      text.find("No such file") != std::string::npos) {
    const std::string file = FileIn(text, options_.path);
    return EvidenceLogCorrupt(file.empty() ? directory_.ManifestPath() : file, text);
  }
  return EvidenceLogUnavailable(options_.path, text);
}

absl::Status EvidenceDatabase::Corrupt(absl::string_view what) const {
  return EvidenceLogCorrupt(options_.path, what);
}

absl::StatusOr<std::optional<probity::v1::LogHead>> ReadNewestHead(rocksdb::Iterator* meta) {
  meta->SeekForPrev(HeadEnd());
  if (!meta->status().ok()) return absl::InternalError(meta->status().ToString());
  if (!meta->Valid() || !meta->key().starts_with(HeadPrefix())) return std::nullopt;
  probity::v1::LogHead head;
  if (!head.ParseFromArray(meta->value().data(), static_cast<int>(meta->value().size()))) {
    return absl::DataLossError("the newest head cannot be read");
  }
  return head;
}

}  // namespace probity::storage
