// The RocksDB instance under a store: column families, options, and RocksDB's
// faults in Probity's words.
#ifndef PROBITY_STORAGE_ROCKSDB_DATABASE_H_
#define PROBITY_STORAGE_ROCKSDB_DATABASE_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/rocksdb/iterator_pool.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::storage {

// The format this code writes, and the newest it reads.
inline constexpr uint32_t kStoreFormat = 1;

enum Table { kRecords = 0, kIndex = 1, kChanges = 2, kMeta = 3 };
inline constexpr int kTables = 4;

inline rocksdb::Slice ToSlice(absl::string_view text) {
  return rocksdb::Slice(text.data(), text.size());
}
inline absl::string_view ToView(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

// Reads within one bloom prefix. Borrows the database; sees it as it was when
// the cursor was made. Not thread-safe.
class PrefixCursor {
 public:
  explicit PrefixCursor(std::unique_ptr<rocksdb::Iterator> iterator)
      : iterator_(std::move(iterator)) {}
  // Gives its iterator to `pool` in the end.
  PrefixCursor(std::unique_ptr<rocksdb::Iterator> iterator, IteratorPool* pool, uint64_t generation)
      : iterator_(std::move(iterator)), pool_(pool), generation_(generation) {}
  PrefixCursor(PrefixCursor&&) = default;
  ~PrefixCursor();
  // Moves to the first key at or behind `key` that starts with `prefix`.
  void Seek(absl::string_view prefix, absl::string_view key);
  void Next() { iterator_->Next(); }
  // False at the end, or at a fault: ask the database's Fault(status()).
  bool Valid() const;
  absl::string_view key() const { return ToView(iterator_->key()); }
  absl::string_view value() const { return ToView(iterator_->value()); }
  rocksdb::Status status() const { return iterator_->status(); }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
  IteratorPool* pool_ = nullptr;
  uint64_t generation_ = 0;
  std::string prefix_;
};

// Thread-safe.
class Database {
 public:
  static absl::StatusOr<std::unique_ptr<Database>> Open(const RocksdbOptions& options);
  ~Database();
  Database(const Database&) = delete;

  // For keys under one bloom prefix (key_codec.h).
  PrefixCursor Cursor(Table table) const;
  // For any range of keys. `background` reads do not fill the block cache.
  PrefixCursor Scan(Table table, bool background = false) const;
  absl::StatusOr<std::optional<std::string>> GetMeta(absl::string_view key) const;

  void Put(rocksdb::WriteBatch* batch, Table table, absl::string_view key,
           absl::string_view value) const;
  void Delete(rocksdb::WriteBatch* batch, Table table, absl::string_view key) const;
  // Durable when it returns; with `sync` false, once a later write is.
  absl::Status Write(rocksdb::WriteBatch* batch, bool sync = true);
  // Moves sorted files into the tables in one step. Durable when it returns.
  absl::Status Ingest(const std::array<std::vector<std::string>, kTables>& files);

  // A RocksDB status as a Probity one.
  absl::Status Fault(const rocksdb::Status& status) const;
  // A stored byte that cannot be read.
  absl::Status Corrupt(Table table, absl::string_view what) const;
  // DISK_FULL when `bytes` more would leave less than the reserve.
  absl::Status CheckSpace(uint64_t bytes) const;

  const RocksdbOptions& options() const { return options_; }
  rocksdb::Env* env() const;
  // Options for a file of `table` that will be ingested.
  rocksdb::Options FileOptions(Table table) const;
  // Where files wait for their ingestion; emptied at open.
  std::string StagingDirectory() const;

 private:
  explicit Database(const RocksdbOptions& options) : options_(options) {}
  absl::Status CheckFormat();
  absl::Status OpenTables();
  absl::Status EmptyStaging();
  // After every change of rows or files.
  void EmptyPools();

  RocksdbOptions options_;
  // Ahead of the instance: its background threads empty them.
  mutable std::array<IteratorPool, kTables> pools_;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // default, then by Table
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_DATABASE_H_
