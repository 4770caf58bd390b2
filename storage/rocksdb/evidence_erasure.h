// Erasing personal texts of one decision.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_ERASURE_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_ERASURE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "storage/evidence/evidence_log.h"
#include "storage/rocksdb/evidence_database.h"

namespace probity::storage {

// Adds the row of a decision's texts without the erased ones to `batch`; gives how many had not
// been erased before. Errors of EvidenceLog::ErasePersonalTexts().
absl::StatusOr<int> PutErasures(const EvidenceDatabase& database, uint64_t leaf,
                                const ErasureOrder& order, int64_t time_us,
                                rocksdb::WriteBatch* batch);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_ERASURE_H_
