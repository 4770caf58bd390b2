#include "cli/redaction_text.h"

#include "absl/strings/str_cat.h"
#include "cli/text.h"

namespace probity::cli {

std::string RedactionState(const v1::Redaction& redaction) {
  if (redaction.has_done_at()) return absl::StrCat("done ", FormatTimestamp(redaction.done_at()));
  return redaction.has_approved_at() ? "under way" : "waits for a second person";
}

}  // namespace probity::cli
