#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/text_proto.h"
#include "ingest/csv_reader.h"
#include "ingest/fields.h"
#include "ingest/formats.h"
#include "probity/config/v1/csv_mapping.pb.h"

namespace probity::ingest {
namespace {

using config::v1::CsvMapping;
using config::v1::MappedColumn;

absl::Status BadMapping(const std::string& file, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_MAPPING,
                   absl::StrCat(file, ": ", problem), {{"file", file}});
}

// `Mapped` is the mapping, for the first record of a row, or one of its `also`.
template <typename Mapped>
absl::Status CheckRecord(const std::string& file, const Mapped& mapped) {
  const std::string& type = mapped.record_type();
  if (type == "remove" || !IsRecordType(type)) {
    return BadMapping(file, absl::StrCat("record_type is none of ", RecordTypeList()));
  }
  const auto check = [&](const std::string& field) {
    if (FindField(type, field) != nullptr && field != "key") return absl::OkStatus();
    return BadMapping(file, absl::StrCat("rows of the type ", type, " have no field \"", field,
                                         "\"; docs/FORMATS.md lists them"));
  };
  for (const MappedColumn& column : mapped.columns()) {
    if (absl::Status well = check(column.field()); !well.ok()) return well;
    if (column.where_column().empty() == column.where_values().empty()) continue;
    return BadMapping(file, absl::StrCat("the column \"", column.column(),
                                         "\" has where_column without where_values, or these "
                                         "without it"));
  }
  for (const auto& constant : mapped.constants()) {
    if (absl::Status well = check(constant.field()); !well.ok()) return well;
  }
  return absl::OkStatus();
}

absl::Status CheckRecords(const std::string& file, const CsvMapping& mapping) {
  absl::Status well = CheckRecord(file, mapping);
  std::set<std::string> prefixes = {""};
  for (const auto& one : mapping.also()) {
    if (!well.ok()) return well;
    well = CheckRecord(file, one);
    if (prefixes.insert(one.key_prefix()).second) continue;
    return BadMapping(file, "each record in `also` needs a key_prefix of its own");
  }
  return well;
}

absl::StatusOr<CsvMapping> ReadMapping(const Files& files) {
  const auto is_mapping = [](const InputFile& f) { return f.role == v1::FILE_ROLE_MAPPING; };
  if (std::count_if(files.begin(), files.end(), is_mapping) != 1) {
    return BadMapping("mapped-csv", "send exactly one mapping file (`probity import --mapping`)");
  }
  const InputFile& file = *std::find_if(files.begin(), files.end(), is_mapping);
  auto text = ReadFile(file.path);
  if (!text.ok()) return text.status();
  CsvMapping mapping;
  const std::string fault = ReadTextProto(*text, &mapping);
  if (!fault.empty()) return BadMapping(file.name, absl::StrCat("line ", fault));
  if (absl::Status well = CheckRecords(file.name, mapping); !well.ok()) return well;
  if (mapping.key_columns().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_NO_KEY_COLUMNS,
                     absl::StrCat(file.name,
                                  ": key_columns is empty; name the columns whose "
                                  "values name a row for good"),
                     {{"file", file.name}});
  }
  if (mapping.delimiter().size() > 1) {
    return BadMapping(file.name, "delimiter must be one character");
  }
  return mapping;
}

// Makes records of the rows of one file.
class MappedRecords {
 public:
  MappedRecords(const Tables& tables, const CsvMapping& mapping, const InputFile& file,
                RowSink* sink)
      : tables_(tables), mapping_(mapping), file_(file), sink_(sink) {
    forms_.countries = &tables.countries;
    forms_.date_forms.assign(mapping.date_forms().begin(), mapping.date_forms().end());
    if (!mapping.true_words().empty()) {
      forms_.true_words.assign(mapping.true_words().begin(), mapping.true_words().end());
    }
    if (!mapping.false_words().empty()) {
      forms_.false_words.assign(mapping.false_words().begin(), mapping.false_words().end());
    }
    one_value_ = forms_;
    one_value_.separator.clear();
  }

