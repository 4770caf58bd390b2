#include "cli/judged_subject.h"

#include "absl/strings/str_cat.h"
#include "cli/parse.h"
#include "cli/text.h"

namespace probity::cli {

absl::StatusOr<v1::JudgedSubject> ParseJudged(absl::string_view text) {
  auto ref = ParseSubject(text);
  if (!ref.ok()) return ref.status();
  v1::JudgedSubject subject;
  if (ref->has_vendor()) *subject.mutable_vendor() = ref->vendor();
  if (ref->has_supplier()) subject.set_supplier(ref->supplier());
  if (ref->has_identifier()) *subject.mutable_identifier() = ref->identifier();
  if (subject.subject_case() != v1::JudgedSubject::SUBJECT_NOT_SET) return subject;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is a record; name its supplier, suppliers/ID"));
}

std::string JudgedText(const v1::JudgedSubject& subject) {
  if (subject.has_vendor()) return "vendor:" + FormatVendor(subject.vendor());
  if (subject.has_supplier()) return subject.supplier();
  if (subject.has_identifier()) return FormatIdentifier(subject.identifier());
  return "a question by name";
}

}  // namespace probity::cli
