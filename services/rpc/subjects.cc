#include "services/rpc/subjects.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/record.pb.h"

namespace probity::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kCollections[] = {
    "acts/",       "authorities/", "backups/",  "datasets/",   "decisions/",
    "judgements/", "legalHolds/",  "policies/", "portfolios/", "replies/",
    "redactions/", "suppliers/",   "vendors/",  "waivers/"};

bool IsResourceName(absl::string_view text) {
  return std::any_of(
      std::begin(kCollections), std::end(kCollections),
      [text](absl::string_view collection) { return absl::StartsWith(text, collection); });
}

constexpr size_t kFew = 8;

class Collector {
 public:
  void Look(const Message& message) {
    if (message.GetDescriptor() == v1::Record::descriptor()) return;
    if (message.GetDescriptor() == v1::Identifier::descriptor()) {
      const auto& identifier = static_cast<const v1::Identifier&>(message);
      return Add(absl::StrCat(identifier.scheme(), ":", identifier.value()));
    }
    if (message.GetDescriptor() == v1::VendorNumber::descriptor()) {
      const auto& vendor = static_cast<const v1::VendorNumber&>(message);
      return Add(absl::StrCat("vendor:", vendor.system(), "/", vendor.company_code(), "/",
                              vendor.number()));
    }
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) LookAt(message, *field);
  }

  std::vector<std::string> Take() { return std::move(found_); }

 private:
  void LookAt(const Message& message, const FieldDescriptor& field) {
    const auto* reflection = message.GetReflection();
    if (field.is_map()) return;
    const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
    for (int i = 0; i < count && !IsFull(); ++i) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Look(field.is_repeated() ? reflection->GetRepeatedMessage(message, &field, i)
                                 : reflection->GetMessage(message, &field));
      } else if (field.type() == FieldDescriptor::TYPE_STRING) {
        std::string scratch;
        const std::string& text =
            field.is_repeated()
                ? reflection->GetRepeatedStringReference(message, &field, i, &scratch)
                : reflection->GetStringReference(message, &field, &scratch);
        if (IsResourceName(text)) Add(text);
        if (field.name() == "query") Add(absl::StrCat("query:", text));
        if (field.name() == "certificate_no") Add(absl::StrCat("certificate:", text));
      } else {
        return;
      }
    }
  }

  bool IsFull() const { return found_.size() > kMaxSubjects; }

  void Add(std::string subject) {
    if (!IsFull() && IsNew(subject)) found_.push_back(std::move(subject));
  }

  // Most requests name one, and a table costs more than looking at a few.
  bool IsNew(const std::string& subject) {
    if (found_.size() < kFew) {
      return std::find(found_.begin(), found_.end(), subject) == found_.end();
    }
    if (seen_.empty()) seen_.insert(found_.begin(), found_.end());
    return seen_.insert(subject).second;
  }

  std::vector<std::string> found_;
  absl::flat_hash_set<std::string> seen_;  // once there are more than a few
};

}  // namespace

std::vector<std::string> SubjectsOf(const Message& request) {
  Collector collector;
  collector.Look(request);
  return collector.Take();
}

}  // namespace probity::rpc
