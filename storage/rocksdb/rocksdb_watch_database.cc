#include "storage/rocksdb/rocksdb_watch_database.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/error_watch.h"
#include "storage/rocksdb/store_directory.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

constexpr size_t kWriteBuffer = size_t{8} << 20;
constexpr double kBloomBitsPerKey = 10;

rocksdb::Options ToOptions(const RocksdbWatchOptions& options, WriteErrors* errors) {
  RocksdbOptions store;
  store.path = options.path;
  store.env = options.env;
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = rocksdb::NewLRUCache(options.block_cache);
  blocks.format_version = 5;
  // Members are asked for before they were decided.
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::Options all(MakeDbOptions(store), rocksdb::ColumnFamilyOptions());
  all.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  all.compression = rocksdb::kLZ4Compression;
  all.level_compaction_dynamic_level_bytes = true;
  all.write_buffer_size = kWriteBuffer;
  all.listeners.push_back(std::make_shared<ErrorWatch>(errors));
  return all;
}

class RocksdbWatchDatabase final : public WatchDatabase {
 public:
  explicit RocksdbWatchDatabase(const RocksdbWatchOptions& options) : path_(options.path) {}
  ~RocksdbWatchDatabase() override {
    if (db_ != nullptr) db_->Close();
  }

  rocksdb::Status Open(const RocksdbWatchOptions& options) {
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(ToOptions(options, &errors_), path_, &db);
    db_.reset(db);
    return status;
  }

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    std::string value;
    const rocksdb::Status status = db_->Get({}, ToSlice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return Fault(status);
    return value;
  }

  absl::Status ForEach(absl::string_view begin, absl::string_view end,
                       const Visitor& visit) const override {
    const rocksdb::Slice bound = ToSlice(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options));
    for (row->Seek(ToSlice(begin)); row->Valid(); row->Next()) {
      if (!visit(ToView(row->key()), ToView(row->value()))) return absl::OkStatus();
    }
    return Fault(row->status());
  }

  absl::StatusOr<std::optional<std::string>> LastKey(absl::string_view begin,
                                                     absl::string_view end) const override {
    const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator({}));
    row->SeekForPrev(ToSlice(end));
    if (row->Valid() && ToView(row->key()) == end) row->Prev();
    if (!row->status().ok()) return Fault(row->status());
    if (!row->Valid() || ToView(row->key()) < begin) return std::nullopt;
    return row->key().ToString();
  }

  absl::Status Write(const std::vector<WatchWrite>& writes, bool durable) override {
    if (errors_.failed) return WatchUnavailable(path_, "an earlier write failed");
    rocksdb::WriteBatch batch;
    for (const WatchWrite& write : writes) {
      if (write.value.has_value()) {
        batch.Put(write.key, *write.value);
      } else {
        batch.Delete(write.key);
      }
    }
    rocksdb::WriteOptions options;
    options.sync = durable;
    const rocksdb::Status status = db_->Write(options, &batch);
    if (!status.ok()) errors_.failed = true;
    return Fault(status);
  }

  absl::Status Forget() const override {
    rocksdb::Status status = db_->Flush({});
    rocksdb::CompactRangeOptions all_the_way;
    all_the_way.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    if (status.ok()) status = db_->CompactRange(all_the_way, nullptr, nullptr);
    if (status.ok()) status = db_->EnableFileDeletions(true);
    return Fault(status);
  }

  absl::Status Clear() override {
    rocksdb::WriteBatch batch;
    const std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator({}));
    last->SeekToLast();
    if (!last->Valid()) return Fault(last->status());
    batch.DeleteRange(rocksdb::Slice(), last->key());
    batch.Delete(last->key());
    rocksdb::WriteOptions options;
    options.sync = true;
    return Fault(db_->Write(options, &batch));
  }

 private:
  absl::Status Fault(const rocksdb::Status& status) const {
    return status.ok() ? absl::OkStatus() : WatchUnavailable(path_, status.ToString());
  }

  const std::string path_;
  WriteErrors errors_;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WatchDatabase>> OpenRocksdbWatchDatabase(
    const RocksdbWatchOptions& options) {
  for (const bool again : {false, true}) {
    auto database = std::make_unique<RocksdbWatchDatabase>(options);
    const rocksdb::Status status = database->Open(options);
    if (status.ok()) return database;
    if (IsLockHeld(status)) return StoreInUse(options.path);
    const bool damaged = status.IsCorruption() || status.IsInvalidArgument();
    if (again || !damaged) return WatchUnavailable(options.path, status.ToString());
    WriteErrors unused;
    const rocksdb::Status gone = rocksdb::DestroyDB(options.path, ToOptions(options, &unused));
    if (!gone.ok()) return WatchUnavailable(options.path, gone.ToString());
  }
  return WatchUnavailable(options.path, "it cannot be made");
}

}  // namespace probity::storage
