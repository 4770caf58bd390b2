// What all implementations of the evidence log have in common.
#ifndef PROBITY_STORAGE_EVIDENCE_RULES_H_
#define PROBITY_STORAGE_EVIDENCE_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evidence/keys.h"
#include "evidence/merkle.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage {

// OK when the entry keeps what EvidenceEntry says of it.
//   INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED
absl::Status CheckEntry(const EvidenceEntry& entry);
absl::Status CheckAct(const ActEntry& entry);
// Whether `revision` may be recorded as published behind `newest`.
absl::Status CheckPublished(uint64_t revision, uint64_t newest);
// An act as it is stored: like a decision that has nothing but a name, a core and texts.
EvidenceEntry EntryOf(ActEntry entry);
// What is stored of an entry.
v1::DecisionSummary SummaryOf(const EvidenceEntry& entry, uint64_t leaf_index, int64_t time_us);
v1::DecisionBody BodyOf(const EvidenceEntry& entry, absl::string_view salt);
// Hash of the leaf of what is stored: by the kind of its name.
std::string LeafHashOf(const StoredDecision& stored);
// `stored` has the name of an act.
StoredAct ActOf(StoredDecision stored);
// In order of digest.
v1::PersonalTexts TextsOf(std::vector<probity::v1::PersonalText> texts);
// True when `summary` fits all filters but `before`.
bool Fits(const v1::DecisionSummary& summary, const DecisionQuery& query);
// What ListLogKeys shows, from what a log said of its keys.
std::vector<probity::v1::LogKey> ListKeys(absl::string_view first_public_key,
                                          const probity::v1::KeyHistory& history);
// Whether `key_id` may be revoked with that size.
absl::Status CheckRevocation(const std::vector<probity::v1::LogKey>& keys, absl::string_view key_id,
                             uint64_t last_trusted_size, uint64_t tree_size);
absl::Status CheckRotation(const std::vector<probity::v1::LogKey>& keys,
                           const evidence::SigningKey& next);

// Proofs within a log of `log_size`; INVALID_ARGUMENT / INVALID_FIELD for sizes
// out of range, errors of the reader.
absl::StatusOr<probity::v1::InclusionProof> ProveInclusion(uint64_t leaf_index, uint64_t tree_size,
                                                           uint64_t log_size,
                                                           const evidence::NodeReader& read);
absl::StatusOr<probity::v1::ConsistencyProof> ProveConsistency(uint64_t old_size, uint64_t new_size,
                                                               uint64_t log_size,
                                                               const evidence::NodeReader& read);

// Whether `stamped` is what `known`, the log's own head of that size, says.
//   INVALID_ARGUMENT / INVALID_FIELD
absl::Status CheckStamped(const probity::v1::LogHead& stamped, const probity::v1::LogHead& known);

// A decision has no text of that digest.
absl::Status NoSuchText();

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_EVIDENCE_RULES_H_
