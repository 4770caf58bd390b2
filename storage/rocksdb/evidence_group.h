// Turns entries that waited together into rows, leaves and one signed head.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_GROUP_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_GROUP_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evidence/keys.h"
#include "rocksdb/write_batch.h"
#include "storage/evidence/append_queue.h"
#include "storage/rocksdb/evidence_state.h"

namespace probity::storage {

// Borrows the state, and changes nothing in it: what comes of the group is in
// here until its batch was written. Not thread-safe.
class EvidenceGroup {
 public:
  // `time_us`: when all of the group is recorded.
  EvidenceGroup(const EvidenceState& state, int64_t time_us)
      : state_(state), time_us_(time_us), frontier_(state.frontier), format_(state.format) {}

  // What the entry becomes once the group is written: recorded; or, as what an
  // earlier entry became, repeated. Or why it is refused.
  absl::StatusOr<Recorded> Add(const WaitingEntry& waiting);
  // Signs the group's head. There is one when an entry was recorded.
  void Sign(const evidence::SigningKey& key);

  bool empty() const { return frontier_.size() == state_.frontier.size(); }
  rocksdb::WriteBatch* batch() { return &batch_; }
  const evidence::Frontier& frontier() const { return frontier_; }
  // Of the tables, once the batch is written.
  uint32_t format() const { return format_; }
  const probity::v1::LogHead& head() const { return head_; }

 private:
  // The leaf of an index row, also of one that this group adds.
  absl::StatusOr<std::optional<uint64_t>> Find(const std::string& index_key) const;
  absl::StatusOr<v1::DecisionSummary> SummaryAt(uint64_t leaf) const;
  absl::StatusOr<std::optional<Recorded>> FindRequest(const EvidenceEntry& entry) const;
  void PutIndex(const v1::DecisionSummary& summary);
  // A row that leads to one leaf.
  void PutUnique(const std::string& key, uint64_t leaf);
  // The act that this one ends, if any, is open no longer. ACT_NOT_FOUND unless it was.
  absl::Status CloseAct(const WaitingEntry& waiting);
  // Of a leaf that says so: that its revision stands behind those that were recorded.
  absl::Status CheckRises(const WaitingEntry& waiting) const;
  // With the first act also the format, from which on older releases cannot read the log.
  void PutActIndex(const WaitingEntry& waiting, const v1::DecisionSummary& summary);
  void PutEntry(const WaitingEntry& waiting, const v1::DecisionSummary& summary);
  void PutLeaf(const WaitingEntry& waiting, uint64_t leaf);

  const EvidenceState& state_;
  const int64_t time_us_;
  evidence::Frontier frontier_;
  uint32_t format_;
  rocksdb::WriteBatch batch_;
  probity::v1::LogHead head_;
  std::map<std::string, uint64_t> added_;       // index rows
  std::set<uint64_t> closed_;                   // acts that were open
  std::set<uint64_t> revisions_;                // that its decisions were made from
  std::vector<v1::DecisionSummary> summaries_;  // of what it records, by leaf
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_GROUP_H_
