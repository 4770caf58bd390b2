// Supplier rows of a publish: recomputes the clusters of all raw components
// that changed party records, and those named by changed separations, belong to,
// and no others.
//
// Two passes over the changes. The first counts identifying values, 8 bytes
// each; a record whose values no other record carries, neither before nor in
// this load, is a cluster of its own and needs no walk. That is the bulk case.
#ifndef PROBITY_STORAGE_ROCKSDB_CLUSTER_WRITER_H_
#define PROBITY_STORAGE_ROCKSDB_CLUSTER_WRITER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "storage/component.h"
#include "storage/rocksdb/rocksdb_view.h"
#include "storage/rocksdb/row_sink.h"

namespace probity::storage {

// Both views are unmasked. Borrows all three.
class ClusterWriter {
 public:
  ClusterWriter(const RocksdbView* before, RowSink* sink);

  // First pass: once for each changed record, with its rows in both views.
  void Count(const std::optional<v1::RecordRow>& before, const std::optional<v1::RecordRow>& after);
  // Between the passes. `after` reads the candidate rows.
  void StartUpdates(const RocksdbView* after);
  // Second pass: the same records again.
  absl::Status Update(const RecordRef& ref, const std::optional<v1::RecordRow>& before,
                      const std::optional<v1::RecordRow>& after);
  // Behind the second pass, for records that did not change while the rank of their
  // dataset did: puts the suppliers of several records together again.
  absl::Status Refresh(const RecordRef& ref, const std::optional<v1::RecordRow>& row);
  // Behind both: records that changed separations name, in whatever dataset.
  absl::Status UpdateSeparated();
  // By how much the suppliers of shared records grew.
  int64_t growth() const { return growth_; }

 private:
  using Rows = std::optional<v1::RecordRow>;
  std::vector<std::string> TermsOf(const Rows& before, const Rows& after) const;
  absl::StatusOr<bool> IsAlone(const RecordRef& ref, const Rows& before, const Rows& after);
  absl::Status Walk(const RecordRef& ref);
  absl::Status WriteAlone(const RecordRef& ref, const Rows& before, const Rows& after);
  absl::Status WriteComponent(const Component& component);
  absl::Status WriteShared(const std::vector<ClusterInput>& inputs, bool has_owned);
  absl::Status WriteOwned(const std::vector<ClusterInput>& inputs);
  absl::Status WriteGone(const Component& component, const std::vector<ClusterInput>& shared,
                         const std::vector<Cluster>& clusters);
  absl::Status WriteRow(const std::string& id, const SupplierValue& value);

  const RocksdbView* before_;
  const RocksdbView* after_ = nullptr;
  RowSink* sink_;
  bool nothing_before_;
  std::string dataset_;  // bare id of the changed one
  std::vector<uint64_t> hashes_;
  absl::flat_hash_set<uint64_t> repeated_;
  absl::flat_hash_set<std::string> walked_;  // keys of the changed dataset
  std::set<RecordRef> separated_;            // named by changed separations, not walked yet
  int64_t growth_ = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_CLUSTER_WRITER_H_
