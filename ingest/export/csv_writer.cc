#include <map>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"
#include "base/csv_cell.h"
#include "ingest/export/record_writer.h"
#include "ingest/fields.h"
#include "screening/history/field_differences.h"

namespace probity::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kSeparator = '|';

std::string TypeOf(const v1::Record& record) {
  const auto* body = v1::Record::descriptor()->FindFieldByNumber(record.body_case());
  return body == nullptr ? "" : body->name();
}

// The name of an enum's value as ingest/fields.cc reads it.
std::string EnumText(const google::protobuf::EnumDescriptor* type, int number) {
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr || number == 0) return "";
  const std::string& zero = type->FindValueByNumber(0)->name();
  const size_t prefix = zero.size() - std::string("UNSPECIFIED").size();
  return absl::AsciiStrToLower(value->name().substr(prefix));
}

// As short as it can be and still be read as the same number.
std::string DoubleText(double number) {
  std::string text = absl::StrFormat("%.15g", number);
  return std::stod(text) == number ? text : absl::StrFormat("%.17g", number);
}

std::string IdentifierText(const v1::Identifier& identifier) {
  return absl::StrCat(identifier.scheme(), ":", identifier.value());
}

std::string CommodityText(const v1::CommodityCode& code) {
  const bool plain =
      code.scheme() == v1::COMMODITY_SCHEME_PUBLISHER && code.code().find(':') == std::string::npos;
  if (plain) return code.code();
  return absl::StrCat(EnumText(v1::CommodityScheme_descriptor(), code.scheme()), ":", code.code());
}

std::string MessageText(const Message& message) {
  const auto* type = message.GetDescriptor();
  if (type == v1::Date::descriptor()) {
    const auto& date = static_cast<const v1::Date&>(message);
    return date.year() == 0 ? "" : FormatDate(date);
  }
  if (type == v1::Identifier::descriptor()) {
    return IdentifierText(static_cast<const v1::Identifier&>(message));
  }
  if (type == v1::SubjectRef::descriptor()) {
    const auto& subject = static_cast<const v1::SubjectRef&>(message);
    return subject.has_identifier() ? IdentifierText(subject.identifier())
                                    : subject.source_record();
  }
  if (type == v1::CommodityCode::descriptor()) {
    return CommodityText(static_cast<const v1::CommodityCode&>(message));
  }
  if (type == v1::StatusEvent::descriptor()) {
    const auto& event = static_cast<const v1::StatusEvent&>(message);
    return absl::StrCat(EnumText(v1::CertificationStatus_descriptor(), event.status()), "@",
                        MessageText(event.from()));
  }
  if (type == v1::Name::descriptor()) return static_cast<const v1::Name&>(message).text();
  return "";
}

// Whether what the column says can be written: further addresses have parts that one cell
// cannot tell apart.
bool IsWritten(const Field& field) {
  return field.path.back()->message_type() != v1::Address::descriptor();
}

