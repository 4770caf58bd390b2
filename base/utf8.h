// Texts for people are UTF-8 and are cut between characters, whatever came in: an error
// that quotes a part of a character cannot be written as JSON. Any bytes may be given.
#ifndef PROBITY_BASE_UTF8_H_
#define PROBITY_BASE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace probity {

bool IsUtf8(absl::string_view text);

// `text` where it is UTF-8; else with U+FFFD in the place of bytes that are none.
std::string ValidUtf8(absl::string_view text);

// The first `bytes` bytes of `text`, or up to three fewer where they would end within a
// character. A part of `text`.
absl::string_view CutUtf8(absl::string_view text, size_t bytes);

}  // namespace probity

#endif  // PROBITY_BASE_UTF8_H_
