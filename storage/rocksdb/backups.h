// Backups of store and evidence log together, in one directory:
//
//   store/, evidence/     copies of either; files that copies have in common are there once
//   backup-<n>.txtpb      a v1::BackupNote, written last: what it names is whole
//
// No key, token or certificate is in it, nor what can be made again (names, the watch) or
// was not published (files of loads).
#ifndef PROBITY_STORAGE_ROCKSDB_BACKUPS_H_
#define PROBITY_STORAGE_ROCKSDB_BACKUPS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "storage/evidence/evidence_log.h"
#include "storage/maintenance.h"
#include "storage/store.h"

namespace probity::storage {

// Calls that write, and calls on one backup while it is deleted, one at a time.
class BackupShelf {
 public:
  // `bytes_per_second`: see BackupPlace.
  explicit BackupShelf(std::string directory, uint64_t bytes_per_second = 0)
      : directory_(std::move(directory)), bytes_per_second_(bytes_per_second) {}

  // Whole backups, oldest first. DATA_LOSS / BACKUP_DAMAGED names a note that cannot be read.
  absl::StatusOr<std::vector<v1::BackupNote>> List() const;
  // By number; 0: the newest. NOT_FOUND / BACKUP_NOT_FOUND.
  absl::StatusOr<v1::BackupNote> Find(uint32_t number) const;
  // Larger than that of any backup that is there.
  absl::StatusOr<uint32_t> NextNumber() const;

  // Makes the directory and in it the backup that `begun` describes; gives its note, with
  // the copies. Removes what backups left that were cut off. Errors of Maintenance.
  absl::StatusOr<v1::BackupNote> Create(const Store& store, const EvidenceLog& log,
                                        v1::BackupNote begun,
                                        const std::function<bool()>& is_cancelled) const;
  // The notes first: a backup whose note is gone is not there any more.
  absl::Status Delete(const std::vector<uint32_t>& numbers) const;

  // Adds what is wrong with the files of either copy to `findings`; gives how many files
  // were compared.
  uint64_t Verify(const v1::BackupNote& note, probity::v1::CheckStoreResponse* findings) const;
  // The store as it lies in the backup, to look at. Errors of OpenRocksdbStoreToRead,
  // BACKUP_DAMAGED.
  absl::StatusOr<std::unique_ptr<Store>> OpenStore(const v1::BackupNote& note,
                                                   const IdentifierCatalogue& identifiers) const;
  // Visits the newest `most` decisions of the backup's log, newest first; no acts.
  absl::Status ForEachDecision(const v1::BackupNote& note, uint64_t most,
                               const std::function<bool(const StoredDecision&)>& visit) const;

  BackupPlace store() const { return {directory_ + "/store", bytes_per_second_}; }
  BackupPlace evidence() const { return {directory_ + "/evidence", bytes_per_second_}; }

 private:
  std::string NotePath(uint32_t number) const;
  // Of those that notes name; the rest is removed.
  absl::Status RemoveUnnamed() const;

  const std::string directory_;
  const uint64_t bytes_per_second_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_BACKUPS_H_
