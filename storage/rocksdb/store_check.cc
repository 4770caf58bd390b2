#include "storage/rocksdb/store_check.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/revision.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage {
namespace {

constexpr char kPart[] = "store";
constexpr char kRecovery[] = "The store is damaged";
constexpr size_t kVersionBytes = 4;
// Rows between two looks at whether anybody still waits.
constexpr uint64_t kRowsBetweenLooks = 4096;

// Which versions of a dataset somebody can read.
struct Span {
  std::string id;           // bare
  uint32_t floor = 0;       // shown by the earliest readable revision
  uint32_t newest = 0;      // shown by the head
  uint64_t head_terms = 0;  // index rows that its records at the head ask for
  uint64_t head_rows = 0;   // index rows that are there at the head
};

class StoreCheck {
 public:
  StoreCheck(const Database& database, const CheckDepth& depth,
             probity::v1::CheckStoreResponse* report)
      : database_(database),
        depth_(depth),
        report_(report),
        snapshot_(database.db()->GetSnapshot()) {}
  ~StoreCheck() { database_.db()->ReleaseSnapshot(snapshot_); }
  StoreCheck(const StoreCheck&) = delete;

  absl::Status Run() {
    if (!CheckMeta() || depth_.quick) return absl::OkStatus();
    absl::Status status = CheckTables(database_.db(), database_.FileOptions(kMeta), depth_, kPart,
                                      kRecovery, report_);
    if (status.ok()) status = CheckRecords();
    if (status.ok()) status = CheckIndex();
    if (status.ok()) status = CheckChanges();
    return status;
  }

 private:
  using Iterator = std::unique_ptr<rocksdb::Iterator>;

  void Find(absl::string_view kind, absl::string_view place, absl::string_view message) {
    if (++found_[std::string(kind)] > kMostFindings) return;
    AddFinding(kPart, absl::StrCat(kind, " ", place), message, kRecovery, report_);
  }

  // Of all rows, or for seeks within one bloom prefix.
  Iterator Read(Table table, bool all) const {
    rocksdb::ReadOptions read;
    read.snapshot = snapshot_;
    read.fill_cache = false;
    read.total_order_seek = all;
    read.prefix_same_as_start = !all;
    return Iterator(database_.db()->NewIterator(read, database_.handle(table)));
  }

  std::optional<std::string> Meta(const std::string& key) {
    rocksdb::ReadOptions read;
    read.snapshot = snapshot_;
    std::string value;
    const rocksdb::Status status = database_.db()->Get(read, database_.handle(kMeta), key, &value);
    if (status.ok()) return value;
    if (!status.IsNotFound()) Find("meta", absl::CEscape(key), status.ToString());
    return std::nullopt;
  }

  std::optional<uint64_t> Number(MetaKey key, absl::string_view name) {
    const auto value = Meta(EncodeMetaKey(key));
    uint64_t number = 0;
    absl::string_view in = value.has_value() ? absl::string_view(*value) : absl::string_view();
    if (value.has_value() && ParseU64(&in, &number) && number > 0) return number;
    Find("meta", name, "it is gone, or no number");
    return std::nullopt;
  }

  // False where nothing more can be looked at.
  bool CheckMeta() {
    const auto head = Number(MetaKey::kHead, "head");
    const auto floor = Number(MetaKey::kFloor, "floor");
    if (!head || !floor) return false;
    std::string digest;
    std::optional<v1::Manifest> before;
    for (uint64_t number = depth_.quick ? *head : *floor; number <= *head; ++number) {
      const auto bytes = Meta(EncodeManifestKey(number));
      v1::Manifest manifest;
      if (!bytes.has_value() || !manifest.ParseFromString(*bytes)) {
        Find("manifest", absl::StrCat(number), "it is gone or cannot be read");
        return false;
      }
      CheckManifest(manifest, number, before, digest);
      digest = Sha256(*bytes);
      if (number == *floor) earliest_ = std::make_unique<Visible>(manifest);
      before = std::move(manifest);
      report_->set_revisions(report_->revisions() + 1);
    }
    if (before.has_value()) head_ = std::make_unique<Visible>(*std::move(before));
    if (!depth_.quick) FillSpans();
    return true;
  }

  void CheckManifest(const v1::Manifest& manifest, uint64_t number,
                     const std::optional<v1::Manifest>& before, const std::string& digest) {
    const std::string place = absl::StrCat(number);
    if (manifest.revision() != number) {
      Find("manifest", place, absl::StrCat("it says that it is ", manifest.revision()));
    }
    if (!before.has_value()) return;
    if (manifest.parent_digest() != digest) {
      Find("manifest", place, "it does not name the digest of the one before it");
    }
    if (manifest.published_at_us() <= before->published_at_us()) {
      Find("manifest", place, "its time is not after that of the one before it");
    }
  }