// One value; `index` is -1 outside lists.
std::string ValueText(const Message& holder, const FieldDescriptor* field, int index) {
  const auto* reflection = holder.GetReflection();
  const bool listed = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return listed ? reflection->GetRepeatedString(holder, field, index)
                    : reflection->GetString(holder, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(field->enum_type(),
                      listed ? reflection->GetRepeatedEnumValue(holder, field, index)
                             : reflection->GetEnumValue(holder, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection->GetUInt32(holder, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return DoubleText(reflection->GetDouble(holder, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(holder, field) ? "true" : "false";
    default:
      return MessageText(listed ? reflection->GetRepeatedMessage(holder, field, index)
                                : reflection->GetMessage(holder, field));
  }
}

// A cell of several values cannot hold one that has the separator in it, or spaces at an
// end; names behind the first have a column of their own.
std::string ListText(const Message& holder, const FieldDescriptor* field) {
  std::vector<std::string> values;
  const int first = field->message_type() == v1::Name::descriptor() ? 1 : 0;
  for (int i = first; i < holder.GetReflection()->FieldSize(holder, field); ++i) {
    std::string value = ValueText(holder, field, i);
    const bool fits = !value.empty() && value.find(kSeparator) == std::string::npos &&
                      absl::StripAsciiWhitespace(value) == value;
    if (fits) values.push_back(std::move(value));
  }
  return absl::StrJoin(values, std::string(1, kSeparator));
}

// The cell of a column; `element` is the place in the lists on the way.
std::string CellOf(const Field& field, const v1::Record& record, int element) {
  const Message* holder = &record;
  for (size_t i = 0; i + 1 < field.path.size(); ++i) {
    const auto* reflection = holder->GetReflection();
    const FieldDescriptor* step = field.path[i];
    if (!step->is_repeated()) {
      if (!reflection->HasField(*holder, step)) return "";
      holder = &reflection->GetMessage(*holder, step);
    } else if (element < reflection->FieldSize(*holder, step)) {
      holder = &reflection->GetRepeatedMessage(*holder, step, element);
    } else {
      return "";
    }
  }
  const FieldDescriptor* last = field.path.back();
  if (last->is_repeated()) return ListText(*holder, last);
  return holder->GetReflection()->HasField(*holder, last) ? ValueText(*holder, last, -1) : "";
}

class CsvWriter final : public RecordWriter {
 public:
  explicit CsvWriter(const ExportedDataset& dataset) {
    std::set<std::string> columns;
    for (const int body : dataset.bodies) {
      const auto* kind = v1::Record::descriptor()->FindFieldByNumber(body);
      for (const Field* field : FieldsOf(kind == nullptr ? "" : kind->name())) {
        if (IsWritten(*field)) columns.insert(field->column);
      }
    }
    columns.erase("key");
    columns_ = {"record_type", "key"};
    columns_.insert(columns_.end(), columns.begin(), columns.end());
  }

  void Begin(std::string* out) override {
    absl::StrAppend(out, absl::StrJoin(columns_, ","), "\n");
  }

  Written Write(const v1::Record& record, std::string* out) override {
    const std::string type = TypeOf(record);
    if (!IsRecordType(type)) return {false, 1};
    v1::Record again;
    AddRow(type, record, 0, &again, out);
    for (int i = 1; i < record.audit().findings_size(); ++i) {
      AddRow(type, record, i, &again, out);
    }
    if (again.supplier().names_size() > 0) {
      again.mutable_supplier()->mutable_names(0)->set_type(v1::NAME_TYPE_LEGAL_NAME);
    }
    google::protobuf::RepeatedPtrField<v1::FieldDifference> lost;
    screening::AddFieldDifferences("", record, again, &lost);
    return {true, static_cast<uint64_t>(lost.size())};
  }

 private:
  // Behind the first row of an audit come its further findings. `again` is what will be
  // read of the rows.
  void AddRow(const std::string& type, const v1::Record& record, int element, v1::Record* again,
              std::string* out) const {
    v1::Record row;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out->push_back(',');
      const std::string cell = i == 0 ? type : Cell(type, columns_[i], record, element, &row);
      out->append(CsvCell(NeutralText(cell)));
    }
    out->push_back('\n');
    if (element == 0) {
      *again = std::move(row);
    } else {
      again->mutable_audit()->mutable_findings()->MergeFrom(row.audit().findings());
    }
  }

  std::string Cell(const std::string& type, const std::string& column, const v1::Record& record,
                   int element, v1::Record* row) const {
    const Field* field = FindField(type, column);
    if (field == nullptr) return "";
    const bool is_of_element =
        element == 0 || column == "key" || absl::StartsWith(column, "finding_");
    std::string cell = is_of_element ? CellOf(*field, record, element) : "";
    if (!cell.empty() && SetField(*field, cell, forms_, row).has_value()) cell.clear();
    return cell;
  }

  std::vector<std::string> columns_;
  const ValueForms forms_;
};

}  // namespace

std::unique_ptr<RecordWriter> MakeCsvWriter(const ExportedDataset& dataset) {
  return std::make_unique<CsvWriter>(dataset);
}

}  // namespace probity::ingest
