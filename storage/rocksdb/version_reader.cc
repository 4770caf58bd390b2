#include "storage/rocksdb/version_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage {
namespace {

absl::Status ParseVersion(const Database& database, const Visible::Entry& dataset,
                          absl::string_view key, absl::string_view value, RecordVersion* version) {
  RecordKey at;
  if (!ParseRecordKey(key, &at)) return database.Corrupt(kRecords, "record key");
  *version = {at.dataset, std::move(at.key), at.version, std::nullopt};
  if (ParseRecordValue(value, &version->row)) return absl::OkStatus();
  return database.Corrupt(kRecords, RecordRef{dataset.id, version->key}.Name());
}

// `floor`: the dataset's version at the earliest readable revision.
absl::Status VisitDataset(const Database& database, const Visible::Entry& shown, uint32_t floor,
                          const RecordVersionVisitor& visit, bool* go_on) {
  PrefixCursor cursor = database.Scan(kRecords, true);
  const std::string prefix = DatasetPrefix(shown.number);
  std::string settled;  // the record whose older rows only swept revisions read
  bool any_settled = false;
  RecordVersion version;
  for (cursor.Seek(prefix, prefix); cursor.Valid() && *go_on; cursor.Next()) {
    absl::Status parsed = ParseVersion(database, shown, cursor.key(), cursor.value(), &version);
    if (!parsed.ok()) return parsed;
    if (version.version > shown.version) continue;
    if (any_settled && version.key == settled) continue;
    const bool above_floor = version.version > floor;
    // A removal above the floor has its record's last row below it.
    if (above_floor || version.row.has_value()) *go_on = visit(version);
    if (above_floor) continue;
    any_settled = true;
    settled = std::move(version.key);
  }
  return database.Fault(cursor.status());
}

}  // namespace

absl::Status VisitVersions(const Database& database, const Visible& earliest, const Visible& shown,
                           const RecordVersionVisitor& visit) {
  std::vector<const Visible::Entry*> by_number;
  for (const Visible::Entry& entry : shown.entries()) by_number.push_back(&entry);
  std::sort(by_number.begin(), by_number.end(),
            [](const auto* a, const auto* b) { return a->number < b->number; });
  bool go_on = true;
  for (const Visible::Entry* entry : by_number) {
    const Visible::Entry* then = earliest.Find(entry->number);
    absl::Status status =
        VisitDataset(database, *entry, then == nullptr ? 0 : then->version, visit, &go_on);
    if (!status.ok() || !go_on) return status;
  }
  return absl::OkStatus();
}

absl::Status VisitChanges(const Database& database, const Visible& changed,
                          const RecordVersionVisitor& visit) {
  const Visible::Entry* entry = changed.Find(BareDatasetId(changed.manifest().changed_dataset()));
  if (entry == nullptr) return absl::OkStatus();  // revision 1
  PrefixCursor changes = database.Scan(kChanges, true);
  PrefixCursor records = database.Scan(kRecords, true);
  const std::string prefix = ChangePrefix(entry->number, entry->version);
  ChangeKey change;
  RecordVersion version;
  for (changes.Seek(prefix, prefix); changes.Valid(); changes.Next()) {
    if (!ParseChangeKey(changes.key(), &change)) return database.Corrupt(kChanges, "change key");
    const std::string row = EncodeRecordKey(entry->number, change.key, entry->version);
    records.Seek(row, row);
    if (!records.Valid()) {
      if (!records.status().ok()) return database.Fault(records.status());
      return database.Corrupt(kRecords, RecordRef{entry->id, change.key}.Name());
    }
    absl::Status parsed = ParseVersion(database, *entry, records.key(), records.value(), &version);
    if (!parsed.ok()) return parsed;
    if (!visit(version)) return absl::OkStatus();
  }
  return database.Fault(changes.status());
}

}  // namespace probity::storage