  void FillSpans() {
    for (const Visible::Entry& entry : head_->entries()) {
      Span& span = spans_[entry.number];
      span.id = entry.id;
      span.newest = entry.version;
      const Visible::Entry* then = earliest_->Find(entry.number);
      span.floor = then == nullptr ? 0 : then->version;
    }
    for (const auto& [key, value] : Markers()) pending_.insert(key);
  }

  // Publishes that are under way, or were cut off: their rows are nobody's yet.
  std::vector<std::pair<std::pair<uint32_t, uint32_t>, uint32_t>> Markers() {
    std::vector<std::pair<std::pair<uint32_t, uint32_t>, uint32_t>> markers;
    const std::string prefix = EncodeMetaKey(MetaKey::kPending);
    const Iterator row = Read(kMeta, true);
    for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
      std::pair<uint32_t, uint32_t> key;
      uint32_t clusters = 0;
      absl::string_view in = ToView(row->value());
      if (!ParsePendingKey(ToView(row->key()), &key.first, &key.second) ||
          !ParseU32(&in, &clusters)) {
        Find("meta", "publish under way", "it cannot be read");
        continue;
      }
      markers.emplace_back(key, clusters);
      pending_.emplace(kClusterDataset, clusters);
    }
    return markers;
  }

  // Counts a row; CANCELLED once nobody waits.
  absl::Status Count() {
    report_->set_rows(report_->rows() + 1);
    if (report_->rows() % kRowsBetweenLooks != 0) return absl::OkStatus();
    const bool gone = depth_.is_cancelled && depth_.is_cancelled();
    return gone ? absl::CancelledError("nobody waits") : absl::OkStatus();
  }

  // What ended a scan too early.
  void CheckEnd(const rocksdb::Iterator& row, absl::string_view kind) {
    if (!row.status().ok()) Find(kind, "behind the last row read", row.status().ToString());
  }

  // The span of a dataset's row whose version somebody may read; nullptr for others, with
  // a finding where nothing explains them.
  Span* SpanOf(absl::string_view kind, uint32_t dataset, uint32_t version,
               const std::string& place) {
    const auto span = spans_.find(dataset);
    if (span != spans_.end() && version <= span->second.newest) return &span->second;
    if (pending_.count({dataset, version}) == 0) {
      Find(kind, place, absl::StrCat("no revision shows version ", version, " of its dataset"));
    }
    return nullptr;
  }

