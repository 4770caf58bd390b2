#include "cli/sheet_encoding.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "unicode/ucnv.h"
#include "unicode/unistr.h"
#include "unicode/utf8.h"

namespace probity::cli {
namespace {

constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr absl::string_view kUtf16LeMark = "\xFF\xFE";
constexpr absl::string_view kUtf16BeMark = "\xFE\xFF";

// Calls `visit(begin, end, valid)` for each character, or byte that begins none.
template <typename Visit>
void ForEachCharacter(absl::string_view text, const Visit& visit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t begin = at;
    UChar32 character = 0;
    U8_NEXT(bytes, at, size, character);
    visit(begin, at, character >= 0);
  }
}

// Characters beyond ASCII, and faults.
struct Utf8Count {
  size_t wide = 0, faults = 0;
};
Utf8Count CountUtf8(absl::string_view text) {
  Utf8Count count;
  ForEachCharacter(text, [&count](int32_t begin, int32_t end, bool valid) {
    count.faults += valid ? 0 : 1;
    count.wide += valid && end - begin > 1 ? 1 : 0;
  });
  return count;
}

// UTF-16 without a mark: every other byte of Latin text is zero.
std::string GuessEncoding(absl::string_view bytes) {
  const absl::string_view head = bytes.substr(0, 4);
  if (head.size() >= 2 && head[0] != '\0' && head[1] == '\0') return "utf-16le";
  if (head.size() >= 2 && head[0] == '\0' && head[1] != '\0') return "utf-16be";
  const Utf8Count count = CountUtf8(bytes);
  return count.faults == 0 || count.wide > 0 ? "utf-8" : "windows-1252";
}

absl::StatusOr<std::string> Convert(absl::string_view bytes, const std::string& encoding) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
      ucnv_open(encoding.c_str(), &error), &ucnv_close);
  if (U_FAILURE(error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--encoding ", encoding, " is not known: utf-8, utf-16le, windows-1252, iso-8859-15"));
  }
  const icu::UnicodeString text(bytes.data(), static_cast<int32_t>(bytes.size()), converter.get(),
                                error);
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

}  // namespace

bool IsUtf8(absl::string_view text) { return CountUtf8(text).faults == 0; }

std::string ReplaceInvalid(absl::string_view text) {
  std::string shown;
  ForEachCharacter(text, [&](int32_t begin, int32_t end, bool valid) {
    absl::StrAppend(&shown, valid ? text.substr(begin, end - begin) : "\xEF\xBF\xBD");
  });
  return shown;
}

absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes, const std::string& encoding) {
  DecodedText decoded;
  decoded.encoding = absl::AsciiStrToLower(encoding);
  if (absl::ConsumePrefix(&bytes, kUtf8Mark)) {
    decoded.marked = true;
    if (encoding.empty()) decoded.encoding = "utf-8";
  } else if (absl::StartsWith(bytes, kUtf16LeMark) || absl::StartsWith(bytes, kUtf16BeMark)) {
    decoded.marked = true;
    if (encoding.empty()) decoded.encoding = bytes[0] == kUtf16LeMark[0] ? "utf-16le" : "utf-16be";
    bytes.remove_prefix(2);
  }
  if (decoded.encoding.empty()) decoded.encoding = GuessEncoding(bytes);
  if (decoded.encoding == "utf-8") {
    decoded.text = std::string(bytes);
    return decoded;
  }
  auto text = Convert(bytes, decoded.encoding);
  if (!text.ok()) return text.status();
  decoded.text = *std::move(text);
  return decoded;
}

}  // namespace probity::cli
