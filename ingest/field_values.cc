// How a cell becomes a field of a record: SetField() of fields.h.
#include <ctime>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"
#include "ingest/fields.h"

namespace probity::ingest {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A fault, or nullopt when all is well.
using Fault = std::optional<RowFault>;

Fault Wrong(absl::string_view value, absl::string_view expected,
            v1::ErrorReason reason = v1::ERROR_REASON_ROW_VALUE) {
  return RowFault{reason, "", absl::StrCat("\"", value.substr(0, 100), "\" is not ", expected)};
}

// Values of an enum by name without the prefix that protos give each.
const absl::flat_hash_map<std::string, int>& ValuesOf(const EnumDescriptor* type) {
  thread_local absl::flat_hash_map<const EnumDescriptor*, absl::flat_hash_map<std::string, int>>
      known;
  auto& values = known[type];
  if (values.empty()) {
    const std::string& zero = type->FindValueByNumber(0)->name();
    const size_t prefix = zero.size() - std::string("UNSPECIFIED").size();
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->number() != 0) {
        values[type->value(i)->name().substr(prefix)] = type->value(i)->number();
      }
    }
  }
  return values;
}

Fault ParseEnum(const EnumDescriptor* type, absl::string_view value, int* number) {
  const std::string name =
      absl::StrReplaceAll(absl::AsciiStrToUpper(value), {{"-", "_"}, {" ", "_"}});
  const auto& values = ValuesOf(type);
  const auto found = values.find(name);
  if (found == values.end()) {
    std::vector<std::string> names;
    for (int i = 0; i < type->value_count() && names.size() < 12; ++i) {
      for (const auto& [known, at] : values) {
        if (at == type->value(i)->number()) names.push_back(known);
      }
    }
    return Wrong(value, absl::StrCat("one of ", absl::StrJoin(names, ", "),
                                     values.size() > names.size() ? ", …" : ""));
  }
  *number = found->second;
  return std::nullopt;
}

Fault ParseDay(absl::string_view value, const ValueForms& forms, v1::Date* date) {
  for (const std::string& form : forms.date_forms) {
    std::tm parts = {};
    const std::string text(value);
    const char* end = strptime(text.c_str(), form.c_str(), &parts);
    if (end == nullptr || *end != '\0') continue;
    v1::Date read;
    read.set_year(parts.tm_year + 1900);
    read.set_month(parts.tm_mon + 1);
    read.set_day(parts.tm_mday);
    if (!IsFullDay(read)) return Wrong(value, "a day that exists", v1::ERROR_REASON_ROW_DATE);
    *date = read;
    return std::nullopt;
  }
  absl::StatusOr<v1::Date> iso = ParseDate(value);
  if (!iso.ok()) {
    return Wrong(value,
                 forms.date_forms.empty() ? "a date that exists: 2024-05-31, 2024-05 or 2024"
                                          : absl::StrCat("a date that exists in the form ",
                                                         absl::StrJoin(forms.date_forms, " or ")),
                 v1::ERROR_REASON_ROW_DATE);
  }
  *date = *std::move(iso);
  return std::nullopt;
}

Fault ParseIdentifier(absl::string_view value, v1::Identifier* identifier) {
  const size_t colon = value.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == value.size()) {
    return Wrong(value, "of the form SCHEME:VALUE, such as GB-COH:04830352");
  }
  identifier->set_scheme(std::string(absl::StripAsciiWhitespace(value.substr(0, colon))));
  identifier->set_value(std::string(absl::StripAsciiWhitespace(value.substr(colon + 1))));
  return std::nullopt;
}

Fault ParseSubject(absl::string_view value, v1::SubjectRef* subject) {
  if (absl::StartsWith(value, "records/") || absl::StartsWith(value, "datasets/")) {
    subject->set_source_record(std::string(value));
    return std::nullopt;
  }
  return ParseIdentifier(value, subject->mutable_identifier());
}

Fault ParseCommodity(absl::string_view value, v1::CommodityCode* code) {
  const size_t colon = value.find(':');
  int scheme = v1::COMMODITY_SCHEME_PUBLISHER;
  if (colon != absl::string_view::npos) {
    if (Fault fault = ParseEnum(v1::CommodityScheme_descriptor(), value.substr(0, colon), &scheme);
        fault.has_value()) {
      return fault;
    }
    value.remove_prefix(colon + 1);
  }
  code->set_scheme(static_cast<v1::CommodityScheme>(scheme));
  code->set_code(std::string(absl::StripAsciiWhitespace(value)));
  return std::nullopt;
}

// "1 Sample Street, Sampletown, GB": a line, and the country whose code stands last.
void ParseAddress(absl::string_view value, const ValueForms& forms, v1::Address* address) {
  const size_t comma = value.rfind(',');
  absl::string_view lines = value.substr(0, comma == absl::string_view::npos ? 0 : comma);
  const absl::string_view last = absl::StripAsciiWhitespace(value.substr(lines.size()));
  const absl::string_view name = absl::StripAsciiWhitespace(absl::StripPrefix(last, ","));
  const bool is_code = forms.countries != nullptr && forms.countries->IsCountry(name);
  if (is_code) address->set_country(std::string(name));
  if (!is_code) lines = value;
  if (!lines.empty()) address->add_lines(std::string(lines));
}

