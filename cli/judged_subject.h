// Whom a judgement or a waiver is about, as users write it and as it is shown.
#ifndef PROBITY_CLI_JUDGED_SUBJECT_H_
#define PROBITY_CLI_JUDGED_SUBJECT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/review.pb.h"

namespace probity::cli {

// A supplier, a vendor number or an identifier. INVALID_ARGUMENT for a record.
absl::StatusOr<v1::JudgedSubject> ParseJudged(absl::string_view text);

// As ParseJudged reads it; words for a question by name.
std::string JudgedText(const v1::JudgedSubject& subject);

}  // namespace probity::cli

#endif  // PROBITY_CLI_JUDGED_SUBJECT_H_
