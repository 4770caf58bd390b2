// Longer reads of the evidence log's tables.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_READS_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_READS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evidence/merkle.h"
#include "storage/evidence/evidence_log.h"
#include "storage/rocksdb/evidence_database.h"

namespace probity::storage {

// Reads perfect subtrees from the tables. Borrows the database.
evidence::NodeReader NodesOf(const EvidenceDatabase& database);
// A part of a decision, or of an act, by its leaf, which must be there.
absl::StatusOr<v1::DecisionSummary> ReadSummary(const EvidenceDatabase& database, uint64_t leaf);
// All of it; EVIDENCE_LOG_CORRUPT also when it is not what its leaf commits to.
absl::StatusOr<StoredDecision> ReadDecision(const EvidenceDatabase& database, uint64_t leaf);
// Its personal texts; none where it has no row of them.
absl::StatusOr<v1::PersonalTexts> ReadTexts(const EvidenceDatabase& database, uint64_t leaf);
// The leaf that an index row leads to; nullopt without the row.
absl::StatusOr<std::optional<uint64_t>> FindLeaf(const EvidenceDatabase& database,
                                                 absl::string_view index_key);

// EvidenceLog::List() over the first `size` decisions.
absl::StatusOr<DecisionPage> ListDecisions(const EvidenceDatabase& database, uint64_t size,
                                           const DecisionQuery& query);
// EvidenceLog::ListActs() over the first `size` leaves.
absl::StatusOr<ActPage> ListActs(const EvidenceDatabase& database, uint64_t size,
                                 const ActQuery& query);
// EvidenceLog::OpenActs(). Reads a row for each.
absl::StatusOr<std::vector<std::string>> ReadOpenActs(const EvidenceDatabase& database);
// EvidenceLog::OldestRevisionSince(). Reads a row for each revision below.
absl::StatusOr<std::optional<uint64_t>> ReadOldestRevision(const EvidenceDatabase& database,
                                                           int64_t since_us);
// EvidenceLog::HeadAt(); the log has as many.
absl::StatusOr<probity::v1::LogHead> ReadHead(const EvidenceDatabase& database, uint64_t size);

// EvidenceLog::TimestampFrom() and NewestTimestamp().
absl::StatusOr<std::optional<probity::v1::TimestampedHead>> ReadTimestampFrom(
    const EvidenceDatabase& database, uint64_t size);
absl::StatusOr<std::optional<probity::v1::TimestampedHead>> ReadNewestTimestamp(
    const EvidenceDatabase& database);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_READS_H_
