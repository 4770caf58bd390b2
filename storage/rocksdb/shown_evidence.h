// What readers of an open evidence log see, while it is written and opened anew.
#ifndef PROBITY_STORAGE_ROCKSDB_SHOWN_EVIDENCE_H_
#define PROBITY_STORAGE_ROCKSDB_SHOWN_EVIDENCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "storage/evidence/evidence_log.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/evidence_database.h"
#include "storage/rocksdb/evidence_state.h"

namespace probity::storage {

// The newest head that was shown, and the tables up to it. Thread-safe. What is read is
// what EvidenceLog says, and EVIDENCE_LOG_UNAVAILABLE between Hide() and Show().
class ShownEvidence : public Maintenance {
 public:
  using DatabasePtr = std::shared_ptr<const EvidenceDatabase>;
  using HeadPtr = std::shared_ptr<const EvidenceHead>;
  using TimestampOr = absl::StatusOr<std::optional<probity::v1::TimestampedHead>>;

  // `path` of the log, for errors.
  explicit ShownEvidence(std::string path) : path_(std::move(path)) {}

  // From now on readers see this state.
  void Show(const EvidenceState& state);
  // From now on nobody begins to read; who reads has a share of the tables.
  void Hide();

  HeadPtr Newest() const;
  absl::StatusOr<StoredDecision> Get(absl::string_view decision) const;
  absl::StatusOr<std::optional<v1::DecisionSummary>> FindRequest(
      absl::string_view authority, absl::string_view request_id) const;
  absl::StatusOr<DecisionPage> List(const DecisionQuery& query) const;
  absl::StatusOr<StoredAct> GetAct(absl::string_view act) const;
  absl::StatusOr<ActPage> ListActs(const ActQuery& query) const;
  absl::StatusOr<std::vector<std::string>> OpenActs() const;
  absl::StatusOr<uint64_t> NewestPublished(absl::string_view lineage) const;
  absl::StatusOr<std::optional<uint64_t>> OldestRevisionSince(int64_t since_us) const;
  absl::StatusOr<probity::v1::LogHead> HeadAt(uint64_t size) const;
  absl::StatusOr<probity::v1::InclusionProof> Inclusion(uint64_t leaf_index,
                                                        uint64_t tree_size) const;
  absl::StatusOr<probity::v1::ConsistencyProof> Consistency(uint64_t old_size,
                                                            uint64_t new_size) const;
  TimestampOr TimestampFrom(uint64_t size) const;
  TimestampOr NewestTimestamp() const;

  absl::StatusOr<v1::BackupCopy> CopyTo(const BackupPlace& place,
                                        const std::function<bool()>& is_cancelled) const override;
  absl::Status Check(const CheckDepth& depth,
                     probity::v1::CheckStoreResponse* report) const override;
  FileStatistics Statistics() const override;

 private:
  absl::StatusOr<DatabasePtr> Database() const;

  const std::string path_;
  mutable absl::Mutex mutex_;
  DatabasePtr database_ ABSL_GUARDED_BY(mutex_);
  HeadPtr newest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_SHOWN_EVIDENCE_H_
