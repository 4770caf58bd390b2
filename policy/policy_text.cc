#include "policy/policy_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/io/tokenizer.h"

namespace probity::policy {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;
using ParseInfoTree = TextFormat::ParseInfoTree;

constexpr char kUnknownEnum[] = "Unknown enumeration value of \"";
// Unknown enum values that are told of before the reading gives up.
constexpr int kMaxUnknownEnums = 100;

// Collects faults; unknown fields come as warnings and are faults here.
class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    error_ = {"", line + 1, "", message};
    error_column_ = column;
  }
  void AddWarning(int line, int column, const std::string& message) override {
    warnings_.push_back({"", line + 1, "", message});
  }
  PolicyFault& error() { return error_; }
  int error_column() const { return error_column_; }
  std::vector<PolicyFault>& warnings() { return warnings_; }

 private:
  PolicyFault error_;
  int error_column_ = 0;
  std::vector<PolicyFault> warnings_;
};

// Offset of a place; the text's end when it lies beyond.
size_t OffsetOf(absl::string_view text, int line, int column) {
  size_t at = 0;
  for (int i = 1; i < line; ++i) {
    const size_t end = text.find('\n', at);
    if (end == absl::string_view::npos) return text.size();
    at = end + 1;
  }
  return std::min(text.size(), at + static_cast<size_t>(std::max(column, 0)));
}

// The parser tells of an unknown value once it stands behind it. Finds the
// value, sets the fault's line, and writes 0 in its place so that the reading
// can go on. False when the fault is another one.
bool TakeOutUnknownEnum(int column, std::string* text, PolicyFault* fault) {
  const size_t begin = fault->problem.find(kUnknownEnum);
  if (begin == std::string::npos) return false;
  const size_t from = begin + sizeof(kUnknownEnum) - 1;
  const std::string value = fault->problem.substr(from, fault->problem.find('"', from) - from);
  const size_t after = OffsetOf(*text, fault->line, column);
  if (value.empty() || after < value.size()) return false;
  const size_t at = text->rfind(value, after - value.size());
  if (at == std::string::npos) return false;
  fault->line = 1 + static_cast<int>(std::count(text->data(), text->data() + at, '\n'));
  text->replace(at, value.size(), "0" + std::string(value.size() - 1, ' '));
  return true;
}

void CheckEnum(const EnumDescriptor& type, int number, bool listed, const TextPlace& place,
               std::vector<PolicyFault>* faults) {
  if (type.FindValueByNumber(number) == nullptr) {
    faults->push_back(place.Fault(absl::StrCat(number, " is no value of ", type.name())));
  } else if (listed && number == 0) {
    faults->push_back(
        place.Fault("a list cannot hold an unspecified value: name one, or leave "
                    "the list empty"));
  }
}

// An outcome that is not said is one: the dossier is not assessed.
bool MayListUnspecified(const FieldDescriptor& field) {
  return field.full_name() == "probity.v1.SelfCleaningMatch.outcomes";
}

void CheckEnumField(const Message& message, const FieldDescriptor& field, const TextPlace& place,
                    std::vector<PolicyFault>* faults) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    CheckEnum(*field.enum_type(), reflection.GetEnumValue(message, &field), false,
              place.At(field.name()), faults);
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    CheckEnum(*field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, i),
              !MayListUnspecified(field), place.At(field.name(), i), faults);
  }
}

void CheckEnumsIn(const Message& message, const TextPlace& place,
                  std::vector<PolicyFault>* faults) {
  std::vector<const FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      CheckEnumField(message, *field, place, faults);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated()) {
      CheckEnumsIn(reflection.GetMessage(message, field), place.At(field->name()), faults);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        CheckEnumsIn(reflection.GetRepeatedMessage(message, field, i), place.At(field->name(), i),
                     faults);
      }
    }
  }
}

}  // namespace

std::string FormatFaults(const std::vector<PolicyFault>& faults) {
  std::vector<std::string> lines;
  for (const PolicyFault& fault : faults) {
    std::string& line = lines.emplace_back();
    if (!fault.text.empty()) absl::StrAppend(&line, fault.text, ": ");
    if (fault.line > 0) absl::StrAppend(&line, "line ", fault.line, ": ");
    if (!fault.field.empty()) absl::StrAppend(&line, fault.field, ": ");
    absl::StrAppend(&line, fault.problem);
  }
  return absl::StrJoin(lines, "\n");
}

std::vector<PolicyFault> ReadPolicyText(absl::string_view text, Message* message,
                                        ParseInfoTree* places) {
  if (text.size() > kMaxPolicyText) {
    return {{"", 0, "", absl::StrCat("longer than ", kMaxPolicyText, " bytes")}};
  }
  std::string patched(text);
  std::vector<PolicyFault> faults;
  for (int round = 0; round <= kMaxUnknownEnums; ++round) {
    Collector collector;
    // A tree takes one reading alone: `places` is that of the first.
    ParseInfoTree unused;
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&collector);
    parser.AllowUnknownField(true);
    parser.SetRecursionLimit(kMaxPolicyDepth);
    parser.WriteLocationsTo(round == 0 ? places : &unused);
    const bool read = parser.ParseFromString(patched, message);
    const bool again =
        !read && TakeOutUnknownEnum(collector.error_column(), &patched, &collector.error());
    if (!read) faults.push_back(collector.error());
    if (again) continue;
    faults.insert(faults.end(), collector.warnings().begin(), collector.warnings().end());
    break;
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return faults;
}

TextPlace::TextPlace(const Message& root, const ParseInfoTree& tree)
    : type_(root.GetDescriptor()), tree_(&tree) {}

TextPlace TextPlace::At(absl::string_view name, int index) const {
  TextPlace place;
  place.path_ = absl::StrCat(path_, path_.empty() ? "" : ".", name);
  if (index >= 0) absl::StrAppend(&place.path_, "[", index, "]");
  place.line_ = line_;
  const FieldDescriptor* field =
      type_ == nullptr ? nullptr : type_->FindFieldByName(std::string(name));
  if (field == nullptr || tree_ == nullptr || field->is_repeated() != (index >= 0)) return place;
  const TextFormat::ParseLocation found = tree_->GetLocation(field, index);
  if (found.line >= 0) place.line_ = found.line + 1;
  place.type_ = field->message_type();
  if (place.type_ != nullptr) place.tree_ = tree_->GetTreeForNested(field, index);
  return place;
}

PolicyFault TextPlace::Fault(absl::string_view problem) const {
  return {"", line_, path_, std::string(problem)};
}

std::vector<PolicyFault> CheckEnums(const Message& message, const TextPlace& place) {
  std::vector<PolicyFault> faults;
  CheckEnumsIn(message, place, &faults);
  return faults;
}

}  // namespace probity::policy
