#include "storage/rocksdb/rocksdb_view.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

// Matches of a term that are put in order in memory; more than that are read
// dataset by dataset.
constexpr size_t kSortedInMemory = 256;
// Rows that are stepped over before a seek costs less.
constexpr int kStepsBeforeSeek = 8;
// A chain of merged ids is one hop a merge; this is a guard against a loop in
// a damaged store.
constexpr int kMaxHops = 1 << 16;

struct Match {
  const Visible::Entry* entry;
  std::string key;
};

}  // namespace

absl::StatusOr<std::optional<v1::RecordRow>> RocksdbView::GetRecord(const RecordRef& ref) const {
  std::optional<v1::RecordRow> row;
  const Entry* entry = visible_->Find(ref.dataset);
  if (entry == nullptr) return row;
  PrefixCursor cursor = database_->Cursor(kRecords, entry->number % Database::kMostParts);
  cursor.Seek(RecordPrefix(entry->number, ref.key),
              EncodeRecordKey(entry->number, ref.key, entry->version));
  if (!cursor.Valid()) {
    if (!cursor.status().ok()) return database_->Fault(cursor.status());
    return row;
  }
  if (!ParseRecordValue(cursor.value(), &row)) return database_->Corrupt(kRecords, ref.Name());
  return row;
}

absl::StatusOr<std::vector<std::optional<v1::RecordRow>>> RocksdbView::GetRecords(
    absl::string_view dataset, absl::Span<const std::string> keys) const {
  std::vector<std::optional<v1::RecordRow>> rows(keys.size());
  const Entry* entry = visible_->Find(dataset);
  if (entry == nullptr) return rows;
  const std::string all = DatasetPrefix(entry->number);
  PrefixCursor cursor = database_->Scan(kRecords, true);
  bool is_placed = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string wanted = EncodeRecordKey(entry->number, keys[i], entry->version);
    for (int step = 0; is_placed && step < kStepsBeforeSeek && cursor.Valid(); ++step) {
      if (cursor.key() >= wanted) break;
      cursor.Next();
    }
    if (!is_placed || (cursor.Valid() && cursor.key() < wanted)) cursor.Seek(all, wanted);
    is_placed = true;
    if (!cursor.Valid()) break;
    if (!absl::StartsWith(cursor.key(), RecordPrefix(entry->number, keys[i]))) continue;
    if (!ParseRecordValue(cursor.value(), &rows[i])) {
      return database_->Corrupt(kRecords, RecordRef{entry->id, keys[i]}.Name());
    }
  }
  if (!cursor.Valid() && !cursor.status().ok()) return database_->Fault(cursor.status());
  return rows;
}

absl::Status RocksdbView::FindRecords(IndexKind kind, absl::string_view term,
                                      const RecordVisitor& visit) const {
  const std::string prefix = TermPrefix(static_cast<uint8_t>(kind), term);
  const auto part = static_cast<uint8_t>(kind);
  // Of most kinds of facts most stores hold nothing, and of the others nothing under most
  // schemes of identifiers: lists name parties by few.
  if (!database_->HasRows(kIndex, part, TermGroup(prefix))) return absl::OkStatus();
  std::vector<Match> matches;
  PrefixCursor cursor = database_->Cursor(kIndex, part);
  std::string last;
  size_t rows = 0;
  RecordKey at;
  for (cursor.Seek(prefix, prefix); cursor.Valid() && rows <= kSortedInMemory;
       cursor.Next(), ++rows) {
    const absl::string_view tail = cursor.key().substr(prefix.size());
    if (!ParseRecordKey(tail, &at)) return database_->Corrupt(kIndex, "term key");
    const Entry* entry = visible_->Find(at.dataset);
    if (entry == nullptr || at.version > entry->version) continue;
    const absl::string_view record = tail.substr(0, tail.size() - 4);
    if (record == last) continue;
    last.assign(record.data(), record.size());
    bool present = false;
    if (!ParseTermValue(cursor.value(), &present)) return database_->Corrupt(kIndex, "term row");
    if (present) matches.push_back({entry, at.key});
  }
  if (!cursor.status().ok()) return database_->Fault(cursor.status());
  if (!cursor.Valid()) {
    // Stored by number of dataset, wanted by its id; keys are in order already.
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& a, const Match& b) { return a.entry->id < b.entry->id; });
    for (const Match& match : matches) {
      if (!visit({match.entry->id, match.key})) break;
    }
    return absl::OkStatus();
  }
  bool done = false;
  for (const Entry& entry : visible_->entries()) {
    absl::Status status = VisitDataset(&cursor, entry, prefix, visit, &done);
    if (!status.ok() || done) return status;
  }
  return absl::OkStatus();
}

