#include "storage/rocksdb/rocksdb_evidence_log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "evidence/signed_bytes.h"
#include "evidence/statements.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/evidence_erasure.h"
#include "storage/rocksdb/evidence_group.h"
#include "storage/rocksdb/evidence_reads.h"
#include "storage/rocksdb/evidence_state.h"
#include "storage/rocksdb/shown_evidence.h"

namespace probity::storage {
namespace {

using TimestampOr = ShownEvidence::TimestampOr;

class RocksdbEvidenceLog : public EvidenceLog {
 public:
  RocksdbEvidenceLog(const EvidenceOptions& options, EvidenceState state)
      : options_(options),
        key_(*options.key),
        continuations_(state.continuations),
        first_public_key_(state.first_public_key),
        shown_(options.path) {
    {
      absl::MutexLock lock(&write_mutex_);
      shown_.Show(state);
      state_ = std::move(state);
    }
    queue_ = std::make_unique<AppendQueue>(
        options.limits, [this](std::vector<WaitingEntry> group) { Commit(std::move(group)); });
  }
  ~RocksdbEvidenceLog() override {
    queue_.reset();
    absl::MutexLock lock(&write_mutex_);
    if (failure_.ok()) {
      state_.database->NoteDurable(state_.newest.head.tree_size(), true);
    }
  }

  void Append(EvidenceEntry entry, AppendDone done) override;
  void AppendAct(ActEntry entry, AppendDone done) override;
  Announcement Announce() override { return queue_->Announce(); }
  absl::StatusOr<StoredDecision> Get(absl::string_view decision) const override {
    return shown_.Get(decision);
  }
  absl::StatusOr<std::optional<v1::DecisionSummary>> FindRequest(
      absl::string_view authority, absl::string_view request_id) const override {
    return shown_.FindRequest(authority, request_id);
  }
  absl::StatusOr<DecisionPage> List(const DecisionQuery& query) const override {
    return shown_.List(query);
  }
  absl::StatusOr<std::optional<uint64_t>> OldestRevisionSince(int64_t since_us) const override {
    return shown_.OldestRevisionSince(since_us);
  }
  absl::StatusOr<StoredAct> GetAct(absl::string_view act) const override {
    return shown_.GetAct(act);
  }
  absl::StatusOr<ActPage> ListActs(const ActQuery& query) const override {
    return shown_.ListActs(query);
  }
  absl::StatusOr<std::vector<std::string>> OpenActs() const override { return shown_.OpenActs(); }
  absl::StatusOr<uint64_t> NewestPublished(absl::string_view lineage) const override {
    return shown_.NewestPublished(lineage);
  }
  probity::v1::LogHead Head() const override { return shown_.Newest()->head; }
  absl::StatusOr<probity::v1::LogHead> HeadAt(uint64_t size) const override {
    return shown_.HeadAt(size);
  }
  absl::StatusOr<probity::v1::InclusionProof> Inclusion(uint64_t leaf_index,
                                                        uint64_t tree_size) const override {
    return shown_.Inclusion(leaf_index, tree_size);
  }
  absl::StatusOr<probity::v1::ConsistencyProof> Consistency(uint64_t old_size,
                                                            uint64_t new_size) const override {
    return shown_.Consistency(old_size, new_size);
  }
  std::vector<probity::v1::LogKey> Keys() const override {
    return ListKeys(first_public_key_, shown_.Newest()->keys);
  }
  probity::v1::KeyHistory KeyStatements() const override { return shown_.Newest()->keys; }
  absl::StatusOr<int> ErasePersonalTexts(absl::string_view decision,
                                         const ErasureOrder& order) override;
  absl::Status AddTimestamp(const probity::v1::TimestampedHead& stamped) override;
  TimestampOr TimestampFrom(uint64_t size) const override { return shown_.TimestampFrom(size); }
  TimestampOr NewestTimestamp() const override { return shown_.NewestTimestamp(); }
  absl::Status Rotate(const evidence::SigningKey& next) override;
  absl::Status Revoke(absl::string_view key_id, uint64_t last_trusted_size) override;
  std::vector<probity::v1::LogContinuation> Continuations() const override {
    return continuations_;
  }
  const Maintenance* maintenance() const override { return &shown_; }
  EvidenceStats stats() const override;

 private:
  using Answer = std::pair<AppendDone, absl::StatusOr<Recorded>>;