  absl::Status CheckRecords() {
    const Iterator row = Read(kRecords, true);
    std::string settled;  // the record whose older rows only swept revisions read
    std::string newest;   // the record whose row at the head was seen
    RecordKey key;
    std::optional<v1::RecordRow> value;
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (absl::Status status = Count(); !status.ok()) return status;
      if (!ParseRecordKey(ToView(row->key()), &key) ||
          !ParseRecordValue(ToView(row->value()), &value)) {
        Find("record", absl::CEscape(ToView(row->key())), "it cannot be read");
        continue;
      }
      Span* span = SpanOf("record", key.dataset, key.version, key.key);
      if (span == nullptr) continue;
      const std::string prefix = RecordPrefix(key.dataset, key.key);
      if (prefix == settled) continue;
      CheckRecord(key, value, prefix != newest, span);
      newest = prefix;
      if (key.version <= span->floor) settled = prefix;
    }
    CheckEnd(*row, "record");
    return absl::OkStatus();
  }

  void CheckRecord(const RecordKey& key, const std::optional<v1::RecordRow>& value, bool at_head,
                   Span* span) {
    const std::string name = RecordRef{span->id, key.key}.Name();
    if (key.version > span->floor &&
        !HasRow(kChanges, EncodeChangeKey(key.dataset, key.version, key.key))) {
      Find("record", name, absl::StrCat("the changes of version ", key.version, " do not name it"));
    }
    if (!value.has_value()) return;
    for (const IndexTerm& term : IndexTermsOf(span->id, *value)) {
      span->head_terms += at_head ? 1 : 0;
      if (!IsIndexed(term, key)) {
        Find("record", name,
             absl::StrCat("the index does not lead to it by its term of kind ",
                          static_cast<int>(term.kind)));
      }
    }
  }

  bool HasRow(Table table, const std::string& key) {
    rocksdb::ReadOptions read;
    read.snapshot = snapshot_;
    std::string value;
    return database_.db()->Get(read, database_.handle(table), key, &value).ok();
  }

  bool IsIndexed(const IndexTerm& term, const RecordKey& key) {
    if (terms_ == nullptr) terms_ = Read(kIndex, false);
    const std::string row = EncodeTermKey(static_cast<uint8_t>(term.kind), term.term, key.dataset,
                                          key.key, key.version);
    terms_->Seek(row);
    bool present = false;
    const absl::string_view wanted = absl::string_view(row).substr(0, row.size() - kVersionBytes);
    return terms_->Valid() && terms_->key().starts_with(ToSlice(wanted)) &&
           ParseTermValue(ToView(terms_->value()), &present) && present;
  }

  absl::Status CheckIndex() {
    const Iterator row = Read(kIndex, true);
    std::string seen;  // the entry whose row at the head was seen
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (absl::Status status = Count(); !status.ok()) return status;
      TermKey term;
      SupplierKey supplier;
      if (ParseTermKey(ToView(row->key()), &term)) {
        CheckTerm(term, *row, &seen);
      } else if (ParseSupplierKey(ToView(row->key()), &supplier)) {
        CheckSupplier(supplier, ToView(row->value()));
      } else {
        Find("index", absl::CEscape(ToView(row->key())), "the key cannot be read");
      }
    }
    CheckEnd(*row, "index");
    for (const auto& [number, span] : spans_) {
      if (span.head_rows == span.head_terms) continue;
      Find("index", span.id,
           absl::StrCat("it has ", span.head_rows, " entries of records, which ask for ",
                        span.head_terms));
    }
    return absl::OkStatus();
  }

  void CheckTerm(const TermKey& key, const rocksdb::Iterator& row, std::string* seen) {
    bool present = false;
    if (!ParseTermValue(ToView(row.value()), &present)) {
      Find("index", key.key, "an entry cannot be read");
      return;
    }
    Span* span = SpanOf("index", key.dataset, key.version, key.key);
    if (span == nullptr) return;
    const absl::string_view entry = ToView(row.key()).substr(0, row.key().size() - kVersionBytes);
    if (entry == *seen) return;
    *seen = std::string(entry);
    span->head_rows += present ? 1 : 0;
  }

  void CheckSupplier(const SupplierKey& key, absl::string_view bytes) {
    SupplierValue value;
    probity::v1::Supplier supplier;
    const bool read = ParseSupplierValue(bytes, &value) &&
                      (value.tag != SupplierTag::kSupplier || supplier.ParseFromString(value.text));
    if (!read) Find("supplier", key.id, "it cannot be read");
    const uint32_t newest = head_->manifest().cluster_version();
    if (key.version <= newest || pending_.count({kClusterDataset, key.version}) > 0) return;
    Find("supplier", key.id, absl::StrCat("no revision shows its version ", key.version));
  }

  absl::Status CheckChanges() {
    const Iterator row = Read(kChanges, true);
    ChangeKey key;
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (absl::Status status = Count(); !status.ok()) return status;
      if (!ParseChangeKey(ToView(row->key()), &key)) {
        Find("change", absl::CEscape(ToView(row->key())), "the key cannot be read");
      } else if (key.dataset == kClusterDataset) {
        CheckClusterChange(key);
      } else {
        CheckRecordChange(key);
      }
    }
    CheckEnd(*row, "change");
    return absl::OkStatus();
  }

  void CheckRecordChange(const ChangeKey& key) {
    const Span* span = SpanOf("change", key.dataset, key.version, key.key);
    if (span == nullptr || key.version <= span->floor) return;
    if (HasRow(kRecords, EncodeRecordKey(key.dataset, key.key, key.version))) return;
    Find("change", RecordRef{span->id, key.key}.Name(),
         absl::StrCat("the record has no version ", key.version));
  }

  void CheckClusterChange(const ChangeKey& key) {
    const bool readable = key.version > earliest_->manifest().cluster_version() &&
                          key.version <= head_->manifest().cluster_version();
    if (!readable || HasRow(kIndex, EncodeSupplierKey(key.key, key.version))) return;
    Find("change", absl::StrCat("suppliers/", key.key),
         absl::StrCat("the supplier has no version ", key.version));
  }

  const Database& database_;
  const CheckDepth& depth_;
  probity::v1::CheckStoreResponse* const report_;
  const rocksdb::Snapshot* const snapshot_;
  std::map<std::string, int> found_;  // by kind
  std::unique_ptr<Visible> earliest_, head_;
  std::map<uint32_t, Span> spans_;                   // by number
  std::set<std::pair<uint32_t, uint32_t>> pending_;  // dataset and version
  Iterator terms_;
};

}  // namespace

absl::Status CheckStoredRows(const Database& database, const CheckDepth& depth,
                             probity::v1::CheckStoreResponse* report) {
  return StoreCheck(database, depth, report).Run();
}

}  // namespace probity::storage
