#include "base/utf8.h"

#include <unicode/utf8.h>

#include <cstdint>
#include <cstring>

namespace probity {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// Whether the next eight bytes, where there are as many, are ASCII.
bool IsAscii8(const uint8_t* bytes, int64_t left) {
  if (left < 8) return false;
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  int64_t at = 0;
  while (at < size) {
    if (bytes[at] < 0x80) {
      at += IsAscii8(bytes + at, size - at) ? 8 : 1;
      continue;
    }
    UChar32 character = 0;
    U8_NEXT(bytes, at, size, character);
    if (character < 0) return false;
  }
  return true;
}

std::string ValidUtf8(absl::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  std::string valid;
  valid.reserve(text.size());
  for (int64_t at = 0; at < size;) {
    const int64_t begin = at;
    UChar32 character = 0;
    U8_NEXT(bytes, at, size, character);
    const auto length = static_cast<size_t>(at - begin);
    const auto own = text.substr(static_cast<size_t>(begin), length);
    valid.append(character < 0 ? kReplacement.data() : own.data(),
                 character < 0 ? kReplacement.size() : own.size());
  }
  return valid;
}

absl::string_view CutUtf8(absl::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto* all = reinterpret_cast<const uint8_t*>(text.data());
  auto end = static_cast<int64_t>(bytes);
  U8_TRUNCATE_IF_INCOMPLETE(all, 0, end);
  return text.substr(0, static_cast<size_t>(end));
}

}  // namespace probity