  void Enqueue(WaitingEntry waiting);
  // On the queue's thread.
  void Commit(std::vector<WaitingEntry> group);
  std::vector<Answer> CommitLocked(std::vector<WaitingEntry> group)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  absl::Status WriteGroup(EvidenceGroup* group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // Writes what is beside decisions.
  absl::Status WriteStatement(rocksdb::WriteBatch* batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // OK when the log may be written; opens it anew where it can.
  absl::Status Ready() ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // EVIDENCE_GAP as long as nobody accepted it.
  absl::Status CheckGap() const;
  absl::Status Reopen() ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  void CloseDatabase() ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  // now, but not before the newest head.
  int64_t Now() const ABSL_SHARED_LOCKS_REQUIRED(write_mutex_);
  void Count(const std::vector<Answer>& answers, bool wrote);

  const EvidenceOptions options_;
  absl::Mutex write_mutex_ ABSL_ACQUIRED_BEFORE(stats_mutex_);
  evidence::SigningKey key_ ABSL_GUARDED_BY(write_mutex_);
  // The key of a rotation whose outcome is not known.
  std::optional<evidence::SigningKey> next_key_ ABSL_GUARDED_BY(write_mutex_);
  EvidenceState state_ ABSL_GUARDED_BY(write_mutex_);
  // Why nothing is written any more; its reason tells whether it may pass.
  absl::Status failure_ ABSL_GUARDED_BY(write_mutex_);

  const std::vector<probity::v1::LogContinuation> continuations_;
  const std::string first_public_key_;
  ShownEvidence shown_;
  mutable absl::Mutex stats_mutex_;
  EvidenceStats stats_ ABSL_GUARDED_BY(stats_mutex_);

  std::unique_ptr<AppendQueue> queue_;  // ends first
};

int64_t RocksdbEvidenceLog::Now() const {
  const int64_t now =
      options_.clock != nullptr ? options_.clock() : absl::GetCurrentTimeNanos() / 1000;
  return std::max(now, evidence::MicrosOf(state_.newest.head.time()));
}

void RocksdbEvidenceLog::Append(EvidenceEntry entry, AppendDone done) {
  if (const absl::Status status = CheckEntry(entry); !status.ok()) return done(status);
  Enqueue(Prepare(std::move(entry), std::move(done)));
}

void RocksdbEvidenceLog::AppendAct(ActEntry entry, AppendDone done) {
  if (const absl::Status status = CheckAct(entry); !status.ok()) return done(status);
  Enqueue(Prepare(std::move(entry), std::move(done)));
}

void RocksdbEvidenceLog::Enqueue(WaitingEntry waiting) {
  if (queue_->Push(&waiting)) return;
  std::vector<Answer> answers;
  answers.emplace_back(std::move(waiting.done), EvidenceQueueFull(options_.limits.entries));
  Count(answers, false);
  answers[0].first(std::move(answers[0].second));
}

void RocksdbEvidenceLog::Commit(std::vector<WaitingEntry> group) {
  std::vector<Answer> answers;
  {
    absl::MutexLock lock(&write_mutex_);
    answers = CommitLocked(std::move(group));
  }
  for (Answer& answer : answers) answer.first(std::move(answer.second));
}

std::vector<RocksdbEvidenceLog::Answer> RocksdbEvidenceLog::CommitLocked(
    std::vector<WaitingEntry> group) {
  std::vector<Answer> answers;
  absl::Status status = Ready();
  if (state_.database == nullptr) {
    for (WaitingEntry& waiting : group) answers.emplace_back(std::move(waiting.done), status);
    Count(answers, false);
    return answers;
  }
  const uint64_t first_leaf = state_.frontier.size();
  EvidenceGroup made(state_, Now());
  for (WaitingEntry& waiting : group) {
    absl::StatusOr<Recorded> recorded = made.Add(waiting);
    answers.emplace_back(std::move(waiting.done), std::move(recorded));
  }
  const bool writes = !made.empty();
  if (status.ok() && writes) status = WriteGroup(&made);
  for (Answer& answer : answers) {
    if (!answer.second.ok()) continue;
    // What had been recorded before stands whatever became of this group.
    const bool is_new = answer.second->leaf_index >= first_leaf;
    if (is_new && !status.ok()) {
      answer.second = status;
    } else {
      answer.second->head = state_.newest.head;
    }
  }
  Count(answers, writes && status.ok());
  return answers;
}

absl::Status RocksdbEvidenceLog::WriteGroup(EvidenceGroup* group) {
  if (absl::Status full = state_.database->CheckSpace(group->batch()->GetDataSize()); !full.ok()) {
    return full;
  }
  group->Sign(key_);
  if (absl::Status status = state_.database->Write(group->batch()); !status.ok()) {
    return failure_ = status;
  }
  state_.frontier = group->frontier();
  state_.format = group->format();
  state_.newest.head = group->head();
  shown_.Show(state_);
  state_.database->NoteDurable(state_.frontier.size(), false);
  return absl::OkStatus();
}

void RocksdbEvidenceLog::Count(const std::vector<Answer>& answers, bool wrote) {
  absl::MutexLock lock(&stats_mutex_);
  stats_.groups += wrote ? 1 : 0;
  for (const Answer& answer : answers) {
    if (answer.second.ok()) {
      uint64_t& count = IsActName(answer.second->decision) ? stats_.acts : stats_.recorded;
      count += answer.second->repeated ? 0 : 1;
      continue;
    }
    const absl::StatusCode code = answer.second.status().code();
    const bool is_entrys_fault = code == absl::StatusCode::kInvalidArgument ||
                                 code == absl::StatusCode::kAlreadyExists ||
                                 code == absl::StatusCode::kNotFound;
    stats_.not_recorded += is_entrys_fault ? 0 : 1;
  }
}

EvidenceStats RocksdbEvidenceLog::stats() const {
  absl::MutexLock lock(&stats_mutex_);
  return stats_;
}

// A full disk passes; after any other fault nobody knows what the disk holds, and
// an operator has to look.
absl::Status RocksdbEvidenceLog::Ready() {
  if (failure_.ok()) failure_ = state_.database->Writable();
  if (failure_.ok()) return CheckGap();
  if (ReasonOf(failure_) != probity::v1::ERROR_REASON_DISK_FULL) return failure_;
  return Reopen();
}

absl::Status RocksdbEvidenceLog::CheckGap() const {
  if (continuations_.empty() || !continuations_.back().accepted_by().empty()) {
    return absl::OkStatus();
  }
  const probity::v1::LogHead& previous = continuations_.back().previous_head();
  return EvidenceGap(ToHex(previous.log_id()), previous.tree_size());
}

// RocksDB writes what it finds in its log out to sorted files, synced, so that
// nothing is built on bytes whose sync had failed.
absl::Status RocksdbEvidenceLog::Reopen() {
  if (state_.database != nullptr) {
    if (!state_.database->CheckSpace(0).ok()) return failure_;
    CloseDatabase();
  }
  EvidenceOptions options = options_;
  options.key = key_;
  auto state = OpenEvidenceState(options, Now());
  const bool rotated = ReasonOf(state.status()) == probity::v1::ERROR_REASON_EVIDENCE_KEY_WRONG;
  if (rotated && next_key_) {
    options.key = next_key_;
    state = OpenEvidenceState(options, Now());
  }
  if (!state.ok()) return failure_ = state.status();
  key_ = *options.key;
  state_ = *std::move(state);
  shown_.Show(state_);
  failure_ = absl::OkStatus();
  return CheckGap();
}

void RocksdbEvidenceLog::CloseDatabase() {
  shown_.Hide();
  // Who reads has a share of it, for as long as one read takes.
  while (state_.database.use_count() > 1) absl::SleepFor(absl::Milliseconds(1));
  state_.database = nullptr;
}

absl::Status RocksdbEvidenceLog::WriteStatement(rocksdb::WriteBatch* batch) {
  if (absl::Status full = state_.database->CheckSpace(batch->GetDataSize()); !full.ok()) {
    return full;
  }
  absl::Status status = state_.database->Write(batch);
  if (!status.ok()) failure_ = status;
  return status;
}

absl::StatusOr<int> RocksdbEvidenceLog::ErasePersonalTexts(absl::string_view decision,
                                                           const ErasureOrder& order) {
  absl::MutexLock lock(&write_mutex_);
  if (absl::Status status = Ready(); !status.ok()) return status;
  const auto leaf = FindLeaf(*state_.database, EncodeDecisionKey(decision));
  if (!leaf.ok()) return leaf.status();
  if (!leaf->has_value()) return DecisionNotFound(decision);
  rocksdb::WriteBatch batch;
  auto erased = PutErasures(*state_.database, **leaf, order, Now(), &batch);
  if (!erased.ok() || order.digests.empty()) return erased;
  absl::Status status = *erased > 0 ? WriteStatement(&batch) : absl::OkStatus();
  if (status.ok()) {
    status = state_.database->Forget(EncodeTextsKey(**leaf));
  }
  if (!status.ok()) return status;
  return erased;
}

absl::Status RocksdbEvidenceLog::AddTimestamp(const probity::v1::TimestampedHead& stamped) {
  absl::MutexLock lock(&write_mutex_);
  if (absl::Status status = Ready(); !status.ok()) return status;
  const uint64_t size = stamped.head().tree_size();
  const auto known = HeadAt(size);
  if (!known.ok()) return known.status();
  if (absl::Status status = CheckStamped(stamped.head(), *known); !status.ok()) return status;
  const std::string key = EncodeTimestampKey(size);
  const auto before = state_.database->Get(kLogMeta, key);
  if (!before.ok()) return before.status();
  if (before->has_value()) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  state_.database->Put(&batch, kLogMeta, key, stamped.SerializeAsString());
  return WriteStatement(&batch);
}

absl::Status RocksdbEvidenceLog::Rotate(const evidence::SigningKey& next) {
  absl::MutexLock lock(&write_mutex_);
  if (absl::Status status = Ready(); !status.ok()) return status;
  if (absl::Status status = CheckRotation(Keys(), next); !status.ok()) return status;
  EvidenceHead newest = state_.newest;
  const auto number = static_cast<uint32_t>(newest.keys.rotations_size());
  const probity::v1::LogHead& head = newest.head;
  const probity::v1::KeyRotation rotation =
      evidence::SignRotation(key_, next.public_key(), head.log_id(), head.tree_size(), Now());
  *newest.keys.add_rotations() = rotation;
  newest.head = evidence::SignHead(next, head.log_id(), head.tree_size(), head.root_hash(), Now());
  rocksdb::WriteBatch batch;
  state_.database->Put(&batch, kLogMeta, EncodeRotationKey(number), rotation.SerializeAsString());
  state_.database->Put(&batch, kLogMeta, EncodeHeadKey(head.tree_size(), number + 1),
                       newest.head.SerializeAsString());
  next_key_ = next;
  if (absl::Status status = WriteStatement(&batch); !status.ok()) return status;
  state_.newest = std::move(newest);
  key_ = next;
  shown_.Show(state_);
  return absl::OkStatus();
}

absl::Status RocksdbEvidenceLog::Revoke(absl::string_view key_id, uint64_t last_trusted_size) {
  absl::MutexLock lock(&write_mutex_);
  if (absl::Status status = Ready(); !status.ok()) return status;
  const probity::v1::LogHead& head = state_.newest.head;
  if (absl::Status status = CheckRevocation(Keys(), key_id, last_trusted_size, head.tree_size());
      !status.ok()) {
    return status;
  }
  const probity::v1::KeyRevocation revocation =
      evidence::SignRevocation(key_, key_id, head.log_id(), last_trusted_size, Now());
  const auto number = static_cast<uint32_t>(state_.newest.keys.revocations_size());
  rocksdb::WriteBatch batch;
  state_.database->Put(&batch, kLogMeta, EncodeRevocationKey(number),
                       revocation.SerializeAsString());
  if (absl::Status status = WriteStatement(&batch); !status.ok()) return status;
  *state_.newest.keys.add_revocations() = revocation;
  shown_.Show(state_);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EvidenceLog>> OpenRocksdbEvidenceLog(
    const EvidenceOptions& options) {
  if (!options.key) return InvalidField("evidence key", "is required");
  if (!options.log_id.empty() && options.log_id.size() != evidence::kLogIdBytes) {
    return InvalidField("log_id", "must have 16 bytes");
  }
  const int64_t now =
      options.clock != nullptr ? options.clock() : absl::GetCurrentTimeNanos() / 1000;
  auto state = OpenEvidenceState(options, now);
  if (!state.ok()) return state.status();
  return std::make_unique<RocksdbEvidenceLog>(options, *std::move(state));
}

}  // namespace probity::storage
