// Puts copies of a store or of an evidence log back, while nobody has them open.
//
// A store that is put back is another one from there on: it has a new lineage, so that
// nobody takes its next revisions for those that the old one made after the backup. Up to
// the backup both have the same revisions. A log that is put back has a new id, and cites
// the newest head that is known of the one before it.
#ifndef PROBITY_STORAGE_ROCKSDB_RESTORE_H_
#define PROBITY_STORAGE_ROCKSDB_RESTORE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "probity/v1/evidence.pb.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::storage {

// What to put back, and what is recorded of it.
struct Restoration {
  BackupPlace place;
  uint32_t id = 0;     // of the copy
  std::string by;      // an account of this machine
  int64_t now_us = 0;  // microseconds since 1970
};

// Marks a directory that is empty or not there yet: what opens it from now on says
// RESTORE_UNFINISHED, until a restore into it was done. Errors as of the restores.
absl::Status MarkForRestore(const std::string& path);

// Puts a copy of a store into options.path, a directory that is empty or not there yet;
// options.lineage is that of the store from now on. Gives the first revision of the new
// lineage. What was redacted since the backup is in it again; a server redacts it anew by
// its journal before it serves.
//   FAILED_PRECONDITION / RESTORE_TARGET_NOT_EMPTY, STORE_IN_USE, STORE_NOT_WRITABLE
//   DATA_LOSS / BACKUP_DAMAGED; RESOURCE_EXHAUSTED / DISK_FULL; errors of OpenRocksdbStore
// After an error, or when it is cut off, the directory is refused by OpenRocksdbStore()
// (RESTORE_UNFINISHED), and the next restore begins anew in it.
absl::StatusOr<probity::v1::RevisionToken> RestoreStore(const Restoration& what,
                                                        const RocksdbOptions& options,
                                                        const IdentifierCatalogue& identifiers);

// The same for a log; options.key signs from now on, and options.log_id, where it is set,
// is the new id. Records that there may be a gap, accepted by `what.by` where `accepted`.
absl::StatusOr<probity::v1::LogContinuation> RestoreEvidenceLog(const Restoration& what,
                                                                const EvidenceOptions& options,
                                                                bool accepted);

// Records that `by` accepts the gap in the log in options.path, which nobody has open.
// Where it was accepted before, that stays.
//   FAILED_PRECONDITION where the log was not put back from a backup; errors of
//   OpenRocksdbEvidenceLog
absl::StatusOr<probity::v1::LogContinuation> AcceptEvidenceGap(const EvidenceOptions& options,
                                                               const std::string& by,
                                                               int64_t now_us);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_RESTORE_H_
