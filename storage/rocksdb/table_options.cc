#include "storage/rocksdb/table_options.h"

#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

constexpr size_t kWriteBuffer = size_t{8} << 20;
constexpr int kOpenFiles = 256;
constexpr double kBloomBitsPerKey = 10;
// A read checks the whole of a block: a page of a mapped file for records, less
// for index rows, which are many and short.
constexpr size_t kRecordBlockBytes = 4 << 10;
constexpr size_t kIndexBlockBytes = 1 << 10;

// A bloom prefix of key_codec.h as RocksDB wants it. The name is written into
// the files: change it with the rule.
class BloomPrefix : public rocksdb::SliceTransform {
 public:
  BloomPrefix(const char* name, size_t (*length)(absl::string_view))
      : name_(name), length_(length) {}
  const char* Name() const override { return name_; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return rocksdb::Slice(key.data(), length_({key.data(), key.size()}));
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return length_({key.data(), key.size()}) != 0;
  }

 private:
  const char* name_;
  size_t (*length_)(absl::string_view);
};

class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// `compressed`: for tables that are rarely read.
rocksdb::ColumnFamilyOptions MakeTable(const std::shared_ptr<rocksdb::Cache>& cache,
                                       size_t block_size, bool compressed) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.block_size = block_size;
  blocks.cache_index_and_filter_blocks = true;
  // A filter is larger than a shard of the cache: unless it is held, each read
  // would fetch it from the file anew.
  blocks.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  blocks.whole_key_filtering = false;
  blocks.format_version = 5;
  rocksdb::ColumnFamilyOptions table;
  table.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  // Blocks that are not compressed are read where the file is mapped.
  table.compression = compressed ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  // Most rows end on the last level, so that a read looks at few files.
  table.level_compaction_dynamic_level_bytes = true;
  table.write_buffer_size = kWriteBuffer;
  table.max_write_buffer_number = 3;
  // Ingested files must not stall the small writes that make them visible.
  table.level0_slowdown_writes_trigger = 1000;
  table.level0_stop_writes_trigger = 2000;
  table.target_file_size_base = 64 << 20;
  return table;
}

}  // namespace

rocksdb::DBOptions MakeDbOptions(const RocksdbOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.allow_mmap_reads = true;
  db.env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  db.info_log = std::make_shared<SilentLogger>();
  db.max_open_files = kOpenFiles;
  db.max_background_jobs = 2;
  // Compactions give way to calls: these threads, which all databases of the process
  // share, would else have the priority of those that answer. Flushes keep theirs, since
  // writes wait for them.
  db.env->LowerThreadPoolCPUPriority(rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow)
      .PermitUncheckedError();
  db.db_write_buffer_size = options.write_buffers;
  db.max_total_wal_size = uint64_t{64} << 20;
  // All rows are in the log, but for the one of Database::KeepResumable().
  db.avoid_flush_during_shutdown = true;
  // What follows the last sync may be torn or never have reached the disk: the
  // log is read up to there. Database::NoteDurable() notices more than that.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeColumnFamilies(const RocksdbOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache);
  auto records = MakeTable(cache, kRecordBlockBytes, false);
  records.prefix_extractor = std::make_shared<BloomPrefix>("probity.records.1", &RecordBloomPrefix);
  auto index = MakeTable(cache, kIndexBlockBytes, false);
  index.prefix_extractor = std::make_shared<BloomPrefix>("probity.index.1", &IndexBloomPrefix);
  return {{rocksdb::kDefaultColumnFamilyName, MakeTable(cache, kRecordBlockBytes, true)},
          {"meta", MakeTable(cache, kRecordBlockBytes, true)},
          {"records", records},
          {"index", index},
          {"changes", MakeTable(cache, 16 << 10, true)}};
}

}  // namespace probity::storage