  absl::Status Read() {
    CsvOptions options;
    if (!mapping_.delimiter().empty()) options.delimiter = mapping_.delimiter()[0];
    if (!mapping_.encoding().empty()) options.encoding = mapping_.encoding();
    if (!mapping_.header().empty()) {
      options.headers = {{mapping_.header().begin(), mapping_.header().end()}};
    }
    auto reader = CsvReader::Open(file_, options, sink_);
    if (!reader.ok()) return reader.status();
    if (absl::Status found = FindColumns((*reader)->columns()); !found.ok()) return found;
    return (*reader)->ForEach(
        [this](const Row& row, const CsvReader::Values& values) { return Take(row, values); });
  }

 private:
  struct Source {
    const MappedColumn* column;
    const Field* field;
    size_t at;
    std::vector<size_t> with_at;
    std::optional<size_t> where_at;
    ValueForms forms;
    std::map<absl::string_view, absl::string_view> values;
  };
  // One of the records that each row gives.
  struct Part {
    std::string type, key_prefix;
    const google::protobuf::RepeatedPtrField<config::v1::MappedConstant>* constants;
    std::vector<Source> sources;
    v1::Record record;
  };

  absl::StatusOr<size_t> Position(const std::vector<std::string>& columns,
                                  const std::string& name) const {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end()) return static_cast<size_t>(found - columns.begin());
    return MakeError(
        absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MISSING_COLUMN,
        absl::StrCat(file_.name, ":1: the mapping names a column \"", name,
                     "\" that the file does not have; it has ", absl::StrJoin(columns, ", ")),
        {{"file", file_.name}, {"line", "1"}, {"column", name}});
  }

  absl::Status FindColumns(const std::vector<std::string>& columns) {
    for (const std::string& name : mapping_.key_columns()) {
      auto at = Position(columns, name);
      if (!at.ok()) return at.status();
      key_at_.push_back(*at);
    }
    absl::Status added = AddPart(columns, "", mapping_);
    for (int i = 0; added.ok() && i < mapping_.also_size(); ++i) {
      added = AddPart(columns, mapping_.also(i).key_prefix(), mapping_.also(i));
    }
    return added;
  }

  template <typename Mapped>
  absl::Status AddPart(const std::vector<std::string>& columns, const std::string& key_prefix,
                       const Mapped& mapped) {
    Part part{mapped.record_type(), key_prefix, &mapped.constants(), {}, {}};
    for (const MappedColumn& column : mapped.columns()) {
      auto at = Position(columns, column.column());
      if (!at.ok()) return at.status();
      Source source{&column, FindField(part.type, column.field()), *at, {}, {}, forms_, {}};
      if (absl::Status found = FindOthers(columns, &source); !found.ok()) return found;
      source.forms.separator = column.separator();
      for (const auto& value : column.values()) source.values[value.from()] = value.to();
      part.sources.push_back(std::move(source));
    }
    parts_.push_back(std::move(part));
    return absl::OkStatus();
  }

  // Places of the other columns that a mapped one names.
  absl::Status FindOthers(const std::vector<std::string>& columns, Source* source) const {
    for (const std::string& name : source->column->with()) {
      auto at = Position(columns, name);
      if (!at.ok()) return at.status();
      source->with_at.push_back(*at);
    }
    if (source->column->where_column().empty()) return absl::OkStatus();
    auto at = Position(columns, source->column->where_column());
    if (at.ok()) source->where_at = *at;
    return at.status();
  }

  static bool IsMeant(const Source& source, const CsvReader::Values& values) {
    if (!source.where_at.has_value()) return true;
    const auto& wanted = source.column->where_values();
    return std::find(wanted.begin(), wanted.end(), values[*source.where_at]) != wanted.end();
  }

  // The values of the column and of those that stand behind it.
  std::string Joined(const Source& source, const CsvReader::Values& values) const {
    std::string joined(SaysNothing(values[source.at]) ? "" : values[source.at]);
    for (const size_t at : source.with_at) {
      if (SaysNothing(values[at])) continue;
      absl::StrAppend(&joined, joined.empty() ? "" : " ", values[at]);
    }
    return joined;
  }

  bool SaysNothing(absl::string_view value) const {
    const auto& words = mapping_.empty_words();
    return value.empty() || std::find(words.begin(), words.end(), value) != words.end();
  }

  // The value as Probity's column takes it.
  std::string Translate(const Source& source, absl::string_view value) const {
    const auto known = source.values.find(value);
    if (known != source.values.end()) value = known->second;
    if (value.empty()) return "";
    const std::string& separator = source.column->separator();
    const bool several = !separator.empty() && absl::StrContains(value, separator);
    if (several && !source.field->path.back()->is_repeated()) return "";
    const std::string& field = source.column->field();
    if ((field == "country" || field == "jurisdiction") && !tables_.countries.IsCountry(value)) {
      const std::string code = tables_.countries.FromName(value);
      if (!code.empty()) return code;
    }
    if (!several || source.column->prefix().empty()) {
      return absl::StrCat(source.column->prefix(), value);
    }
    std::vector<std::string> parts;
    for (absl::string_view part : absl::StrSplit(value, separator)) {
      part = absl::StripAsciiWhitespace(part);
      if (!part.empty()) parts.push_back(absl::StrCat(source.column->prefix(), part));
    }
    return absl::StrJoin(parts, separator);
  }

  std::optional<RowFault> Fill(const std::string& key, const CsvReader::Values& values,
                               Part* part) const {
    v1::Record& record = part->record;
    record.Clear();
    record.set_key(absl::StrCat(part->key_prefix, key));
    for (const auto& constant : *part->constants) {
      const Field* field = FindField(part->type, constant.field());
      const std::string value = absl::StrReplaceAll(constant.value(), {{"{key}", key}});
      // A key may hold what separates values.
      const bool is_one = value != constant.value();
      auto fault = SetField(*field, value, is_one ? one_value_ : forms_, &record);
      if (fault.has_value()) return fault;
    }
    for (const Source& source : part->sources) {
      if (!IsMeant(source, values)) continue;
      const std::string value = Translate(source, Joined(source, values));
      if (value.empty()) continue;
      auto fault = SetField(*source.field, value, source.forms, &record);
      if (!fault.has_value()) continue;
      fault->column = source.column->column();
      return fault;
    }
    if (record.has_supplier() && record.supplier().names_size() > 0) {
      record.mutable_supplier()->mutable_names(0)->set_type(v1::NAME_TYPE_LEGAL_NAME);
    }
    return std::nullopt;
  }

  absl::Status Take(const Row& row, const CsvReader::Values& values) {
    bool has_key = false;
    std::string key;
    for (size_t i = 0; i < key_at_.size(); ++i) {
      absl::StrAppend(&key, i == 0 ? "" : "|", values[key_at_[i]]);
      has_key = has_key || !values[key_at_[i]].empty();
    }
    if (!has_key) {
      return sink_->Refuse(
          row, {v1::ERROR_REASON_ROW_KEY_MISSING, absl::StrJoin(mapping_.key_columns(), "|"),
                "every key column is empty"});
    }
    for (Part& part : parts_) {
      if (auto fault = Fill(key, values, &part)) return sink_->Refuse(row, *fault);
    }
    absl::Status accepted;
    Row given = row;
    for (Part& part : parts_) {
      if (accepted.ok()) accepted = sink_->Accept(given, &part.record);
      given.further = true;
    }
    return accepted;
  }

  const Tables& tables_;
  const CsvMapping& mapping_;
  const InputFile& file_;
  RowSink* sink_;
  ValueForms forms_;
  ValueForms one_value_;  // the same, of a value that is not split
  std::vector<size_t> key_at_;
  std::vector<Part> parts_;
};

}  // namespace

absl::Status ReadMappedCsv(const Tables& tables, const Files& files, RowSink* sink) {
  auto mapping = ReadMapping(files);
  if (!mapping.ok()) return mapping.status();
  for (const InputFile& file : files) {
    if (file.role == v1::FILE_ROLE_MAPPING) continue;
    absl::Status read = MappedRecords(tables, *mapping, file, sink).Read();
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
