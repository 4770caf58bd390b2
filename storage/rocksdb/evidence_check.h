// Looks for damage in an evidence log: checksums, every decision against its leaf, the
// tree computed anew against the stored nodes and every signed head, and the index.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_CHECK_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_CHECK_H_

#include <memory>

#include "absl/status/status.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/evidence_database.h"

namespace probity::storage {

// See Maintenance::Check(). Decisions that are recorded meanwhile are not looked at.
absl::Status CheckStoredLog(const std::shared_ptr<const EvidenceDatabase>& database,
                            const CheckDepth& depth, probity::v1::CheckStoreResponse* report);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_CHECK_H_
