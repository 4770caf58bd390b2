#include "base/log_text.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace probity {

std::string UtcText(absl::Time time) {
  // Most instants stand in the same second as the one before: its text is kept.
  thread_local int64_t second_of_text = std::numeric_limits<int64_t>::min();
  thread_local std::string text;
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return absl::FormatTime(time, absl::UTCTimeZone());
  }
  const int64_t second = absl::ToUnixSeconds(time);
  if (second != second_of_text) {
    text =
        absl::FormatTime("%Y-%m-%dT%H:%M:%S.", absl::FromUnixSeconds(second), absl::UTCTimeZone());
    second_of_text = second;
  }
  const int64_t micros = absl::ToInt64Microseconds(time - absl::FromUnixSeconds(second));
  return absl::StrCat(text, absl::Dec(micros, absl::kZeroPad6), "Z");
}

std::string JsonText(absl::string_view text) {
  const auto stands_as_it_is = [](char c) {
    return absl::ascii_isprint(c) && c != '"' && c != '\\';
  };
  if (std::all_of(text.begin(), text.end(), stands_as_it_is)) {
    return absl::StrCat("\"", text, "\"");
  }
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace probity
