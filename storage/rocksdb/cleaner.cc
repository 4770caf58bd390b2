#include "storage/rocksdb/cleaner.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

#include "storage/index_terms.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage {
namespace {

constexpr size_t kBatchBytes = size_t{1} << 20;

// Calls `undo` for each change of one dataset version, and deletes the change
// in the same batch.
absl::Status ForEachChange(
    Database* database, uint32_t dataset, uint32_t version,
    const std::function<absl::Status(const std::string& key, rocksdb::WriteBatch*)>& undo) {
  rocksdb::WriteBatch batch;
  PrefixCursor cursor = database->Scan(kChanges, true);
  const std::string prefix = ChangePrefix(dataset, version);
  ChangeKey change;
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    if (!ParseChangeKey(cursor.key(), &change)) return database->Corrupt(kChanges, "change key");
    if (absl::Status status = undo(change.key, &batch); !status.ok()) return status;
    database->Delete(&batch, kChanges, cursor.key());
    if (batch.GetDataSize() < kBatchBytes) continue;
    if (absl::Status status = database->Write(&batch, false); !status.ok()) return status;
    batch.Clear();
  }
  if (!cursor.status().ok()) return database->Fault(cursor.status());
  return database->Write(&batch, false);
}

struct RowAt {
  uint32_t version = 0;
  std::optional<v1::RecordRow> row;
};

// The rows of a record at or below `version`, newest first.
absl::StatusOr<std::vector<RowAt>> RowsOf(Database* database, uint32_t dataset,
                                          const std::string& key, uint32_t version) {
  std::vector<RowAt> rows;
  PrefixCursor cursor = database->Cursor(kRecords);
  RecordKey at;
  for (cursor.Seek(RecordPrefix(dataset, key), EncodeRecordKey(dataset, key, version));
       cursor.Valid(); cursor.Next()) {
    RowAt& row = rows.emplace_back();
    if (!ParseRecordKey(cursor.key(), &at) || !ParseRecordValue(cursor.value(), &row.row)) {
      return database->Corrupt(kRecords, key);
    }
    row.version = at.version;
  }
  if (!cursor.status().ok()) return database->Fault(cursor.status());
  return rows;
}

std::vector<IndexTerm> TermsOf(absl::string_view dataset, const RowAt* at) {
  if (at == nullptr || !at->row.has_value()) return {};
  return IndexTermsOf(dataset, *at->row);
}

// Deletes what one record got at `version`.
absl::Status UndoRecord(Database* database, const Visible::Entry& dataset, uint32_t version,
                        const std::string& key, rocksdb::WriteBatch* batch) {
  const auto rows = RowsOf(database, dataset.number, key, version);
  if (!rows.ok()) return rows.status();
  if (rows->empty() || rows->front().version != version) return absl::OkStatus();
  const std::vector<IndexTerm> now = TermsOf(dataset.id, &rows->front());
  const std::vector<IndexTerm> before =
      TermsOf(dataset.id, rows->size() > 1 ? &(*rows)[1] : nullptr);
  std::vector<IndexTerm> written;
  std::set_symmetric_difference(now.begin(), now.end(), before.begin(), before.end(),
                                std::back_inserter(written));
  for (const IndexTerm& term : written) {
    database->Delete(
        batch, kIndex,
        EncodeTermKey(static_cast<uint8_t>(term.kind), term.term, dataset.number, key, version));
  }
  database->Delete(batch, kRecords, EncodeRecordKey(dataset.number, key, version));
  return absl::OkStatus();
}

// Deletes the rows under a prefix that are older than `version`, oldest first,
// and the one at `version` too when `is_tombstone` says so of its value.
absl::Status DropOlder(Database* database, Table table, const std::string& prefix,
                       const std::string& from,
                       const std::function<bool(absl::string_view)>& is_tombstone,
                       rocksdb::WriteBatch* batch) {
  PrefixCursor cursor = database->Cursor(table);
  std::vector<std::string> keys;
  for (cursor.Seek(prefix, from); cursor.Valid(); cursor.Next()) {
    const bool is_first = cursor.key() == from;
    if (!is_first || is_tombstone(cursor.value())) keys.emplace_back(cursor.key());
  }
  if (!cursor.status().ok()) return database->Fault(cursor.status());
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) database->Delete(batch, table, *key);
  return absl::OkStatus();
}

bool IsTermTombstone(absl::string_view value) {
  bool present = true;
  return ParseTermValue(value, &present) && !present;
}

bool IsSupplierTombstone(absl::string_view value) {
  SupplierValue row;
  return ParseSupplierValue(value, &row) && row.tag == SupplierTag::kTombstone;
}

