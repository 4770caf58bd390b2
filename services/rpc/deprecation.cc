#include "services/rpc/deprecation.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"

namespace probity::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool HasDeprecatedValue(const EnumDescriptor& type) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->options().deprecated()) return true;
  }
  return false;
}

bool MayUse(const Descriptor& type, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return false;
  if (type.options().deprecated()) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.options().deprecated()) return true;
    if (field.enum_type() != nullptr && HasDeprecatedValue(*field.enum_type())) return true;
    if (field.message_type() != nullptr && MayUse(*field.message_type(), seen)) return true;
  }
  return false;
}

class Uses {
 public:
  void Look(const Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (type.options().deprecated()) names_.insert(type.full_name());
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->options().deprecated()) names_.insert(field->full_name());
      LookAtValues(message, *field);
    }
  }

  std::string Text() const {
    std::string text;
    for (const std::string& name : names_) {
      const char* const between = text.empty() ? "" : ", ";
      if (text.size() + sizeof(", ") + name.size() > kMaxDeprecatedBytes) break;
      absl::StrAppend(&text, between, name);
    }
    return text;
  }

 private:
  void LookAtValues(const Message& message, const FieldDescriptor& field) {
    const auto* reflection = message.GetReflection();
    const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Look(field.is_repeated() ? reflection->GetRepeatedMessage(message, &field, i)
                                 : reflection->GetMessage(message, &field));
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        const int number = field.is_repeated()
                               ? reflection->GetRepeatedEnumValue(message, &field, i)
                               : reflection->GetEnumValue(message, &field);
        const EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(number);
        if (value != nullptr && value->options().deprecated()) names_.insert(value->full_name());
      } else {
        return;
      }
    }
  }

  std::set<std::string> names_;
};

}  // namespace

bool MayUseDeprecated(const Descriptor& type) {
  std::set<const Descriptor*> seen;
  return MayUse(type, &seen);
}

std::string DeprecatedIn(const Message& request) {
  Uses uses;
  uses.Look(request);
  return uses.Text();
}

}  // namespace probity::rpc
