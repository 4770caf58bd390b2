#include "storage/evidence/evidence_log.h"

#include "absl/strings/match.h"
#include "base/hash.h"

namespace probity::storage {

evidence::RecordedDecision RecordedOf(const StoredDecision& stored) {
  return {stored.summary.decision(), stored.summary.time_us(), stored.body.core(),
          Sha256(stored.body.bundle()), stored.body.salt()};
}

absl::string_view AuthorityOf(absl::string_view decision) {
  if (!absl::StartsWith(decision, "authorities/")) return "";
  return decision.substr(0, decision.find("/decisions/"));
}

absl::StatusOr<probity::v1::Receipt> MakeReceipt(const EvidenceLog& log,
                                                 absl::string_view decision) {
  auto stored = log.Get(decision);
  if (!stored.ok()) return stored.status();
  const probity::v1::LogHead head = log.Head();
  auto inclusion = log.Inclusion(stored->summary.leaf_index(), head.tree_size());
  if (!inclusion.ok()) return inclusion.status();
  return evidence::MakeReceipt(RecordedOf(*stored), *inclusion, head, log.KeyStatements());
}

absl::StatusOr<probity::v1::LogCheckpoint> MakeCheckpoint(const EvidenceLog& log,
                                                          std::optional<uint64_t> old_size) {
  probity::v1::LogCheckpoint checkpoint;
  *checkpoint.mutable_head() = log.Head();
  *checkpoint.mutable_keys() = log.KeyStatements();
  if (!old_size) return checkpoint;
  auto consistency = log.Consistency(*old_size, checkpoint.head().tree_size());
  if (!consistency.ok()) return consistency.status();
  *checkpoint.mutable_consistency() = *std::move(consistency);
  return checkpoint;
}

}  // namespace probity::storage
