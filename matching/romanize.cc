#include "matching/romanize.h"

#include "matching/alphabets.h"
#include "matching/han.h"
#include "matching/icu_latin.h"

namespace probity::matching {
namespace {

std::string Ascii(const std::u32string& letters) {
  std::string out;
  out.reserve(letters.size());
  for (char32_t c : letters) {
    if (c < 0x80) out.push_back(static_cast<char>(c));
  }
  return out;
}

}  // namespace

Reading ReadingOf(Script script) {
  switch (script) {
    case Script::kArabic:
    case Script::kHebrew:
      return Reading::kAbjad;
    case Script::kIndic:
    case Script::kThai:
    case Script::kKana:
    case Script::kHangul:
    case Script::kOther:
      return Reading::kSyllables;
    default:
      return Reading::kLetters;
  }
}

std::string Romanize(const std::u32string& letters, Script script) {
  switch (script) {
    case Script::kDigits:
    case Script::kLatin:
      return Ascii(letters);
    case Script::kCyrillic:
      return CyrillicToLatin(letters);
    case Script::kGreek:
      return GreekToLatin(letters);
    case Script::kArmenian:
      return ArmenianToLatin(letters);
    case Script::kGeorgian:
      return GeorgianToLatin(letters);
    case Script::kArabic:
      return ArabicToLatin(letters);
    case Script::kHebrew:
      return HebrewToLatin(letters);
    case Script::kKana:
      return KanaToLatin(letters);
    case Script::kHangul:
      return HangulToLatin(letters);
    case Script::kHan:
      return HanToLatin(letters);
    case Script::kIndic:
      return IndicToLatin(letters);
    case Script::kThai:
      return ThaiToLatin(letters);
    case Script::kOther:
      return IcuToLatin(letters);
  }
  return "";
}

}  // namespace probity::matching
