// The first step of every comparison: bytes to words of folded letters, each
// with its script. Nothing here knows what a word means.
#ifndef PROBITY_MATCHING_TEXT_H_
#define PROBITY_MATCHING_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace probity::matching {

enum class Script : uint8_t {
  kDigits,  // digits alone
  kLatin,
  kCyrillic,
  kGreek,
  kArmenian,
  kGeorgian,
  kArabic,
  kHebrew,
  kIndic,  // Devanagari and its sisters
  kThai,
  kHan,
  kKana,
  kHangul,
  kOther,
};

// What stood between a word and the one before it.
enum class Gap : uint8_t {
  kSpace,
  kNone,    // the script changed without a gap, as in "ABC株式会社"
  kDot,     // a dot without a space: "S.A."
  kHyphen,  // a dash, slash or underscore without spaces
  kComma,   // a comma somewhere between
};

struct Word {
  std::u32string letters;  // case folded; Latin without marks, digits as 0-9
  Script script = Script::kOther;
  Gap gap = Gap::kSpace;
};

struct CleanText {
  std::vector<Word> words;
  bool lookalikes = false;  // letters of another script stood in for their doubles
  bool truncated = false;   // longer than kMaxNameBytes or kMaxWords
};

// Longer names are cut at a character boundary: no register has any, and time
// stays bounded.
inline constexpr size_t kMaxNameBytes = 1024;
inline constexpr size_t kMaxWords = 48;
inline constexpr size_t kMaxWordLetters = 64;

// All apostrophes behind a Hebrew letter that they change; elsewhere they go.
inline constexpr char32_t kGeresh = 0x5F3;

// NFKC, full case folding, invisible characters and direction marks dropped,
// "&" and "+" as "and", apostrophes joined, all else that is neither letter nor
// digit a gap. Invalid UTF-8 and unpaired surrogates are gaps. Never fails.
CleanText Clean(absl::string_view name);

// Han, Kana, Hangul and Thai run their words together.
bool IsUnspaced(Script script);

// Appends one code point as UTF-8.
void AppendUtf8(char32_t c, std::string* out);
std::string ToUtf8(const std::u32string& letters);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_TEXT_H_
