#include "storage/rocksdb/shown_evidence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/evidence_check.h"
#include "storage/rocksdb/evidence_reads.h"
#include "storage/rocksdb/statistics.h"

namespace probity::storage {

void ShownEvidence::Show(const EvidenceState& state) {
  auto newest = std::make_shared<const EvidenceHead>(state.newest);
  absl::MutexLock lock(&mutex_);
  newest_ = std::move(newest);
  database_ = state.database;
}

void ShownEvidence::Hide() {
  absl::MutexLock lock(&mutex_);
  database_ = nullptr;
}

ShownEvidence::HeadPtr ShownEvidence::Newest() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

absl::StatusOr<ShownEvidence::DatabasePtr> ShownEvidence::Database() const {
  absl::MutexLock lock(&mutex_);
  if (database_ != nullptr) return database_;
  return EvidenceLogUnavailable(path_, "it is being opened anew");
}

absl::StatusOr<StoredDecision> ShownEvidence::Get(absl::string_view decision) const {
  if (IsActName(decision)) return DecisionNotFound(decision);
  const auto database = Database();
  if (!database.ok()) return database.status();
  const auto leaf = FindLeaf(**database, EncodeDecisionKey(decision));
  if (!leaf.ok()) return leaf.status();
  if (!leaf->has_value()) return DecisionNotFound(decision);
  return ReadDecision(**database, **leaf);
}

absl::StatusOr<std::optional<v1::DecisionSummary>> ShownEvidence::FindRequest(
    absl::string_view authority, absl::string_view request_id) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  const auto leaf = FindLeaf(**database, EncodeRequestKey(authority, request_id));
  if (!leaf.ok()) return leaf.status();
  if (!leaf->has_value()) return std::nullopt;
  return ReadSummary(**database, **leaf);
}

absl::StatusOr<DecisionPage> ShownEvidence::List(const DecisionQuery& query) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ListDecisions(**database, Newest()->head.tree_size(), query);
}

absl::StatusOr<StoredAct> ShownEvidence::GetAct(absl::string_view act) const {
  if (!IsActName(act)) return ActNotFound(act);
  const auto database = Database();
  if (!database.ok()) return database.status();
  const auto leaf = FindLeaf(**database, EncodeDecisionKey(act));
  if (!leaf.ok()) return leaf.status();
  if (!leaf->has_value()) return ActNotFound(act);
  auto stored = ReadDecision(**database, **leaf);
  if (!stored.ok()) return stored.status();
  return ActOf(*std::move(stored));
}

absl::StatusOr<ActPage> ShownEvidence::ListActs(const ActQuery& query) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return storage::ListActs(**database, Newest()->head.tree_size(), query);
}

absl::StatusOr<std::vector<std::string>> ShownEvidence::OpenActs() const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ReadOpenActs(**database);
}

absl::StatusOr<uint64_t> ShownEvidence::NewestPublished(absl::string_view lineage) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  const auto newest = FindLeaf(**database, EncodePublishedKey(lineage));
  if (!newest.ok()) return newest.status();
  return newest->value_or(0);
}

absl::StatusOr<std::optional<uint64_t>> ShownEvidence::OldestRevisionSince(int64_t since_us) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ReadOldestRevision(**database, since_us);
}

absl::StatusOr<probity::v1::LogHead> ShownEvidence::HeadAt(uint64_t size) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  const uint64_t newest = Newest()->head.tree_size();
  if (size > newest) return InvalidField("tree_size", absl::StrCat("the log has ", newest));
  return ReadHead(**database, size);
}

absl::StatusOr<probity::v1::InclusionProof> ShownEvidence::Inclusion(uint64_t leaf_index,
                                                                     uint64_t tree_size) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ProveInclusion(leaf_index, tree_size, Newest()->head.tree_size(), NodesOf(**database));
}

absl::StatusOr<probity::v1::ConsistencyProof> ShownEvidence::Consistency(uint64_t old_size,
                                                                         uint64_t new_size) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ProveConsistency(old_size, new_size, Newest()->head.tree_size(), NodesOf(**database));
}

ShownEvidence::TimestampOr ShownEvidence::TimestampFrom(uint64_t size) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ReadTimestampFrom(**database, size);
}

ShownEvidence::TimestampOr ShownEvidence::NewestTimestamp() const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return ReadNewestTimestamp(**database);
}

absl::StatusOr<v1::BackupCopy> ShownEvidence::CopyTo(
    const BackupPlace& place, const std::function<bool()>& is_cancelled) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return CopyDatabase((*database)->db(), (*database)->env(), place, is_cancelled);
}

absl::Status ShownEvidence::Check(const CheckDepth& depth,
                                  probity::v1::CheckStoreResponse* report) const {
  const auto database = Database();
  if (!database.ok()) return database.status();
  return CheckStoredLog(*database, depth, report);
}

FileStatistics ShownEvidence::Statistics() const {
  const auto database = Database();
  if (!database.ok()) return {};
  const EvidenceDatabase& shown = **database;
  return StatisticsOf(shown.db(), {shown.handle(kLogMeta), shown.handle(kEntries),
                                   shown.handle(kNodes), shown.handle(kLogIndex)});
}

}  // namespace probity::storage