// "SUSPENDED@2024-05-01": a status and the day from which it holds.
Fault ParseStatusEvent(absl::string_view value, const ValueForms& forms, v1::StatusEvent* event) {
  const size_t at = value.find('@');
  if (at == absl::string_view::npos) return Wrong(value, "of the form STATUS@DATE");
  int status = 0;
  Fault fault = ParseEnum(v1::CertificationStatus_descriptor(), value.substr(0, at), &status);
  if (fault.has_value()) return fault;
  event->set_status(static_cast<v1::CertificationStatus>(status));
  return ParseDay(value.substr(at + 1), forms, event->mutable_from());
}

Fault SetMessage(absl::string_view value, const ValueForms& forms, Message* message) {
  // Protobuf takes its time to name a descriptor: once is enough.
  static const auto* const kDate = v1::Date::descriptor();
  static const auto* const kIdentifier = v1::Identifier::descriptor();
  static const auto* const kSubject = v1::SubjectRef::descriptor();
  static const auto* const kCommodity = v1::CommodityCode::descriptor();
  static const auto* const kStatusEvent = v1::StatusEvent::descriptor();
  static const auto* const kAddress = v1::Address::descriptor();
  const google::protobuf::Descriptor* type = message->GetDescriptor();
  if (type == kDate) {
    return ParseDay(value, forms, static_cast<v1::Date*>(message));
  }
  if (type == kIdentifier) {
    return ParseIdentifier(value, static_cast<v1::Identifier*>(message));
  }
  if (type == kSubject) {
    return ParseSubject(value, static_cast<v1::SubjectRef*>(message));
  }
  if (type == kCommodity) {
    return ParseCommodity(value, static_cast<v1::CommodityCode*>(message));
  }
  if (type == kStatusEvent) {
    return ParseStatusEvent(value, forms, static_cast<v1::StatusEvent*>(message));
  }
  if (type == kAddress) {
    ParseAddress(value, forms, static_cast<v1::Address*>(message));
    return std::nullopt;
  }
  auto* name = static_cast<v1::Name*>(message);  // the table has no other type
  name->set_text(std::string(value));
  name->set_type(v1::NAME_TYPE_TRADING_OR_OPERATING_NAME);
  return std::nullopt;
}

Fault SetBool(absl::string_view value, const ValueForms& forms, const FieldDescriptor* field,
              Message* message) {
  const auto is_one_of = [value](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      if (absl::EqualsIgnoreCase(word, value)) return true;
    }
    return false;
  };
  const bool yes = is_one_of(forms.true_words);
  if (!yes && !is_one_of(forms.false_words)) {
    return Wrong(value, absl::StrCat("one of ", absl::StrJoin(forms.true_words, ", "), ", ",
                                     absl::StrJoin(forms.false_words, ", ")));
  }
  message->GetReflection()->SetBool(message, field, yes);
  return std::nullopt;
}

// Sets a single field, or appends to a repeated one.
Fault SetOne(absl::string_view value, const ValueForms& forms, const FieldDescriptor* field,
             Message* message) {
  const Reflection* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      field->is_repeated() ? reflection->AddString(message, field, std::string(value))
                           : reflection->SetString(message, field, std::string(value));
      return std::nullopt;
    case FieldDescriptor::CPPTYPE_ENUM: {
      int number = 0;
      if (Fault fault = ParseEnum(field->enum_type(), value, &number); fault.has_value()) {
        return fault;
      }
      field->is_repeated() ? reflection->AddEnumValue(message, field, number)
                           : reflection->SetEnumValue(message, field, number);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      uint32_t number = 0;
      if (!absl::SimpleAtoi(value, &number)) return Wrong(value, "a whole number");
      reflection->SetUInt32(message, field, number);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double number = 0;
      if (!absl::SimpleAtod(value, &number)) return Wrong(value, "a number");
      reflection->SetDouble(message, field, number);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return SetBool(value, forms, field, message);
    default:
      return SetMessage(value, forms,
                        field->is_repeated() ? reflection->AddMessage(message, field)
                                             : reflection->MutableMessage(message, field));
  }
}

// The message that holds the last field of the path.
Message* Descend(const Field& field, v1::Record* record) {
  Message* message = record;
  for (size_t i = 0; i + 1 < field.path.size(); ++i) {
    const FieldDescriptor* step = field.path[i];
    const Reflection* reflection = message->GetReflection();
    if (!step->is_repeated()) {
      message = reflection->MutableMessage(message, step);
    } else if (reflection->FieldSize(*message, step) == 0) {
      message = reflection->AddMessage(message, step);
    } else {
      message = reflection->MutableRepeatedMessage(message, step, 0);
    }
  }
  return message;
}

}  // namespace

std::optional<RowFault> SetField(const Field& field, absl::string_view value,
                                 const ValueForms& forms, v1::Record* record) {
  Message* message = Descend(field, record);
  const FieldDescriptor* last = field.path.back();
  Fault fault;
  if (!last->is_repeated() || forms.separator.empty()) {
    fault = SetOne(value, forms, last, message);
  } else {
    for (absl::string_view part : absl::StrSplit(value, forms.separator)) {
      part = absl::StripAsciiWhitespace(part);
      if (part.empty()) continue;
      fault = SetOne(part, forms, last, message);
      if (fault.has_value()) break;
    }
  }
  if (fault.has_value()) fault->column = field.column;
  return fault;
}

}  // namespace probity::ingest
