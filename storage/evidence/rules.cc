#include "storage/evidence/rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/hash.h"
#include "evidence/merkle.h"
#include "evidence/personal_text.h"

namespace probity::storage {
namespace {

constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxRequestIdBytes = 128;
constexpr size_t kMaxLineageBytes = 64;

bool IsNameOf(absl::string_view collection, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (name.size() > kMaxNameBytes || std::count(parts.begin(), parts.end(), "") > 0) return false;
  if (parts.size() == 2) return parts[0] == collection;
  return parts.size() == 4 && parts[0] == "authorities" && parts[2] == collection;
}

size_t BytesOf(const EvidenceEntry& entry) {
  size_t bytes = entry.core.size() + entry.bundle.size();
  for (const probity::v1::PersonalText& text : entry.personal_texts) bytes += text.ByteSizeLong();
  return bytes;
}

absl::Status CheckRequest(const EvidenceEntry& entry) {
  if (entry.request_id.size() > kMaxRequestIdBytes) {
    return InvalidField("request_id", absl::StrCat("at most ", kMaxRequestIdBytes, " bytes"));
  }
  const size_t wanted = entry.request_id.empty() ? 0 : evidence::kHashBytes;
  if (entry.request_digest.size() == wanted) return absl::OkStatus();
  return InvalidField("request_digest", absl::StrCat("must have ", wanted, " bytes"));
}

absl::Status CheckRecords(const EvidenceEntry& entry) {
  const auto falls = [](const std::string& a, const std::string& b) { return a >= b; };
  const auto& records = entry.records;
  if (std::adjacent_find(records.begin(), records.end(), falls) == records.end()) {
    return absl::OkStatus();
  }
  return InvalidField("records", "must stand in order, each once");
}

absl::Status CheckTexts(absl::string_view field,
                        const std::vector<probity::v1::PersonalText>& texts) {
  std::set<absl::string_view> digests;
  for (const probity::v1::PersonalText& text : texts) {
    const bool whole = evidence::StateOf(text) == evidence::PersonalTextState::kPresent;
    if (!whole || !digests.insert(text.digest()).second) {
      return InvalidField(field, "a text does not fit its digest, or stands there twice");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckEntry(const EvidenceEntry& entry) {
  if (!IsNameOf("decisions", entry.decision)) {
    return InvalidField("decision",
                        "must be authorities/{authority}/decisions/{decision} or "
                        "decisions/{decision}, at most 256 bytes");
  }
  if (entry.core.empty()) return InvalidField("core", "is empty");
  if (BytesOf(entry) > kMaxEntryBytes) {
    return LimitExceeded("decision", kMaxEntryBytes, static_cast<int64_t>(BytesOf(entry)));
  }
  if (absl::Status status = CheckRequest(entry); !status.ok()) return status;
  if (absl::Status status = CheckRecords(entry); !status.ok()) return status;
  return CheckTexts("personal_texts", entry.personal_texts);
}

absl::Status CheckAct(const ActEntry& entry) {
  constexpr char kForm[] =
      "must be authorities/{authority}/acts/{act} or acts/{act}, at most 256 bytes";
  if (!IsNameOf("acts", entry.act)) return InvalidField("act", kForm);
  if (!entry.ends.empty() && !IsNameOf("acts", entry.ends)) return InvalidField("ends", kForm);
  if (entry.core.empty()) return InvalidField("core", "is empty");
  if (entry.lineage.empty() != (entry.revision == 0) || entry.lineage.size() > kMaxLineageBytes) {
    return InvalidField("lineage", "stands with a revision, 1 to 64 bytes");
  }
  if (entry.revision > 0 && !entry.ends.empty()) {
    return InvalidField("ends", "a published revision ends no act");
  }
  size_t bytes = entry.core.size();
  for (const probity::v1::PersonalText& text : entry.subjects) bytes += text.ByteSizeLong();
  if (bytes > kMaxEntryBytes) {
    return LimitExceeded("act", kMaxEntryBytes, static_cast<int64_t>(bytes));
  }
  return CheckTexts("subjects", entry.subjects);
}

absl::Status CheckPublished(uint64_t revision, uint64_t newest) {
  if (revision > newest) return absl::OkStatus();
  return InvalidField("revision", absl::StrCat(newest, " is recorded already"));
}

EvidenceEntry EntryOf(ActEntry entry) {
  EvidenceEntry stored;
  stored.decision = std::move(entry.act);
  stored.core = std::move(entry.core);
  stored.personal_texts = std::move(entry.subjects);
  return stored;
}

std::string LeafHashOf(const StoredDecision& stored) {
  const v1::DecisionSummary& summary = stored.summary;
  if (!IsActName(summary.decision())) return evidence::LeafHashOf(RecordedOf(stored));
  return evidence::LeafHashOf(evidence::RecordedAct{summary.decision(), summary.time_us(),
                                                    stored.body.core(), stored.body.salt()});
}

StoredAct ActOf(StoredDecision stored) {
  StoredAct act;
  act.recorded = {stored.summary.decision(), stored.summary.time_us(), stored.body.core(),
                  stored.body.salt()};
  act.leaf_index = stored.summary.leaf_index();
  act.subjects = std::move(stored.personal_texts);
  return act;
}

bool Fits(const v1::DecisionSummary& summary, const DecisionQuery& query) {
  const auto& subjects = summary.subjects();
  const auto& records = summary.records();
  return AuthorityOf(summary.decision()) == query.authority &&
         (!query.verdict || summary.verdict() == *query.verdict) &&
         (query.subject.empty() ||
          std::find(subjects.begin(), subjects.end(), query.subject) != subjects.end()) &&
         (query.procedure.empty() || summary.procedure() == query.procedure) &&
         (query.record.empty() ||
          std::binary_search(records.begin(), records.end(), query.record)) &&
         summary.time_us() >= query.from_us && summary.time_us() < query.to_us;
}

std::vector<probity::v1::LogKey> ListKeys(absl::string_view first_public_key,
                                          const probity::v1::KeyHistory& history) {
  std::vector<probity::v1::LogKey> keys(1);
  keys[0].set_public_key(std::string(first_public_key));
  for (const probity::v1::KeyRotation& rotation : history.rotations()) {
    keys.back().set_replaced_at_tree_size(rotation.tree_size());
    keys.emplace_back().set_public_key(rotation.to_key());
    keys.back().set_first_tree_size(rotation.tree_size());
  }
  for (probity::v1::LogKey& key : keys) {
    key.set_key_id(evidence::KeyIdOf(key.public_key()));
    for (const probity::v1::KeyRevocation& revocation : history.revocations()) {
      if (revocation.key_id() != key.key_id()) continue;
      const uint64_t last = revocation.last_trusted_tree_size();
      const bool is_smaller =
          !key.has_revoked_after_tree_size() || last < key.revoked_after_tree_size();
      if (is_smaller) key.set_revoked_after_tree_size(last);
    }
  }
  return keys;
}

absl::Status CheckRotation(const std::vector<probity::v1::LogKey>& keys,
                           const evidence::SigningKey& next) {
  for (const probity::v1::LogKey& key : keys) {
    if (key.key_id() == next.key_id()) {
      return InvalidField("next_key", "the log has signed with this key; make a new one");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRevocation(const std::vector<probity::v1::LogKey>& keys, absl::string_view key_id,
                             uint64_t last_trusted_size, uint64_t tree_size) {
  if (keys.back().key_id() == key_id) {
    return InvalidField("key_id", "the log signs with this key; rotate to another one first");
  }
  if (last_trusted_size > tree_size) {
    return InvalidField("last_trusted_tree_size", absl::StrCat("the log has ", tree_size));
  }
  for (const probity::v1::LogKey& key : keys) {
    if (key.key_id() == key_id) return absl::OkStatus();
  }
  return InvalidField("key_id", "the log never signed with this key");
}

v1::DecisionSummary SummaryOf(const EvidenceEntry& entry, uint64_t leaf_index, int64_t time_us) {
  v1::DecisionSummary summary;
  summary.set_decision(entry.decision);
  summary.set_leaf_index(leaf_index);
  summary.set_time_us(time_us);
  summary.set_request_id(entry.request_id);
  summary.set_request_digest(entry.request_digest);
  summary.set_verdict(entry.verdict);
  summary.set_purpose(entry.purpose);
  *summary.mutable_subjects() = {entry.subjects.begin(), entry.subjects.end()};
  summary.set_procedure(entry.procedure);
  summary.set_revision(entry.revision);
  *summary.mutable_records() = {entry.records.begin(), entry.records.end()};
  return summary;
}

v1::DecisionBody BodyOf(const EvidenceEntry& entry, absl::string_view salt) {
  v1::DecisionBody body;
  body.set_core(entry.core);
  body.set_bundle(entry.bundle);
  body.set_salt(std::string(salt));
  return body;
}

v1::PersonalTexts TextsOf(std::vector<probity::v1::PersonalText> texts) {
  std::sort(texts.begin(), texts.end(),
            [](const auto& a, const auto& b) { return a.digest() < b.digest(); });
  v1::PersonalTexts all;
  for (probity::v1::PersonalText& text : texts) *all.add_texts() = std::move(text);
  return all;
}

absl::StatusOr<probity::v1::InclusionProof> ProveInclusion(uint64_t leaf_index, uint64_t tree_size,
                                                           uint64_t log_size,
                                                           const evidence::NodeReader& read) {
  if (tree_size > log_size) {
    return InvalidField("tree_size", absl::StrCat("the log has ", log_size));
  }
  if (leaf_index >= tree_size) return InvalidField("leaf_index", "must be below tree_size");
  auto path = evidence::InclusionPath(leaf_index, tree_size, read);
  if (!path.ok()) return path.status();
  probity::v1::InclusionProof proof;
  proof.set_leaf_index(leaf_index);
  proof.set_tree_size(tree_size);
  *proof.mutable_hashes() = {path->begin(), path->end()};
  return proof;
}

absl::StatusOr<probity::v1::ConsistencyProof> ProveConsistency(uint64_t old_size, uint64_t new_size,
                                                               uint64_t log_size,
                                                               const evidence::NodeReader& read) {
  if (new_size > log_size) {
    return InvalidField("new_tree_size", absl::StrCat("the log has ", log_size));
  }
  if (old_size > new_size) return InvalidField("old_tree_size", "must not be above new_tree_size");
  auto path = evidence::ConsistencyPath(old_size, new_size, read);
  if (!path.ok()) return path.status();
  probity::v1::ConsistencyProof proof;
  proof.set_old_tree_size(old_size);
  proof.set_new_tree_size(new_size);
  *proof.mutable_hashes() = {path->begin(), path->end()};
  return proof;
}

absl::Status CheckStamped(const probity::v1::LogHead& stamped, const probity::v1::LogHead& known) {
  const bool same = stamped.log_id() == known.log_id() &&
                    stamped.tree_size() == known.tree_size() &&
                    stamped.root_hash() == known.root_hash();
  return same ? absl::OkStatus() : InvalidField("head", "is no head of this log");
}

absl::Status NoSuchText() {
  return InvalidField("digest", "the decision has no personal text of this digest");
}

}  // namespace probity::storage