// What the change of one record at `version` made unreadable from there on.
absl::Status SweepRecord(Database* database, const Visible::Entry& dataset, uint32_t version,
                         const std::string& key, rocksdb::WriteBatch* batch) {
  const auto rows = RowsOf(database, dataset.number, key, version);
  if (!rows.ok()) return rows.status();
  std::vector<IndexTerm> gone;
  std::vector<IndexTerm> now;
  for (const RowAt& at : *rows) {
    if (at.version == version) now = TermsOf(dataset.id, &at);
  }
  for (const RowAt& at : *rows) {
    if (at.version == version) continue;
    const std::vector<IndexTerm> before = TermsOf(dataset.id, &at);
    std::set_difference(before.begin(), before.end(), now.begin(), now.end(),
                        std::back_inserter(gone));
  }
  for (const IndexTerm& term : gone) {
    const auto kind = static_cast<uint8_t>(term.kind);
    const std::string from = EncodeTermKey(kind, term.term, dataset.number, key, version);
    absl::Status status =
        DropOlder(database, kIndex, from.substr(0, from.size() - 4), from, &IsTermTombstone, batch);
    if (!status.ok()) return status;
  }
  return DropOlder(
      database, kRecords, RecordPrefix(dataset.number, key),
      EncodeRecordKey(dataset.number, key, version),
      [](absl::string_view value) { return value == EncodeRecordTombstone(); }, batch);
}

absl::Status SweepRevision(Database* database, const Visible& head, const Visible& revision) {
  const uint32_t cluster_version = revision.manifest().cluster_version();
  const Visible::Entry* dataset = head.Find(BareDatasetId(revision.manifest().changed_dataset()));
  const Visible::Entry* then = revision.Find(BareDatasetId(revision.manifest().changed_dataset()));
  if (dataset != nullptr && then != nullptr) {
    absl::Status status =
        ForEachChange(database, then->number, then->version,
                      [&](const std::string& key, rocksdb::WriteBatch* batch) {
                        return SweepRecord(database, *dataset, then->version, key, batch);
                      });
    if (!status.ok()) return status;
  }
  return ForEachChange(database, kClusterDataset, cluster_version,
                       [&](const std::string& id, rocksdb::WriteBatch* batch) {
                         const std::string from = EncodeSupplierKey(id, cluster_version);
                         return DropOlder(database, kIndex, from.substr(0, from.size() - 4), from,
                                          &IsSupplierTombstone, batch);
                       });
}

absl::Status ForgetRequests(Database* database, uint64_t floor) {
  rocksdb::WriteBatch batch;
  PrefixCursor cursor = database->Scan(kMeta, true);
  const std::string prefix = EncodeMetaKey(MetaKey::kRequest);
  RememberedRequest request;
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    if (!ParseRequest(cursor.value(), &request)) return database->Corrupt(kMeta, "request");
    if (request.revision < floor) database->Delete(&batch, kMeta, cursor.key());
  }
  if (!cursor.status().ok()) return database->Fault(cursor.status());
  return batch.Count() == 0 ? absl::OkStatus() : database->Write(&batch);
}

}  // namespace

absl::Status RemovePending(Database* database, const Visible& head) {
  std::vector<std::pair<std::string, std::string>> markers;
  PrefixCursor cursor = database->Scan(kMeta);
  const std::string prefix = EncodeMetaKey(MetaKey::kPending);
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    markers.emplace_back(cursor.key(), cursor.value());
  }
  if (!cursor.status().ok()) return database->Fault(cursor.status());
  for (const auto& [key, value] : markers) {
    uint32_t number = 0, version = 0, cluster_version = 0;
    absl::string_view in = value;
    if (!ParsePendingKey(key, &number, &version) || !ParseU32(&in, &cluster_version)) {
      return database->Corrupt(kMeta, "pending marker");
    }
    // A dataset that no manifest names has no rows yet.
    const Visible::Entry* dataset = head.Find(number);
    if (dataset != nullptr) {
      absl::Status status = ForEachChange(
          database, number, version, [&](const std::string& record, rocksdb::WriteBatch* batch) {
            return UndoRecord(database, *dataset, version, record, batch);
          });
      if (!status.ok()) return status;
    }
    absl::Status status =
        ForEachChange(database, kClusterDataset, cluster_version,
                      [&](const std::string& id, rocksdb::WriteBatch* batch) {
                        database->Delete(batch, kIndex, EncodeSupplierKey(id, cluster_version));
                        return absl::OkStatus();
                      });
    if (!status.ok()) return status;
    rocksdb::WriteBatch batch;
    database->Delete(&batch, kMeta, key);
    if (status = database->Write(&batch); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SweepBelow(Database* database, const Visible& head, uint64_t floor) {
  auto stored = database->GetMeta(EncodeMetaKey(MetaKey::kSwept));
  if (!stored.ok()) return stored.status();
  uint64_t swept = 1;  // revision 1 is empty
  absl::string_view in = stored->has_value() ? absl::string_view(**stored) : absl::string_view();
  if (stored->has_value() && !ParseU64(&in, &swept)) return database->Corrupt(kMeta, "swept");
  for (uint64_t revision = swept + 1; revision <= floor; ++revision) {
    auto bytes = database->GetMeta(EncodeManifestKey(revision));
    if (!bytes.ok()) return bytes.status();
    v1::Manifest manifest;
    if (!bytes->has_value() || !manifest.ParseFromString(**bytes)) {
      return database->Corrupt(kMeta, "manifest");
    }
    absl::Status status = SweepRevision(database, head, Visible(manifest));
    if (!status.ok()) return status;
    rocksdb::WriteBatch batch;
    database->Delete(&batch, kMeta, EncodeManifestKey(revision - 1));
    database->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kSwept), NumberValue(revision));
    if (status = database->Write(&batch, revision == floor); !status.ok()) return status;
  }
  return ForgetRequests(database, floor);
}

}  // namespace probity::storage
