#include "screening/history/cited_records.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "storage/stored_fields.h"

namespace probity::screening {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr absl::string_view kSuppliers = "suppliers/";

// The fields of a type in which a name can stand, by number: texts, and messages that have
// such fields.
struct TypeWithNames {
  struct Field {
    bool is_text = false;
    const TypeWithNames* message = nullptr;
  };
  std::vector<Field> fields;
};

class TypesWithNames {
 public:
  // nullptr: no name can stand in it. No type of the bundle contains itself.
  const TypeWithNames* Of(const Descriptor* type) {
    const auto [at, is_new] = types_.try_emplace(type);
    std::vector<TypeWithNames::Field>& fields = at->second.fields;
    for (int i = 0; is_new && i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
      const Descriptor* message = field->message_type();
      const TypeWithNames::Field found{is_text, message == nullptr ? nullptr : Of(message)};
      if (!found.is_text && found.message == nullptr) continue;
      const auto number = static_cast<size_t>(field->number());
      if (fields.size() <= number) fields.resize(number + 1);
      fields[number] = found;
    }
    return fields.empty() ? nullptr : &at->second;
  }

 private:
  std::map<const Descriptor*, TypeWithNames> types_;  // what is in it stays where it is
};

// Walks the bytes: reflection over the messages takes a tenth of a decision.
class Walker {
 public:
  bool Walk(absl::string_view bundle) {
    static auto* const kTypes = new TypesWithNames;
    static const TypeWithNames* const kBundle = kTypes->Of(v1::EvidenceBundle::descriptor());
    return Walk(*kBundle, bundle);
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
  bool Walk(const TypeWithNames& type, absl::string_view message) {
    return storage::VisitFields(message, [this, &type](int number, absl::string_view value) {
      const auto at = static_cast<size_t>(number);
      if (at >= type.fields.size()) return true;
      const TypeWithNames::Field& field = type.fields[at];
      if (field.is_text) Add(value);
      return field.message == nullptr || Walk(*field.message, value);
    });
  }

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

absl::StatusOr<Citations> CitationsOf(const v1::EvidenceBundle& bundle,
                                      absl::string_view bundle_bytes, const storage::View& view) {
  Walker citations;
  if (!citations.Walk(bundle_bytes))
    return absl::InternalError("the bundle's bytes cannot be read");
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
