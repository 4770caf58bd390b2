// One publish: a change set becomes the next revision.
//
//   1 stage    record, term and change rows at the dataset's next version enter
//              under a pending marker. No manifest names that version, so no
//              reader sees them.
//   2 cluster  supplier rows are computed from the views before and after.
//   3 commit   ONE synced batch: manifest, head, request id, no marker.
// What fails between 1 and 3 is taken back by RemovePending (cleaner.h), now or
// when the store is next written to or opened.
#ifndef PROBITY_STORAGE_ROCKSDB_PUBLISHER_H_
#define PROBITY_STORAGE_ROCKSDB_PUBLISHER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/rocksdb/cluster_writer.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/revision.h"
#include "storage/rocksdb/rocksdb_view.h"
#include "storage/rocksdb/row_sink.h"
#include "storage/store.h"

namespace probity::storage {

// For one call of Run(). Borrows everything; one publish at a time.
class Publisher {
 public:
  Publisher(Database* database, const IdentifierCatalogue* identifiers,
            std::shared_ptr<const Revision> parent, const ChangeSet& changes,
            const PublishContext& context, RedactionRulesPtr redactions);
  absl::StatusOr<std::shared_ptr<const Revision>> Run();

 private:
  using Row = std::optional<v1::RecordRow>;
  // ABORTED / LOAD_CONFLICT when another publish was first.
  absl::Status CheckBase() const;
  void MakeManifest();
  // The three steps.
  absl::Status Write();
  absl::Status Stage(ClusterWriter* clusters);
  absl::Status StageRecord(RowSink* sink, const std::string& key, const Row& before,
                           const Row& after);
  absl::Status Cluster(ClusterWriter* clusters);
  // True when the dataset is believed before or behind others than it was.
  bool RankChanges() const;
  absl::Status Commit(RowSink* cluster_rows);
  // Calls `visit` with each change that is one, rows before and after.
  absl::Status ForEachRow(
      const std::function<absl::Status(const std::string& key, const Row&, const Row&)>& visit);
  void AddMarker(rocksdb::WriteBatch* batch) const;

  Database* database_;
  const IdentifierCatalogue* identifiers_;
  std::shared_ptr<const Revision> parent_;
  const ChangeSet& changes_;
  const PublishContext& context_;
  const RedactionRulesPtr redactions_;
  RocksdbView before_;
  std::string dataset_;  // bare id
  v1::Manifest next_;
  uint32_t number_ = 0;   // of the dataset
  uint32_t version_ = 0;  // of its new rows
  std::shared_ptr<const Revision> result_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_PUBLISHER_H_
