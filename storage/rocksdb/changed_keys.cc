#include "storage/rocksdb/changed_keys.h"

#include <queue>
#include <utility>

#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

using KeysOr = absl::StatusOr<std::vector<std::string>>;

// The change list of one version, from behind a key on.
class ChangeList {
 public:
  ChangeList(const Database& database, const VersionRange& range, uint32_t version)
      : database_(database),
        prefix_(ChangePrefix(range.dataset, version)),
        dataset_(range.dataset),
        version_(version),
        cursor_(database.Scan(kChanges, true)) {}

  // False at the end.
  absl::StatusOr<bool> StartBehind(absl::string_view after) {
    cursor_.Seek(prefix_, EncodeChangeKey(dataset_, version_, after));
    absl::StatusOr<bool> there = Read();
    return there.ok() && *there && change_.key == after ? Next() : there;
  }
  absl::StatusOr<bool> Next() {
    cursor_.Next();
    return Read();
  }
  const std::string& key() const { return change_.key; }

 private:
  absl::StatusOr<bool> Read() {
    if (!cursor_.Valid()) {
      if (!cursor_.status().ok()) return database_.Fault(cursor_.status());
      return false;
    }
    if (ParseChangeKey(cursor_.key(), &change_)) return true;
    return database_.Corrupt(kChanges, "change key");
  }

  const Database& database_;
  const std::string prefix_;
  const uint32_t dataset_, version_;
  PrefixCursor cursor_;
  ChangeKey change_;
};

KeysOr MergeLists(const Database& database, const VersionRange& range, absl::string_view after,
                  size_t limit) {
  std::vector<ChangeList> lists;
  lists.reserve(range.to - range.from);
  const auto later = [](const ChangeList* a, const ChangeList* b) { return a->key() > b->key(); };
  std::priority_queue<ChangeList*, std::vector<ChangeList*>, decltype(later)> queue(later);
  for (uint32_t version = range.from + 1; version <= range.to; ++version) {
    lists.emplace_back(database, range, version);
    absl::StatusOr<bool> there = lists.back().StartBehind(after);
    if (!there.ok()) return there.status();
    if (*there) queue.push(&lists.back());
  }
  std::vector<std::string> keys;
  while (!queue.empty()) {
    ChangeList* least = queue.top();
    if (keys.empty() || keys.back() != least->key()) {
      if (keys.size() == limit) break;
      keys.push_back(least->key());
    }
    queue.pop();
    absl::StatusOr<bool> more = least->Next();
    if (!more.ok()) return more.status();
    if (*more) queue.push(least);
  }
  return keys;
}

KeysOr ReadRecords(const Database& database, const VersionRange& range, absl::string_view after,
                   size_t limit) {
  std::vector<std::string> keys;
  PrefixCursor cursor = database.Scan(kRecords, true);
  // The oldest row that a record of that key can have.
  cursor.Seek(DatasetPrefix(range.dataset), EncodeRecordKey(range.dataset, after, 0));
  RecordKey at;
  for (; cursor.Valid() && keys.size() < limit; cursor.Next()) {
    if (!ParseRecordKey(cursor.key(), &at)) return database.Corrupt(kRecords, "record key");
    const bool within = at.version > range.from && at.version <= range.to && at.key > after;
    if (within && (keys.empty() || keys.back() != at.key)) keys.push_back(std::move(at.key));
  }
  if (!cursor.status().ok()) return database.Fault(cursor.status());
  return keys;
}

}  // namespace

KeysOr ReadChangedKeys(const Database& database, const VersionRange& range, absl::string_view after,
                       size_t limit) {
  if (range.to - range.from > kMostListsMerged) return ReadRecords(database, range, after, limit);
  return MergeLists(database, range, after, limit);
}

}  // namespace probity::storage
