// What an open evidence log knows: its tables, and how it goes on.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
  // Of the tables (evidence_codec.h); grows with the first act.
  uint32_t format = 0;
  EvidenceHead newest;
  evidence::Frontier frontier;
  // The logs that this one goes on from, oldest first.
  std::vector<probity::v1::LogContinuation> continuations;
};

// Reads what is in the tables, and verifies the newest head and its tree; whose key signs
// is not looked at. EVIDENCE_LOG_CORRUPT.
absl::StatusOr<EvidenceState> ReadEvidenceState(std::shared_ptr<EvidenceDatabase> database);
// Of a log that nobody appends to: the newest decision is there, and nothing behind it.
absl::Status CheckEnd(const EvidenceState& state);

// Opens the tables, makes the log's first head where they are new, and verifies
// what is there; errors of OpenRocksdbEvidenceLog(). `now_us` is the time of a
// first head.
absl::StatusOr<EvidenceState> OpenEvidenceState(const EvidenceOptions& options, int64_t now_us);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_STATE_H_
