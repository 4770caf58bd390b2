#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/csv_cell.h"
#include "base/errors.h"
#include "ingest/csv_reader.h"
#include "ingest/fields.h"
#include "ingest/formats.h"

namespace probity::ingest {
namespace {

constexpr absl::string_view kTypeColumn = "record_type";

absl::Status HeaderError(v1::ErrorReason reason, const InputFile& file, absl::string_view column,
                         absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(file.name, ":1: ", problem),
                   {{"file", file.name}, {"line", "1"}, {"column", std::string(column)}});
}

// Makes records of the rows of one file. Neighbouring audit rows with one key
// are one audit with several findings.
class CsvRecords {
 public:
  CsvRecords(const Tables& tables, const InputFile& file, RowSink* sink)
      : file_(file), sink_(sink) {
    forms_.countries = &tables.countries;
  }

  absl::Status Read() {
    absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(file_, {}, sink_);
    if (!reader.ok()) return reader.status();
    columns_ = (*reader)->columns();
    if (absl::Status header = CheckHeader(); !header.ok()) return header;
    absl::Status read = (*reader)->ForEach(
        [this](const Row& row, const CsvReader::Values& values) { return Take(row, values); });
    return read.ok() ? Flush() : read;
  }

 private:
  // The fields of one type of rows, by column; nullptr where it has none.
  using FieldsOfType = std::vector<const Field*>;

  absl::Status CheckHeader() {
    const auto position = [this](absl::string_view name) {
      return static_cast<size_t>(std::find(columns_.begin(), columns_.end(), name) -
                                 columns_.begin());
    };
    type_at_ = position(kTypeColumn);
    if (type_at_ == columns_.size()) {
      return HeaderError(
          v1::ERROR_REASON_MISSING_COLUMN, file_, kTypeColumn,
          absl::StrCat("the column record_type is missing; its values are ", RecordTypeList()));
    }
    if (position("key") == columns_.size()) {
      return HeaderError(v1::ERROR_REASON_NO_KEY_COLUMNS, file_, "key",
                         "the column key is missing; it names each record for good");
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i != type_at_ && !IsColumn(columns_[i])) {
        return HeaderError(v1::ERROR_REASON_UNKNOWN_COLUMN, file_, columns_[i],
                           absl::StrCat("there is no column \"", columns_[i],
                                        "\"; docs/FORMATS.md lists them, and mapped-csv reads "
                                        "files with other columns"));
      }
    }
    return absl::OkStatus();
  }

  const FieldsOfType& FieldsOf(absl::string_view type) {
    FieldsOfType& fields = fields_[type];
    if (fields.empty()) {
      for (const std::string& column : columns_) fields.push_back(FindField(type, column));
    }
    return fields;
  }

  absl::Status Take(const Row& row, const CsvReader::Values& values) {
    const absl::string_view type = values[type_at_];
    if (!IsRecordType(type)) {
      return Refuse(row, {v1::ERROR_REASON_ROW_VALUE, std::string(kTypeColumn),
                          absl::StrCat("\"", type, "\" is none of ", RecordTypeList())});
    }
    const FieldsOfType& fields = FieldsOf(type);
    record_.Clear();
    for (size_t i = 0; i < values.size(); ++i) {
      if (i == type_at_ || values[i].empty()) continue;
      std::optional<RowFault> fault =
          fields[i] != nullptr
              ? SetField(*fields[i], WithoutNeutralizing(values[i]), forms_, &record_)
              : RowFault{v1::ERROR_REASON_ROW_VALUE, columns_[i],
                         absl::StrCat("rows of the type ", type, " have no such column")};
      if (fault.has_value()) return Refuse(row, *fault);
    }
    if (type == "supplier" && record_.supplier().names_size() > 0) {
      record_.mutable_supplier()->mutable_names(0)->set_type(v1::NAME_TYPE_LEGAL_NAME);
    }
    return Keep(row);
  }

  // Audits wait for the rows behind them; all else is given on at once.
  absl::Status Keep(const Row& row) {
    if (record_.has_audit() && waiting_.has_audit() && waiting_.key() == record_.key()) {
      waiting_.mutable_audit()->mutable_findings()->MergeFrom(record_.audit().findings());
      if (waiting_raw_.size() < kMaxRowBytes) absl::StrAppend(&waiting_raw_, "\r\n", row.raw);
      return absl::OkStatus();
    }
    if (absl::Status flushed = Flush(); !flushed.ok()) return flushed;
    if (!record_.has_audit()) return sink_->Accept(row, &record_);
    waiting_.Swap(&record_);
    waiting_row_ = row;
    waiting_raw_ = std::string(row.raw);
    return absl::OkStatus();
  }

  absl::Status Refuse(const Row& row, const RowFault& fault) {
    absl::Status flushed = Flush();
    return flushed.ok() ? sink_->Refuse(row, fault) : flushed;
  }

  absl::Status Flush() {
    if (!waiting_.has_audit()) return absl::OkStatus();
    waiting_row_.raw = waiting_raw_;
    absl::Status accepted = sink_->Accept(waiting_row_, &waiting_);
    waiting_.Clear();
    return accepted;
  }

  const InputFile& file_;
  RowSink* sink_;
  ValueForms forms_;
  std::vector<std::string> columns_;
  size_t type_at_ = 0;
  absl::flat_hash_map<std::string, FieldsOfType> fields_;
  v1::Record record_;
  v1::Record waiting_;
  Row waiting_row_;          // its first
  std::string waiting_raw_;  // all of them
};

}  // namespace

absl::Status ReadProbityCsv(const Tables& tables, const Files& files, RowSink* sink) {
  for (const InputFile& file : files) {
    if (absl::Status read = CsvRecords(tables, file, sink).Read(); !read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
