// Any text as a date: what parses formats back to the same text and spans at
// least a day and at most a year.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/civil_day.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  auto date = probity::ParseDate(text);
  if (!date.ok()) return 0;
  if (probity::FormatDate(*date) != text) std::abort();
  const int span = probity::LastDay(*date) - probity::FirstDay(*date);
  if (span < 0 || span > 365) std::abort();
  return 0;
}
