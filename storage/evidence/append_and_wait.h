// Appending to an evidence log for who has a thread that may wait.
#ifndef PROBITY_STORAGE_EVIDENCE_APPEND_AND_WAIT_H_
#define PROBITY_STORAGE_EVIDENCE_APPEND_AND_WAIT_H_

#include "absl/status/statusor.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage {

// EvidenceLog::AppendAct(), until its leaf is durable or known not to be; its errors.
absl::StatusOr<Recorded> AppendActAndWait(EvidenceLog* log, ActEntry entry);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_EVIDENCE_APPEND_AND_WAIT_H_
