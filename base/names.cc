#include "base/names.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

namespace probity {
namespace {

constexpr size_t kMaxNameBytes = 1000;

// Letters that carry a mark inside and so do not decompose.
const char* Undecomposable(UChar32 c) {
  switch (c) {
    case 0x00E6:
      return "ae";
    case 0x00F8:
      return "o";
    case 0x0111:
      return "d";
    case 0x0131:
      return "i";
    case 0x0142:
      return "l";
    case 0x0153:
      return "oe";
    default:
      return nullptr;
  }
}

bool IsLatin(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(c, &error) == USCRIPT_LATIN;
}

// Cuts at a character boundary.
absl::string_view Prefix(absl::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

void AppendSpace(std::string* out) {
  if (!out->empty() && out->back() != ' ') out->push_back(' ');
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// The same as FoldUnicode for the many names that are plain ASCII.
std::string FoldAscii(absl::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (char c : name) {
    if (c == '&') {
      AppendSpace(&out);
      out += "and ";
    } else if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out.push_back(c);
    } else {
      AppendSpace(&out);
    }
  }
  return out;
}

std::string FoldUnicode(absl::string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return FoldAscii(name);
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  icu::UnicodeString parts = nfd->normalize(casefold->normalize(text, error), error);

  icu::UnicodeString kept;
  bool after_latin = false;
  for (int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
    const UChar32 c = parts.char32At(i);
    const int8_t type = u_charType(c);
    const bool mark = type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
    if (mark) {
      if (!after_latin) kept.append(c);  // vowel signs belong to other scripts' words
      continue;
    }
    after_latin = IsLatin(c);
    if (const char* ascii = Undecomposable(c)) {
      kept.append(icu::UnicodeString(ascii, -1, US_INV));
    } else if (c == '&') {
      kept.append(icu::UnicodeString(" and ", -1, US_INV));
    } else if (u_isalnum(c)) {
      kept.append(c);
    } else {
      kept.append(static_cast<UChar32>(' '));
    }
  }
  std::string utf8, out;
  nfc->normalize(kept, error).toUTF8String(utf8);
  for (char c : utf8) {
    if (c == ' ') {
      AppendSpace(&out);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string FoldName(absl::string_view name) {
  name = Prefix(name, kMaxNameBytes);
  std::string folded = IsAscii(name) ? FoldAscii(name) : FoldUnicode(name);
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

}  // namespace probity
