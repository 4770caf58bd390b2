#include "storage/memory/in_memory_evidence_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"
#include "evidence/personal_text.h"
#include "evidence/signed_bytes.h"
#include "evidence/statements.h"
#include "storage/evidence/rules.h"

namespace probity::storage {
namespace {

// Hash of leaves [begin, end): of a perfect subtree, halved all the way down.
std::string HashOf(const std::vector<StoredDecision>& decisions, uint64_t begin, uint64_t end) {
  if (end - begin == 1) return LeafHashOf(decisions[begin]);
  const uint64_t middle = begin + (end - begin) / 2;
  return evidence::NodeHash(HashOf(decisions, begin, middle), HashOf(decisions, middle, end));
}

}  // namespace

InMemoryEvidenceLog::InMemoryEvidenceLog(evidence::SigningKey key, std::string log_id,
                                         std::function<int64_t()> clock)
    : log_id_(std::move(log_id)),
      first_public_key_(key.public_key()),
      clock_(std::move(clock)),
      key_(std::move(key)) {
  absl::MutexLock lock(&mutex_);
  Sign();
}

int64_t InMemoryEvidenceLog::Now() const {
  const int64_t last = heads_.empty() ? 0 : evidence::MicrosOf(heads_.back().time());
  return std::max(clock_(), last);
}

evidence::NodeReader InMemoryEvidenceLog::Nodes() const {
  const std::vector<StoredDecision>* decisions = &decisions_;
  return [decisions](evidence::NodeId node) -> absl::StatusOr<std::string> {
    return HashOf(*decisions, node.index << node.level, (node.index + 1) << node.level);
  };
}

void InMemoryEvidenceLog::Sign() {
  const uint64_t size = decisions_.size();
  heads_.push_back(
      evidence::SignHead(key_, log_id_, size, evidence::RootAt(size, Nodes()).value(), Now()));
}

void InMemoryEvidenceLog::Append(EvidenceEntry entry, AppendDone done) {
  if (const absl::Status status = CheckEntry(entry); !status.ok()) return done(status);
  absl::StatusOr<Recorded> recorded;
  {
    absl::MutexLock lock(&mutex_);
    recorded = Record(std::move(entry));
  }
  done(std::move(recorded));
}

void InMemoryEvidenceLog::AppendAct(ActEntry entry, AppendDone done) {
  if (const absl::Status status = CheckAct(entry); !status.ok()) return done(status);
  absl::StatusOr<Recorded> recorded;
  {
    absl::MutexLock lock(&mutex_);
    recorded = RecordAct(std::move(entry));
  }
  done(std::move(recorded));
}

absl::StatusOr<Recorded> InMemoryEvidenceLog::RecordAct(ActEntry entry) {
  const std::string ends = entry.ends;
  if (Find(entry.act) != nullptr) return DecisionExists(entry.act);
  const bool is_open = std::count(open_acts_.begin(), open_acts_.end(), ends) > 0;
  if (!ends.empty() && !is_open) return ActNotFound(ends);
  const std::string lineage = entry.lineage;
  const uint64_t revision = entry.revision;
  if (revision > 0) {
    absl::Status rises = CheckPublished(revision, published_[lineage]);
    if (!rises.ok()) return rises;
  }
  auto recorded = Record(EntryOf(std::move(entry)));
  if (!recorded.ok()) return recorded;
  if (revision > 0) {
    published_[lineage] = revision;
  } else if (ends.empty()) {
    open_acts_.push_back(recorded->decision);
  } else {
    open_acts_.erase(std::remove(open_acts_.begin(), open_acts_.end(), ends), open_acts_.end());
  }
  return recorded;
}

absl::StatusOr<Recorded> InMemoryEvidenceLog::Record(EvidenceEntry entry) {
  for (const StoredDecision& old : decisions_) {
    const bool same_request = !entry.request_id.empty() &&
                              old.summary.request_id() == entry.request_id &&
                              AuthorityOf(old.summary.decision()) == AuthorityOf(entry.decision);
    if (!same_request) continue;
    if (old.summary.request_digest() != entry.request_digest) {
      return RequestIdReused(entry.request_id);
    }
    return Recorded{old.summary.decision(), old.summary.leaf_index(), old.summary.time_us(), true,
                    heads_.back()};
  }
  if (Find(entry.decision) != nullptr) return DecisionExists(entry.decision);
  if (failure_) {
    ++stats_.not_recorded;
    return *failure_;
  }
  StoredDecision& stored = decisions_.emplace_back();
  stored.summary = SummaryOf(entry, decisions_.size() - 1, Now());
  stored.body = BodyOf(entry, RandomBytes(evidence::kSaltBytes));
  stored.personal_texts = std::move(entry.personal_texts);
  std::sort(stored.personal_texts.begin(), stored.personal_texts.end(),
            [](const auto& a, const auto& b) { return a.digest() < b.digest(); });
  Sign();
  ++(IsActName(stored.summary.decision()) ? stats_.acts : stats_.recorded);
  ++stats_.groups;
  return Recorded{stored.summary.decision(), stored.summary.leaf_index(), stored.summary.time_us(),
                  false, heads_.back()};
}

StoredDecision* InMemoryEvidenceLog::Find(absl::string_view decision) {
  for (StoredDecision& stored : decisions_) {
    if (stored.summary.decision() == decision) return &stored;
  }
  return nullptr;
}

absl::StatusOr<StoredDecision> InMemoryEvidenceLog::Get(absl::string_view decision) const {
  if (IsActName(decision)) return DecisionNotFound(decision);
  absl::MutexLock lock(&mutex_);
  for (const StoredDecision& stored : decisions_) {
    if (stored.summary.decision() == decision) return stored;
  }
  return DecisionNotFound(decision);
}

absl::StatusOr<StoredAct> InMemoryEvidenceLog::GetAct(absl::string_view act) const {
  absl::MutexLock lock(&mutex_);
  for (const StoredDecision& stored : decisions_) {
    if (IsActName(act) && stored.summary.decision() == act) return ActOf(stored);
  }
  return ActNotFound(act);
}

absl::StatusOr<ActPage> InMemoryEvidenceLog::ListActs(const ActQuery& query) const {
  absl::MutexLock lock(&mutex_);
  ActPage page;
  uint64_t last = 0;
  for (size_t i = decisions_.size(); i-- > 0;) {
    const v1::DecisionSummary& summary = decisions_[i].summary;
    const bool fits = IsActName(summary.decision()) && summary.leaf_index() < query.before &&
                      AuthorityOf(summary.decision()) == query.authority &&
                      summary.time_us() >= query.from_us && summary.time_us() < query.to_us;
    if (!fits) continue;
    if (page.acts.size() == query.limit) {
      page.next = last;
      break;
    }
    page.acts.push_back(summary.decision());
    last = summary.leaf_index();
  }
  return page;
}

absl::StatusOr<std::vector<std::string>> InMemoryEvidenceLog::OpenActs() const {
  absl::MutexLock lock(&mutex_);
  return open_acts_;
}

absl::StatusOr<uint64_t> InMemoryEvidenceLog::NewestPublished(absl::string_view lineage) const {
  absl::MutexLock lock(&mutex_);
  const auto found = published_.find(std::string(lineage));
  return found == published_.end() ? 0 : found->second;
}

absl::StatusOr<std::optional<v1::DecisionSummary>> InMemoryEvidenceLog::FindRequest(
    absl::string_view authority, absl::string_view request_id) const {
  absl::MutexLock lock(&mutex_);
  for (const StoredDecision& stored : decisions_) {
    const bool found = !request_id.empty() && stored.summary.request_id() == request_id &&
                       AuthorityOf(stored.summary.decision()) == authority;
    if (found) return stored.summary;
  }
  return std::nullopt;
}

absl::StatusOr<DecisionPage> InMemoryEvidenceLog::List(const DecisionQuery& query) const {
  absl::MutexLock lock(&mutex_);
  DecisionPage page;
  for (size_t i = decisions_.size(); i-- > 0;) {
    const v1::DecisionSummary& summary = decisions_[i].summary;
    if (IsActName(summary.decision())) continue;
    if (summary.leaf_index() >= query.before || !Fits(summary, query)) continue;
    if (page.decisions.size() == query.limit) {
      page.next = page.decisions.back().leaf_index();
      break;
    }
    page.decisions.push_back(summary);
  }
  return page;
}

absl::StatusOr<std::optional<uint64_t>> InMemoryEvidenceLog::OldestRevisionSince(
    int64_t since_us) const {
  absl::MutexLock lock(&mutex_);
  std::optional<uint64_t> oldest;
  for (const StoredDecision& stored : decisions_) {
    if (IsActName(stored.summary.decision()) || stored.summary.time_us() < since_us) continue;
    oldest = std::min(oldest.value_or(stored.summary.revision()), stored.summary.revision());
  }
  return oldest;
}

probity::v1::LogHead InMemoryEvidenceLog::Head() const {
  absl::MutexLock lock(&mutex_);
  return heads_.back();
}

absl::StatusOr<probity::v1::LogHead> InMemoryEvidenceLog::HeadAt(uint64_t size) const {
  absl::MutexLock lock(&mutex_);
  for (const probity::v1::LogHead& head : heads_) {
    if (head.tree_size() >= size) return head;
  }
  return InvalidField("tree_size", absl::StrCat("the log has ", decisions_.size()));
}

absl::StatusOr<probity::v1::InclusionProof> InMemoryEvidenceLog::Inclusion(
    uint64_t leaf_index, uint64_t tree_size) const {
  absl::MutexLock lock(&mutex_);
  return ProveInclusion(leaf_index, tree_size, decisions_.size(), Nodes());
}

absl::StatusOr<probity::v1::ConsistencyProof> InMemoryEvidenceLog::Consistency(
    uint64_t old_size, uint64_t new_size) const {
  absl::MutexLock lock(&mutex_);
  return ProveConsistency(old_size, new_size, decisions_.size(), Nodes());
}

std::vector<probity::v1::LogKey> InMemoryEvidenceLog::Keys() const {
  absl::MutexLock lock(&mutex_);
  return ListKeys(first_public_key_, history_);
}

probity::v1::KeyHistory InMemoryEvidenceLog::KeyStatements() const {
  absl::MutexLock lock(&mutex_);
  return history_;
}

absl::StatusOr<int> InMemoryEvidenceLog::ErasePersonalTexts(absl::string_view decision,
                                                            const ErasureOrder& order) {
  absl::MutexLock lock(&mutex_);
  StoredDecision* stored = Find(decision);
  if (stored == nullptr) return DecisionNotFound(decision);
  if (failure_) return *failure_;
  std::vector<probity::v1::PersonalText*> found;
  for (probity::v1::PersonalText& text : stored->personal_texts) {
    if (order.digests.count(text.digest()) > 0) found.push_back(&text);
  }
  if (found.size() != order.digests.size()) return NoSuchText();
  int erased = 0;
  for (probity::v1::PersonalText* text : found) {
    erased += text->has_erase_time() ? 0 : 1;
    evidence::Erase({Now(), order.by, order.reason}, text);
  }
  return erased;
}

absl::Status InMemoryEvidenceLog::AddTimestamp(const probity::v1::TimestampedHead& stamped) {
  const auto known = HeadAt(stamped.head().tree_size());
  if (!known.ok()) return known.status();
  if (absl::Status status = CheckStamped(stamped.head(), *known); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  if (failure_) return *failure_;
  timestamps_.emplace(stamped.head().tree_size(), stamped);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<probity::v1::TimestampedHead>> InMemoryEvidenceLog::TimestampFrom(
    uint64_t size) const {
  absl::MutexLock lock(&mutex_);
  const auto found = timestamps_.lower_bound(size);
  if (found == timestamps_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::optional<probity::v1::TimestampedHead>> InMemoryEvidenceLog::NewestTimestamp()
    const {
  absl::MutexLock lock(&mutex_);
  if (timestamps_.empty()) return std::nullopt;
  return timestamps_.rbegin()->second;
}

absl::Status InMemoryEvidenceLog::Rotate(const evidence::SigningKey& next) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = CheckRotation(ListKeys(first_public_key_, history_), next);
      !status.ok()) {
    return status;
  }
  if (failure_) return *failure_;
  *history_.add_rotations() =
      evidence::SignRotation(key_, next.public_key(), log_id_, decisions_.size(), Now());
  key_ = next;
  Sign();
  return absl::OkStatus();
}

absl::Status InMemoryEvidenceLog::Revoke(absl::string_view key_id, uint64_t last_trusted_size) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = CheckRevocation(ListKeys(first_public_key_, history_), key_id,
                                            last_trusted_size, decisions_.size());
      !status.ok()) {
    return status;
  }
  if (failure_) return *failure_;
  *history_.add_revocations() =
      evidence::SignRevocation(key_, key_id, log_id_, last_trusted_size, Now());
  return absl::OkStatus();
}

EvidenceStats InMemoryEvidenceLog::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

void InMemoryEvidenceLog::FailWith(std::optional<absl::Status> failure) {
  absl::MutexLock lock(&mutex_);
  failure_ = std::move(failure);
}

}  // namespace probity::storage
