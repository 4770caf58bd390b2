#include "storage/evidence/evidence_log.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "base/hash.h"

namespace probity::storage {

evidence::RecordedDecision RecordedOf(const StoredDecision& stored) {
  return {stored.summary.decision(), stored.summary.time_us(), stored.body.core(),
          Sha256(stored.body.bundle()), stored.body.salt()};
}

absl::string_view AuthorityOf(absl::string_view name) {
  constexpr absl::string_view kBegin = "authorities/";
  if (!absl::StartsWith(name, kBegin)) return "";
  return name.substr(0, name.find('/', kBegin.size()));
}

bool IsActName(absl::string_view name) {
  const absl::string_view authority = AuthorityOf(name);
  if (!authority.empty()) name.remove_prefix(std::min(authority.size() + 1, name.size()));
  return absl::StartsWith(name, "acts/");
}

namespace {

using TimestampOr = absl::StatusOr<std::optional<probity::v1::TimestampedHead>>;

bool IsRevoked(const EvidenceLog& log, const probity::v1::LogHead& head) {
  for (const probity::v1::LogKey& key : log.Keys()) {
    if (key.key_id() != head.key_id() || !key.has_revoked_after_tree_size()) continue;
    return head.tree_size() > key.revoked_after_tree_size();
  }
  return false;
}

// The first that covers the leaf, with the proof of that.
TimestampOr TimestampOf(const EvidenceLog& log, uint64_t leaf) {
  auto stamped = log.TimestampFrom(leaf + 1);
  while (stamped.ok() && stamped->has_value() && IsRevoked(log, (*stamped)->head())) {
    stamped = log.TimestampFrom((*stamped)->head().tree_size() + 1);
  }
  if (!stamped.ok() || !stamped->has_value()) return stamped;
  auto inclusion = log.Inclusion(leaf, (*stamped)->head().tree_size());
  if (!inclusion.ok()) return inclusion.status();
  *(*stamped)->mutable_inclusion() = *std::move(inclusion);
  return stamped;
}

}  // namespace

absl::StatusOr<probity::v1::Receipt> MakeReceipt(const EvidenceLog& log,
                                                 absl::string_view decision) {
  auto stored = log.Get(decision);
  if (!stored.ok()) return stored.status();
  const probity::v1::LogHead head = log.Head();
  auto inclusion = log.Inclusion(stored->summary.leaf_index(), head.tree_size());
  if (!inclusion.ok()) return inclusion.status();
  const auto timestamp = TimestampOf(log, stored->summary.leaf_index());
  if (!timestamp.ok()) return timestamp.status();
  return evidence::MakeReceipt(RecordedOf(*stored), *inclusion, head, log.KeyStatements(),
                               *timestamp);
}

absl::StatusOr<probity::v1::ActReceipt> MakeActReceipt(const EvidenceLog& log,
                                                       absl::string_view act) {
  auto stored = log.GetAct(act);
  if (!stored.ok()) return stored.status();
  const probity::v1::LogHead head = log.Head();
  auto inclusion = log.Inclusion(stored->leaf_index, head.tree_size());
  if (!inclusion.ok()) return inclusion.status();
  return evidence::MakeActReceipt(stored->recorded, *inclusion, head, log.KeyStatements());
}

absl::StatusOr<probity::v1::LogCheckpoint> MakeCheckpoint(const EvidenceLog& log,
                                                          std::optional<uint64_t> old_size) {
  probity::v1::LogCheckpoint checkpoint;
  *checkpoint.mutable_head() = log.Head();
  *checkpoint.mutable_keys() = log.KeyStatements();
  for (probity::v1::LogContinuation& continuation : log.Continuations()) {
    *checkpoint.add_continuations() = std::move(continuation);
  }
  auto timestamp = log.NewestTimestamp();
  if (!timestamp.ok()) return timestamp.status();
  if (timestamp->has_value()) *checkpoint.mutable_timestamp() = **std::move(timestamp);
  if (!old_size) return checkpoint;
  auto consistency = log.Consistency(*old_size, checkpoint.head().tree_size());
  if (!consistency.ok()) return consistency.status();
  *checkpoint.mutable_consistency() = *std::move(consistency);
  return checkpoint;
}

}  // namespace probity::storage
