// What an open evidence log knows: its tables, and how it goes on.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "evidence/merkle.h"
#include "probity/v1/evidence.pb.h"
#include "storage/rocksdb/evidence_database.h"

namespace probity::storage {

// The newest head, and all that was said of keys up to it.
struct EvidenceHead {
  probity::v1::LogHead head;
  probity::v1::KeyHistory keys;
};

struct EvidenceState {
  std::shared_ptr<EvidenceDatabase> database;
  std::string first_public_key;
  EvidenceHead newest;
  evidence::Frontier frontier;
};

// Opens the tables, makes the log's first head where they are new, and verifies
// what is there; errors of OpenRocksdbEvidenceLog(). `now_us` is the time of a
// first head.
absl::StatusOr<EvidenceState> OpenEvidenceState(const EvidenceOptions& options, int64_t now_us);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_
