#include "storage/rocksdb/testing.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rocksdb/db.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage::testing {
namespace {

// A database with all its tables, opened with RocksDB's own means.
class Opened {
 public:
  explicit Opened(const std::string& path) {
    std::vector<std::string> names;
    status_ = rocksdb::DB::ListColumnFamilies({}, path, &names);
    std::vector<rocksdb::ColumnFamilyDescriptor> tables;
    for (const std::string& name : names) tables.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* db = nullptr;
    if (status_.ok()) status_ = rocksdb::DB::Open({}, path, tables, &handles_, &db);
    db_.reset(db);
  }
  ~Opened() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }
  Opened(const Opened&) = delete;

  // nullptr where there is none, or no database.
  rocksdb::ColumnFamilyHandle* Table(const std::string& name) const {
    const auto found = std::find_if(handles_.begin(), handles_.end(),
                                    [&](const auto* one) { return one->GetName() == name; });
    return found == handles_.end() ? nullptr : *found;
  }
  rocksdb::DB* db() { return db_.get(); }

 private:
  rocksdb::Status status_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::unique_ptr<rocksdb::DB> db_;
};

// The key of the record's newest version; nullopt without one.
std::optional<std::string> FindRecord(Opened* opened, rocksdb::ColumnFamilyHandle* records,
                                      const std::string& wanted) {
  const std::unique_ptr<rocksdb::Iterator> row(opened->db()->NewIterator({}, records));
  RecordKey key;
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    if (ParseRecordKey(ToView(row->key()), &key) && key.key == wanted) return row->key().ToString();
  }
  return std::nullopt;
}

}  // namespace

absl::Status MakeDatabase(const std::string& path, const std::string& rows_file) {
  std::ifstream rows(rows_file);
  if (!rows.good()) return absl::NotFoundError(rows_file);
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* made = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options, path, &made);
    if (!opened.ok()) return absl::InternalError(opened.ToString());
    const std::unique_ptr<rocksdb::DB> db(made);
    for (const char* table : {"entries", "nodes", "index"}) {
      rocksdb::ColumnFamilyHandle* handle = nullptr;
      const rocksdb::Status status = db->CreateColumnFamily({}, table, &handle);
      if (!status.ok()) return absl::InternalError(status.ToString());
      db->DestroyColumnFamilyHandle(handle);
    }
  }
  Opened opened(path);
  int number = 0;
  for (std::string line; std::getline(rows, line);) {
    ++number;
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    rocksdb::ColumnFamilyHandle* handle = parts.size() == 3 ? opened.Table(parts[0]) : nullptr;
    if (handle == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(rows_file, ":", number, ": no row"));
    }
    const std::string value = parts[2] == "-" ? "" : absl::HexStringToBytes(parts[2]);
    const rocksdb::Status put =
        opened.db()->Put({}, handle, absl::HexStringToBytes(parts[1]), value);
    if (!put.ok()) return absl::InternalError(put.ToString());
  }
  return absl::OkStatus();
}

absl::Status ChangeRow(const std::string& path, const std::string& table, const std::string& key,
                       const std::function<void(std::string*)>& change) {
  Opened opened(path);
  rocksdb::ColumnFamilyHandle* handle = opened.Table(table);
  if (handle == nullptr) return absl::NotFoundError(absl::StrCat(path, " has no ", table));
  std::string value;
  if (!opened.db()->Get({}, handle, key, &value).ok()) return absl::NotFoundError("no such row");
  change(&value);
  const rocksdb::Status done = value.empty() ? opened.db()->Delete({}, handle, key)
                                             : opened.db()->Put({}, handle, key, value);
  return done.ok() ? absl::OkStatus() : absl::InternalError(done.ToString());
}

absl::Status ChangeRecord(const std::string& path, const std::string& key,
                          const std::function<void(probity::v1::Record*)>& change) {
  std::optional<std::string> row_key;
  {
    Opened opened(path);
    rocksdb::ColumnFamilyHandle* records = opened.Table("records");
    if (records != nullptr) row_key = FindRecord(&opened, records, key);
  }
  if (!row_key.has_value()) return absl::NotFoundError(absl::StrCat("no record ", key));
  return ChangeRow(path, "records", *row_key, [&](std::string* value) {
    std::optional<v1::RecordRow> row;
    if (!ParseRecordValue(*value, &row) || !row.has_value()) return;
    for (v1::TimelineSegment& segment : *row->mutable_segments()) {
      change(segment.mutable_record());
    }
    *value = EncodeRecordValue(*row);
  });
}

}  // namespace probity::storage::testing
