#include "storage/rocksdb/evidence_group.h"

#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "evidence/signed_bytes.h"
#include "evidence/statements.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/evidence_reads.h"

namespace probity::storage {

absl::StatusOr<std::optional<uint64_t>> EvidenceGroup::Find(const std::string& index_key) const {
  const auto at = added_.find(index_key);
  if (at != added_.end()) return at->second;
  return FindLeaf(*state_.database, index_key);
}

absl::StatusOr<v1::DecisionSummary> EvidenceGroup::SummaryAt(uint64_t leaf) const {
  const uint64_t first = state_.frontier.size();
  if (leaf >= first) return summaries_[leaf - first];
  return ReadSummary(*state_.database, leaf);
}

absl::StatusOr<std::optional<Recorded>> EvidenceGroup::FindRequest(
    const EvidenceEntry& entry) const {
  if (entry.request_id.empty()) return std::nullopt;
  const auto leaf = Find(EncodeRequestKey(AuthorityOf(entry.decision), entry.request_id));
  if (!leaf.ok()) return leaf.status();
  if (!leaf->has_value()) return std::nullopt;
  const auto summary = SummaryAt(**leaf);
  if (!summary.ok()) return summary.status();
  if (summary->request_digest() != entry.request_digest) return RequestIdReused(entry.request_id);
  Recorded recorded;
  recorded.decision = summary->decision();
  recorded.leaf_index = summary->leaf_index();
  recorded.time_us = summary->time_us();
  recorded.repeated = true;
  return recorded;
}

absl::StatusOr<Recorded> EvidenceGroup::Add(const WaitingEntry& waiting) {
  const EvidenceEntry& entry = waiting.entry;
  auto repeated = FindRequest(entry);
  if (!repeated.ok()) return repeated.status();
  if (repeated->has_value()) return **std::move(repeated);
  const auto same_name = Find(EncodeDecisionKey(entry.decision));
  if (!same_name.ok()) return same_name.status();
  if (same_name->has_value()) return DecisionExists(entry.decision);
  if (absl::Status rises = CheckRises(waiting); !rises.ok()) return rises;
  if (absl::Status closed = CloseAct(waiting); !closed.ok()) return closed;
  const uint64_t leaf = frontier_.size();
  summaries_.push_back(SummaryOf(entry, leaf, time_us_));
  PutEntry(waiting, summaries_.back());
  if (IsActName(entry.decision)) {
    PutActIndex(waiting, summaries_.back());
  } else {
    PutIndex(summaries_.back());
  }
  PutLeaf(waiting, leaf);
  Recorded recorded;
  recorded.decision = entry.decision;
  recorded.leaf_index = leaf;
  recorded.time_us = time_us_;
  return recorded;
}

void EvidenceGroup::PutEntry(const WaitingEntry& waiting, const v1::DecisionSummary& summary) {
  const uint64_t leaf = summary.leaf_index();
  const EvidenceDatabase& database = *state_.database;
  database.Put(&batch_, kEntries, EncodeSummaryKey(leaf), summary.SerializeAsString());
  database.Put(&batch_, kEntries, EncodeBodyKey(leaf), waiting.body);
  if (waiting.texts.empty()) return;
  database.Put(&batch_, kEntries, EncodeTextsKey(leaf), waiting.texts);
}

void EvidenceGroup::PutUnique(const std::string& key, uint64_t leaf) {
  state_.database->Put(&batch_, kLogIndex, key, EncodeLeaf(leaf));
  added_.emplace(key, leaf);
}

absl::Status EvidenceGroup::CheckRises(const WaitingEntry& waiting) const {
  if (waiting.revision == 0) return absl::OkStatus();
  const auto newest = Find(EncodePublishedKey(waiting.lineage));
  if (!newest.ok()) return newest.status();
  return CheckPublished(waiting.revision, newest->value_or(0));
}

absl::Status EvidenceGroup::CloseAct(const WaitingEntry& waiting) {
  if (waiting.ends.empty()) return absl::OkStatus();
  const auto begun = Find(EncodeDecisionKey(waiting.ends));
  if (!begun.ok()) return begun.status();
  const std::string open_key = begun->has_value() ? EncodeOpenActKey(**begun) : "";
  bool is_open = added_.count(open_key) > 0;
  if (begun->has_value() && !is_open) {
    const auto row = state_.database->Get(kLogIndex, open_key);
    if (!row.ok()) return row.status();
    is_open = row->has_value();
  }
  if (!is_open || !closed_.insert(**begun).second) return ActNotFound(waiting.ends);
  batch_.Delete(state_.database->handle(kLogIndex), open_key);
  return absl::OkStatus();
}

void EvidenceGroup::PutActIndex(const WaitingEntry& waiting, const v1::DecisionSummary& summary) {
  const uint64_t leaf = summary.leaf_index();
  const EvidenceDatabase& database = *state_.database;
  PutUnique(EncodeDecisionKey(summary.decision()), leaf);
  const std::string list = ListPrefix(AuthorityOf(summary.decision()), ListKind::kAct, "");
  database.Put(&batch_, kLogIndex, EncodeListKey(list, leaf), "");
  if (waiting.revision > 0) {
    const std::string key = EncodePublishedKey(waiting.lineage);
    database.Put(&batch_, kLogIndex, key, EncodeLeaf(waiting.revision));
    added_[key] = waiting.revision;
  } else if (waiting.ends.empty()) {
    database.Put(&batch_, kLogIndex, EncodeOpenActKey(leaf), "");
    added_.emplace(EncodeOpenActKey(leaf), leaf);
  }
  if (format_ >= kEvidenceFormat) return;
  format_ = kEvidenceFormat;
  const LogIdentity identity{format_, state_.newest.head.log_id(), state_.first_public_key};
  database.Put(&batch_, kLogMeta, EncodeIdentityKey(), EncodeIdentity(identity));
}

void EvidenceGroup::PutIndex(const v1::DecisionSummary& summary) {
  const uint64_t leaf = summary.leaf_index();
  const absl::string_view authority = AuthorityOf(summary.decision());
  PutUnique(EncodeDecisionKey(summary.decision()), leaf);
  if (!summary.request_id().empty()) {
    PutUnique(EncodeRequestKey(authority, summary.request_id()), leaf);
  }
  const auto list = [&](ListKind kind, absl::string_view value) {
    const std::string key = EncodeListKey(ListPrefix(authority, kind, value), leaf);
    state_.database->Put(&batch_, kLogIndex, key, "");
  };
  list(ListKind::kAll, "");
  list(ListKind::kVerdict, VerdictValue(summary.verdict()));
  for (const std::string& subject : summary.subjects()) list(ListKind::kSubject, subject);
  if (!summary.procedure().empty()) list(ListKind::kProcedure, summary.procedure());
  for (const std::string& record : summary.records()) list(ListKind::kRecord, record);
  // Mostly all of a group are made from one revision.
  if (!revisions_.insert(summary.revision()).second) return;
  state_.database->Put(&batch_, kLogIndex, EncodeRevisionRowKey(summary.revision()),
                       EncodeRevisionRowTime(time_us_));
}

void EvidenceGroup::PutLeaf(const WaitingEntry& waiting, uint64_t leaf) {
  const std::string& name = waiting.entry.decision;
  const std::string commitment =
      IsActName(name)
          ? evidence::Commitment(waiting.salt, evidence::Act{name, time_us_, waiting.core_digest})
          : evidence::Commitment(
                waiting.salt,
                evidence::Decision{name, time_us_, waiting.bundle_digest, waiting.core_digest});
  const std::vector<std::string> completed = frontier_.Append(evidence::LeafHash(commitment));
  state_.database->Put(&batch_, kNodes, EncodeLeaf(leaf), absl::StrJoin(completed, ""));
}

void EvidenceGroup::Sign(const evidence::SigningKey& key) {
  const probity::v1::LogHead& before = state_.newest.head;
  head_ = evidence::SignHead(key, before.log_id(), frontier_.size(), frontier_.Root(), time_us_);
  const auto rotations = static_cast<uint32_t>(state_.newest.keys.rotations_size());
  state_.database->Put(&batch_, kLogMeta, EncodeHeadKey(frontier_.size(), rotations),
                       head_.SerializeAsString());
}

}  // namespace probity::storage