absl::Status RocksdbView::VisitDataset(PrefixCursor* cursor, const Entry& entry,
                                       absl::string_view prefix, const RecordVisitor& visit,
                                       bool* done) const {
  const std::string start = absl::StrCat(prefix, DatasetPrefix(entry.number));
  RecordKey at;
  std::string decided;
  bool any = false;
  for (cursor->Seek(start, start); cursor->Valid(); cursor->Next()) {
    if (!ParseRecordKey(cursor->key().substr(prefix.size()), &at)) {
      return database_->Corrupt(kIndex, "term key");
    }
    if (at.version > entry.version || (any && at.key == decided)) continue;
    any = true;
    decided = at.key;
    bool present = false;
    if (!ParseTermValue(cursor->value(), &present)) return database_->Corrupt(kIndex, "term row");
    if (present && !visit({entry.id, at.key})) {
      *done = true;
      return absl::OkStatus();
    }
  }
  return database_->Fault(cursor->status());
}

absl::Status RocksdbView::ForEachRecordAfter(
    absl::string_view dataset, absl::string_view after,
    const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const {
  const Entry* entry = visible_->Find(dataset);
  if (entry == nullptr) return absl::OkStatus();
  PrefixCursor cursor = database_->Scan(kRecords, true);
  const std::string prefix = DatasetPrefix(entry->number);
  RecordKey at;
  // No key is empty: without `after` none is decided.
  std::string decided(after);
  std::optional<v1::RecordRow> row;
  const std::string from = after.empty() ? prefix : RecordPrefix(entry->number, after);
  for (cursor.Seek(prefix, from); cursor.Valid(); cursor.Next()) {
    if (!ParseRecordKey(cursor.key(), &at)) return database_->Corrupt(kRecords, "record key");
    if (at.version > entry->version || at.key == decided) continue;
    decided = at.key;
    if (!ParseRecordValue(cursor.value(), &row)) {
      return database_->Corrupt(kRecords, RecordRef{entry->id, at.key}.Name());
    }
    if (row.has_value() && !visit(at.key, *row)) return absl::OkStatus();
  }
  return database_->Fault(cursor.status());
}

absl::StatusOr<SupplierValue> RocksdbView::GetSupplierValue(absl::string_view id) const {
  SupplierValue value;
  PrefixCursor cursor = database_->Cursor(kIndex);
  const std::string key =
      EncodeSupplierKey(id, static_cast<uint32_t>(visible_->manifest().cluster_version()));
  cursor.Seek(absl::string_view(key).substr(0, key.size() - 4), key);
  if (!cursor.Valid()) {
    if (!cursor.status().ok()) return database_->Fault(cursor.status());
    return value;
  }
  if (!ParseSupplierValue(cursor.value(), &value))
    return database_->Corrupt(kIndex, "supplier row");
  return value;
}

absl::StatusOr<std::optional<StoredSupplier>> RocksdbView::GetSupplier(absl::string_view id) const {
  return Resolve(std::string(id));
}

absl::StatusOr<std::optional<StoredSupplier>> RocksdbView::SupplierOf(const RecordRef& ref) const {
  if (visible_->Find(ref.dataset) == nullptr) return std::nullopt;
  std::string id = SupplierIdOf(ref.dataset, ref.key);
  absl::StatusOr<SupplierValue> value = GetSupplierValue(id);
  if (!value.ok()) return value.status();
  if (value->tag == SupplierTag::kTombstone || value->tag == SupplierTag::kGone) {
    return std::nullopt;
  }
  if (value->tag == SupplierTag::kSupplier && !(value->has_owned && visible_->has_owned())) {
    return StoredSupplier{"suppliers/" + id, std::move(value->text)};
  }
  return Resolve(std::move(id));
}

absl::StatusOr<std::optional<std::string>> RocksdbView::HeirOf(absl::string_view id) const {
  absl::StatusOr<SupplierValue> value = GetSupplierValue(id);
  if (!value.ok()) return value.status();
  if (value->tag != SupplierTag::kGone || visible_->Find(value->dataset) == nullptr) {
    return std::nullopt;
  }
  return std::move(value->text);
}

SourceOf RocksdbView::sources() const {
  return [this](absl::string_view dataset) -> std::optional<PartySource> {
    const Entry* entry = visible_->Find(dataset);
    if (entry == nullptr) return std::nullopt;
    return PartySource{&entry->owner, entry->rank};
  };
}

absl::StatusOr<RecordRef> RocksdbView::FounderOf(absl::string_view supplier_bytes) const {
  probity::v1::Supplier supplier;
  if (supplier.ParseFromArray(supplier_bytes.data(), static_cast<int>(supplier_bytes.size())) &&
      supplier.source_records_size() > 0) {
    if (auto ref = RecordRef::FromName(supplier.source_records(0))) return *ref;
  }
  return database_->Corrupt(kIndex, "supplier without source records");
}

absl::StatusOr<std::optional<StoredSupplier>> RocksdbView::Resolve(std::string id) const {
  std::string wanted = id;  // whose cluster is asked for, where it depends on the caller
  for (int hop = 0; hop < kMaxHops; ++hop) {
    absl::StatusOr<SupplierValue> value = GetSupplierValue(id);
    if (!value.ok()) return value.status();
    const Entry* entry = visible_->Find(value->dataset);
    switch (value->tag) {
      case SupplierTag::kTombstone:
        return std::nullopt;
      case SupplierTag::kSupplier: {
        if (!value->has_owned || !visible_->has_owned()) {
          return StoredSupplier{"suppliers/" + id, std::move(value->text)};
        }
        absl::StatusOr<RecordRef> founder = FounderOf(value->text);
        if (!founder.ok()) return founder.status();
        return PutTogether(wanted, *founder);
      }
      case SupplierTag::kRedirect:
        id = value->text;
        break;
      case SupplierTag::kGone:
        if (entry == nullptr) return std::nullopt;
        id = wanted = value->text;
        break;
      case SupplierTag::kOwned:
        if (entry == nullptr) return std::nullopt;
        return PutTogether(id, {entry->id, value->text});
    }
  }
  return database_->Corrupt(kIndex, absl::StrCat("supplier ", id, " redirects in a circle"));
}

absl::StatusOr<std::optional<StoredSupplier>> RocksdbView::PutTogether(
    const std::string& id, const RecordRef& seed) const {
  absl::StatusOr<Component> component = WalkComponent({this}, *identifiers_, seed);
  if (!component.ok()) return component.status();
  const std::vector<ClusterInput> inputs = InputsOf(*component, 0, sources(), AnyOwner);
  for (const Cluster& cluster : BuildClusters(inputs, *identifiers_)) {
    for (const size_t member : cluster.members) {
      const RecordRef& ref = inputs[member].ref;
      if (SupplierIdOf(ref.dataset, ref.key) != id) continue;
      StoredSupplier stored{"suppliers/" + cluster.id, ""};
      AppendMessage(BuildSupplier(cluster, inputs), &stored.bytes);
      return stored;
    }
  }
  return std::nullopt;
}

}  // namespace probity::storage
