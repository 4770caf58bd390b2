// The RocksDB instance under an evidence log: tables, and RocksDB's faults in the
// log's words.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_DATABASE_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_DATABASE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/rocksdb/error_watch.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "storage/rocksdb/store_directory.h"

namespace probity::storage {

// In the order in which RocksDB flushes them; see Database::Table.
enum EvidenceTable { kLogMeta = 0, kEntries = 1, kNodes = 2, kLogIndex = 3 };
inline constexpr int kEvidenceTables = 4;

// Thread-safe.
class EvidenceDatabase {
 public:
  // Makes the directory where there is none. Looks at what is stored without
  // writing first, so that a log of a newer release, another log or a harmed one
  // stays as it is. Errors of OpenRocksdbEvidenceLog().
  static absl::StatusOr<std::unique_ptr<EvidenceDatabase>> Open(const EvidenceOptions& options);
  // Writes nothing, not even a lock: what is read is the caller's care; the key is not
  // looked at. NOT_FOUND where there is no log.
  static absl::StatusOr<std::unique_ptr<EvidenceDatabase>> OpenToRead(
      const EvidenceOptions& options);
  ~EvidenceDatabase();
  EvidenceDatabase(const EvidenceDatabase&) = delete;

  // True when nothing had been recorded, not even the log's identity.
  bool is_new() const { return is_new_; }

  absl::StatusOr<std::optional<std::string>> Get(EvidenceTable table, absl::string_view key) const;
  // The value, which must be there: else the log is damaged.
  absl::StatusOr<std::string> Need(EvidenceTable table, absl::string_view key,
                                   absl::string_view what) const;
  std::unique_ptr<rocksdb::Iterator> Scan(EvidenceTable table) const;
  void Put(rocksdb::WriteBatch* batch, EvidenceTable table, absl::string_view key,
           absl::string_view value) const;
  // Durable when it returns. After an error nothing may be written any more:
  // close, open, and see what is there.
  absl::Status Write(rocksdb::WriteBatch* batch);
  // OK unless a write failed, also one that RocksDB does by itself.
  absl::Status Writable() const;
  // Removes what was overwritten in a row of `entries` from the files.
  absl::Status Forget(absl::string_view key);

  // Notes, in a file beside RocksDB's, that so many decisions are durable; see
  // StoreDirectory. At most once in EvidenceOptions::note_interval, unless `now`.
  void NoteDurable(uint64_t tree_size, bool now);
  // DISK_FULL when `bytes` more would leave less than the reserve.
  absl::Status CheckSpace(uint64_t bytes) const;

  // For copies and checks of the files.
  rocksdb::DB* db() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* handle(EvidenceTable table) const { return handles_[table]; }
  rocksdb::Env* env() const { return env_; }
  const std::string& path() const { return options_.path; }

  absl::Status Fault(const rocksdb::Status& status) const;
  // A stored byte that cannot be read.
  absl::Status Corrupt(absl::string_view what) const;

 private:
  explicit EvidenceDatabase(const EvidenceOptions& options);
  absl::Status CheckUnderLock();
  absl::Status CheckStored();
  absl::Status CheckIdentity(absl::string_view stored) const;
  absl::Status CheckNote(const DurableNote& note, uint64_t tree_size) const;
  absl::Status OpenTables();
  std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors() const;

  const EvidenceOptions options_;
  rocksdb::Env* const env_;
  const StoreDirectory directory_;
  bool is_new_ = false;
  WriteErrors errors_;
  absl::Time noted_ = absl::InfinitePast();
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // by EvidenceTable
};

// The newest head among the rows of `meta`; nullopt when there is none.
absl::StatusOr<std::optional<probity::v1::LogHead>> ReadNewestHead(rocksdb::Iterator* meta);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_DATABASE_H_
