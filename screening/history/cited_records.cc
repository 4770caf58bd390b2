#include "screening/history/cited_records.h"

#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "google/protobuf/message.h"
#include "storage/stored_fields.h"

namespace probity::screening {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kSuppliers = "suppliers/";

// Fields of a type in which a name can stand: texts, and messages that have such fields.
using Fields = std::vector<const FieldDescriptor*>;

class FieldsWithNames {
 public:
  FieldsWithNames() { Visit(v1::EvidenceBundle::descriptor()); }
  const Fields& Of(const Descriptor* type) const { return fields_.at(type); }

 private:
  // No type of the bundle contains itself.
  bool Visit(const Descriptor* type) {
    const auto known = fields_.find(type);
    if (known != fields_.end()) return !known->second.empty();
    fields_[type] = {};
    Fields fields;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const bool has_names = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
                                 ? Visit(field->message_type())
                                 : field->type() == FieldDescriptor::TYPE_STRING;
      if (has_names) fields.push_back(field);
    }
    fields_[type] = fields;
    return !fields.empty();
  }

  absl::flat_hash_map<const Descriptor*, Fields> fields_;
};

class Walker {
 public:
  void Walk(const Message& message) {
    static const auto* const kFields = new FieldsWithNames;
    const auto* reflection = message.GetReflection();
    std::string scratch;
    for (const FieldDescriptor* field : kFields->Of(message.GetDescriptor())) {
      const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
      if (field->is_repeated()) {
        const int size = reflection->FieldSize(message, field);
        for (int i = 0; i < size; ++i) {
          if (is_text) {
            Add(reflection->GetRepeatedStringReference(message, field, i, &scratch));
          } else {
            Walk(reflection->GetRepeatedMessage(message, field, i));
          }
        }
      } else if (is_text) {
        Add(reflection->GetStringReference(message, field, &scratch));
      } else if (reflection->HasField(message, field)) {
        Walk(reflection->GetMessage(message, field));
      }
    }
  }

  absl::Status AddSupplier(absl::string_view name, const storage::View& view) {
    auto supplier = view.GetSupplier(absl::StripPrefix(name, kSuppliers));
    if (!supplier.ok()) return supplier.status();
    if (!supplier->has_value()) return absl::OkStatus();
    storage::VisitFields((*supplier)->bytes, [this](int number, absl::string_view value) {
      if (number == v1::Supplier::kSourceRecordsFieldNumber ||
          number == v1::Supplier::kSeparationsFieldNumber) {
        Add(value);
      }
      return true;
    });
    return absl::OkStatus();
  }

  Citations Take() {
    return {{records_.begin(), records_.end()}, {suppliers_.begin(), suppliers_.end()}};
  }

 private:
  void Add(absl::string_view text) {
    if (absl::StartsWith(text, kSuppliers)) {
      if (text.size() > kSuppliers.size()) suppliers_.emplace(text);
    } else if (absl::StartsWith(text, "datasets/") && storage::RecordRef::FromName(text)) {
      records_.emplace(text);
    }
  }

  std::set<std::string> records_, suppliers_;
};

}  // namespace

absl::StatusOr<Citations> CitationsOf(const v1::EvidenceBundle& bundle, const storage::View& view) {
  Walker citations;
  citations.Walk(bundle);
  std::set<std::string> suppliers;
  for (const v1::SubjectEvidence& subject : bundle.subjects()) {
    suppliers.insert(subject.resolution().suppliers().begin(),
                     subject.resolution().suppliers().end());
  }
  for (const std::string& supplier : suppliers) {
    if (absl::Status added = citations.AddSupplier(supplier, view); !added.ok()) return added;
  }
  return citations.Take();
}

}  // namespace probity::screening
