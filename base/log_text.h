// Instants and texts as the lines of logs have them. Each call writes some, so they cost
// little.
#ifndef PROBITY_BASE_LOG_TEXT_H_
#define PROBITY_BASE_LOG_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace probity {

// "2026-11-27T09:41:00.000123Z"; what is finer is left out.
std::string UtcText(absl::Time time);

// A JSON string with its quotes, of ASCII and UTF-8; bytes that are not become U+FFFD.
std::string JsonText(absl::string_view text);

}  // namespace probity

#endif  // PROBITY_BASE_LOG_TEXT_H_
