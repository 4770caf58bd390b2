// The RocksDB instance under a store: column families, options, and RocksDB's
// faults in Probity's words.
#ifndef PROBITY_STORAGE_ROCKSDB_DATABASE_H_
#define PROBITY_STORAGE_ROCKSDB_DATABASE_H_

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/rocksdb/error_watch.h"
#include "storage/rocksdb/iterator_pool.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/store_directory.h"

namespace probity::storage {

// The format this code writes, and the newest it reads.
inline constexpr uint32_t kStoreFormat = 1;

// In the order in which RocksDB flushes them when it gets over an error. The
// power may fail in between, and the log be read again for the tables behind:
// head and markers must not come back from it alone, so meta stands in front.
enum Table { kMeta = 0, kRecords = 1, kIndex = 2, kChanges = 3 };
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
  // Writes nothing, not even a lock: what is read is the caller's care. NOT_FOUND where
  // there is no store.
  static absl::StatusOr<std::unique_ptr<Database>> OpenToRead(const RocksdbOptions& options);
  ~Database();
  Database(const Database&) = delete;

  // For keys under one bloom prefix (key_codec.h). `part`, below kMostParts, tells keys
  // that stand far apart: an iterator that comes back to the file it was in is cheap.
  static constexpr size_t kMostParts = 256;
  PrefixCursor Cursor(Table table, size_t part = 0) const;
  // False when no key of a part begins with `prefix`. Looked up once after each change, so
  // only for prefixes of which there are few.
  bool HasRows(Table table, size_t part, absl::string_view prefix) const;
  // For any range of keys. `background` reads do not fill the block cache.
  PrefixCursor Scan(Table table, bool background = false) const;
  absl::StatusOr<std::optional<std::string>> GetMeta(absl::string_view key) const;

  void Put(rocksdb::WriteBatch* batch, Table table, absl::string_view key,
           absl::string_view value) const;
  void Delete(rocksdb::WriteBatch* batch, Table table, absl::string_view key) const;
  // Durable when it returns; with `sync` false, once a later write is. After an
  // error it may come back when the store is next opened: for rows that nobody
  // sees.
  absl::Status Write(rocksdb::WriteBatch* batch, bool sync = true);
  // The same for rows that are seen: after an error other than
  // COMMIT_OUTCOME_UNKNOWN they are not there and never will be.
  absl::Status Commit(rocksdb::WriteBatch* batch);
  // OK when rows can be written; gets over a full disk that has space again.
  //   DISK_FULL, or STORE_NOT_WRITABLE until the store is opened again
  absl::Status Writable();
  // Moves sorted files of rows that nobody sees into the tables. Durable when it
  // returns; after an error or a crash some rows may be there, but then their
  // changes are.
  absl::Status Ingest(const std::array<std::vector<std::string>, kTables>& files);

  // Writes the tables out, and anew: all index and meta rows, and records under these
  // prefixes. Afterwards no file but MANIFEST holds what was overwritten or deleted there.
  absl::Status Forget(const std::vector<std::string>& record_prefixes);

  // A RocksDB status as a Probity one.
  absl::Status Fault(const rocksdb::Status& status) const;
  // The same for one of a write: STORE_NOT_WRITABLE for what is no other fault.
  absl::Status WriteFault(const rocksdb::Status& status) const;
  // A stored byte that cannot be read.
  absl::Status Corrupt(Table table, absl::string_view what) const;
  // Notes, in a file beside RocksDB's, that `revision` is durable. Not synced: the
  // note may be late or lost, but never leads. When the files hold less than it
  // says, synced bytes were lost, and Open() refuses.
  void NoteDurable(uint64_t revision);
  // DISK_FULL when `bytes` more would leave less than the reserve.
  absl::Status CheckSpace(uint64_t bytes) const;

  // For copies and checks of the files.
  rocksdb::DB* db() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* handle(Table table) const { return handles_[1 + table]; }

  const RocksdbOptions& options() const { return options_; }
  rocksdb::Env* env() const;
  // Options for a file of `table` that will be ingested.
  rocksdb::Options FileOptions(Table table) const;
  // Where files wait for their ingestion; emptied at open.
  std::string StagingDirectory() const;

 private:
  explicit Database(const RocksdbOptions& options);
  absl::Status CheckFormat();
  absl::Status CheckStored();
  absl::Status CheckNote(const DurableNote& note, absl::string_view head) const;
  absl::Status OpenTables();
  absl::Status EmptyStaging();
  // After every change of rows or files.
  void EmptyPools();
  bool IsResumable() const;
  absl::Status KeepResumable();
  absl::Status Resume();
  absl::Status WriteThroughTheLog(const std::array<std::vector<std::string>, kTables>& files);

  RocksdbOptions options_;
  std::unique_ptr<rocksdb::Env> env_;
  std::optional<StoreDirectory> directory_;
  bool is_new_ = false;
  std::mutex resume_mutex_;
  WriteErrors errors_;
  // Since the database was opened.
  std::atomic<bool> resumed_{false};
  // Ahead of the instance: its background threads empty them.
  mutable std::array<std::array<IteratorPool, kMostParts>, kTables> pools_;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // default, then by Table
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_DATABASE_H_
