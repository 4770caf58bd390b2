// The reference model of the evidence log: everything in one list, every answer by
// looking at all of it. For tests; nothing in it is fast, and nothing is durable.
#ifndef PROBITY_STORAGE_MEMORY_IN_MEMORY_EVIDENCE_LOG_H_
#define PROBITY_STORAGE_MEMORY_IN_MEMORY_EVIDENCE_LOG_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "evidence/keys.h"
#include "evidence/merkle.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage {

class InMemoryEvidenceLog : public EvidenceLog {
 public:
  // `clock` gives microseconds since 1970. `log_id`: 16 bytes.
  InMemoryEvidenceLog(evidence::SigningKey key, std::string log_id, std::function<int64_t()> clock);

  void Append(EvidenceEntry entry, AppendDone done) override;
  void AppendAct(ActEntry entry, AppendDone done) override;
  absl::StatusOr<StoredDecision> Get(absl::string_view decision) const override;
  absl::StatusOr<std::optional<v1::DecisionSummary>> FindRequest(
      absl::string_view authority, absl::string_view request_id) const override;
  absl::StatusOr<DecisionPage> List(const DecisionQuery& query) const override;
  absl::StatusOr<std::optional<uint64_t>> OldestRevisionSince(int64_t since_us) const override;
  absl::StatusOr<StoredAct> GetAct(absl::string_view act) const override;
  absl::StatusOr<ActPage> ListActs(const ActQuery& query) const override;
  absl::StatusOr<std::vector<std::string>> OpenActs() const override;
  absl::StatusOr<uint64_t> NewestPublished(absl::string_view lineage) const override;
  probity::v1::LogHead Head() const override;
  absl::StatusOr<probity::v1::LogHead> HeadAt(uint64_t size) const override;
  absl::StatusOr<probity::v1::InclusionProof> Inclusion(uint64_t leaf_index,
                                                        uint64_t tree_size) const override;
  absl::StatusOr<probity::v1::ConsistencyProof> Consistency(uint64_t old_size,
                                                            uint64_t new_size) const override;
  std::vector<probity::v1::LogKey> Keys() const override;
  probity::v1::KeyHistory KeyStatements() const override;
  absl::StatusOr<int> ErasePersonalTexts(absl::string_view decision,
                                         const ErasureOrder& order) override;
  absl::Status AddTimestamp(const probity::v1::TimestampedHead& stamped) override;
  absl::StatusOr<std::optional<probity::v1::TimestampedHead>> TimestampFrom(
      uint64_t size) const override;
  absl::StatusOr<std::optional<probity::v1::TimestampedHead>> NewestTimestamp() const override;
  absl::Status Rotate(const evidence::SigningKey& next) override;
  absl::Status Revoke(absl::string_view key_id, uint64_t last_trusted_size) override;
  EvidenceStats stats() const override;

  // From now on every write fails as on a broken disk; nullopt: no longer.
  void FailWith(std::optional<absl::Status> failure);

 private:
  absl::StatusOr<Recorded> RecordAct(ActEntry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Recorded> Record(EvidenceEntry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  StoredDecision* Find(absl::string_view decision) ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Signs a head over all there is.
  void Sign() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t Now() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  evidence::NodeReader Nodes() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::string log_id_;
  const std::string first_public_key_;
  const std::function<int64_t()> clock_;
  mutable absl::Mutex mutex_;
  evidence::SigningKey key_ ABSL_GUARDED_BY(mutex_);
  std::vector<StoredDecision> decisions_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> open_acts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> published_ ABSL_GUARDED_BY(mutex_);  // by lineage
  std::vector<probity::v1::LogHead> heads_ ABSL_GUARDED_BY(mutex_);
  probity::v1::KeyHistory history_ ABSL_GUARDED_BY(mutex_);
  // By size of the head.
  std::map<uint64_t, probity::v1::TimestampedHead> timestamps_ ABSL_GUARDED_BY(mutex_);
  EvidenceStats stats_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_MEMORY_IN_MEMORY_EVIDENCE_LOG_H_
