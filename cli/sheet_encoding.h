// Which encoding a table's bytes are in, and its text as UTF-8.
#ifndef PROBITY_CLI_SHEET_ENCODING_H_
#define PROBITY_CLI_SHEET_ENCODING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::cli {

struct DecodedText {
  std::string text;      // UTF-8; of bytes that are almost UTF-8, these bytes
  std::string encoding;  // lower case
  bool marked = false;   // a byte order mark was there, and is taken off
};

// As ParseSheet says. INVALID_ARGUMENT for an encoding that is not known.
absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes, const std::string& encoding);

bool IsUtf8(absl::string_view text);
// Bytes that are not UTF-8 replaced by U+FFFD.
std::string ReplaceInvalid(absl::string_view text);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHEET_ENCODING_H_
