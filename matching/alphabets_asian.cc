// Kana, Hangul, Thai.
#include <array>

#include "matching/alphabets.h"
#include "matching/letter_table.h"

namespace probity::matching {
namespace {

// From U+3041 (small a) to U+3096. Small vowels and y-sounds carry a dot in
// front: they join what stands before them.
constexpr const char* kKana[] = {
    ".a", "a",  ".i",  "i",  ".u", "u",   ".e",  "e",   ".o",  "o",  "ka",  "ga", "ki", "gi", "ku",
    "gu", "ke", "ge",  "ko", "go", "sa",  "za",  "shi", "ji",  "su", "zu",  "se", "ze", "so", "zo",
    "ta", "da", "chi", "ji", "!",  "tsu", "zu",  "te",  "de",  "to", "do",  "na", "ni", "nu", "ne",
    "no", "ha", "ba",  "pa", "hi", "bi",  "pi",  "fu",  "bu",  "pu", "he",  "be", "pe", "ho", "bo",
    "po", "ma", "mi",  "mu", "me", "mo",  ".ya", "ya",  ".yu", "yu", ".yo", "yo", "ra", "ri", "ru",
    "re", "ro", ".wa", "wa", "wi", "we",  "o",   "n",   "vu",  "ka", "ke"};

// "shi" + small "yo" is "sho", "ki" + small "yo" is "kyo", "fu" + small "a" is "fa".
void JoinSmall(const char* small, std::string* out) {
  const bool y_sound = small[0] == 'y';
  if (!out->empty() && std::string("iueo").find(out->back()) != std::string::npos) {
    const bool palatal = out->size() > 1 && (*out)[out->size() - 2] == 'h';
    const bool j = out->size() > 1 && (*out)[out->size() - 2] == 'j';
    out->pop_back();
    *out += y_sound && (palatal || j) ? small + 1 : small;
    return;
  }
  *out += small;
}

constexpr std::array<const char*, 19> kInitials = {"g",  "kk", "n", "d",  "tt", "r", "m",
                                                   "b",  "pp", "s", "ss", "",   "j", "jj",
                                                   "ch", "k",  "t", "p",  "h"};
constexpr std::array<const char*, 21> kVowels = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo",
                                                 "ye", "o",  "wa", "wae", "oe", "yo", "u",
                                                 "wo", "we", "wi", "yu",  "eu", "ui", "i"};
constexpr std::array<const char*, 28> kFinals = {"",  "k",  "k", "k", "n", "n", "n", "t", "l", "k",
                                                 "m", "l",  "l", "l", "p", "l", "m", "p", "p", "t",
                                                 "t", "ng", "t", "t", "k", "t", "p", "t"};

constexpr LetterRow kThaiConsonants[] = {
    {U'ก', "k"},  {U'ข', "kh"}, {U'ฃ', "kh"}, {U'ค', "kh"}, {U'ฅ', "kh"}, {U'ฆ', "kh"},
    {U'ง', "ng"}, {U'จ', "ch"}, {U'ฉ', "ch"}, {U'ช', "ch"}, {U'ซ', "s"},  {U'ฌ', "ch"},
    {U'ญ', "y"},  {U'ฎ', "d"},  {U'ฏ', "t"},  {U'ฐ', "th"}, {U'ฑ', "th"}, {U'ฒ', "th"},
    {U'ณ', "n"},  {U'ด', "d"},  {U'ต', "t"},  {U'ถ', "th"}, {U'ท', "th"}, {U'ธ', "th"},
    {U'น', "n"},  {U'บ', "b"},  {U'ป', "p"},  {U'ผ', "ph"}, {U'ฝ', "f"},  {U'พ', "ph"},
    {U'ฟ', "f"},  {U'ภ', "ph"}, {U'ม', "m"},  {U'ย', "y"},  {U'ร', "r"},  {U'ล', "l"},
    {U'ว', "w"},  {U'ศ', "s"},  {U'ษ', "s"},  {U'ส', "s"},  {U'ห', "h"},  {U'ฬ', "l"},
    {U'อ', "o"},  {U'ฮ', "h"},  {U'ฤ', "rue"}};
constexpr LetterRow kThaiVowels[] = {
    {U'ะ', "a"},      {U'\x0E31', "a"},  {U'า', "a"},       {U'ำ', "am"},     {U'\x0E34', "i"},
    {U'\x0E35', "i"}, {U'\x0E36', "ue"}, {U'\x0E37', "ue"}, {U'\x0E38', "u"}, {U'\x0E39', "u"}};
constexpr LetterRow kThaiLeading[] = {
    {U'เ', "e"}, {U'แ', "ae"}, {U'โ', "o"}, {U'ใ', "ai"}, {U'ไ', "ai"}};

constexpr char32_t kThaiSilencer = 0x0E4C;  // the letter before it is not spoken

}  // namespace

std::string KanaToLatin(const std::u32string& word) {
  std::string out;
  bool doubled = false;
  for (char32_t c : word) {
    if (c >= 0x30A1 && c <= 0x30F6) c -= 0x60;  // Katakana to Hiragana
    if (c < 0x80) out.push_back(static_cast<char>(c));
    if (c < 0x3041 || c > 0x3096) continue;
    const char* sound = kKana[c - 0x3041];
    if (sound[0] == '!') {
      doubled = true;
      continue;
    }
    if (doubled && sound[0] != '.') out.push_back(sound[0]);
    doubled = false;
    if (sound[0] == '.') {
      JoinSmall(sound + 1, &out);
    } else {
      out += sound;
    }
  }
  return out;
}

std::string HangulToLatin(const std::u32string& word) {
  std::string out;
  for (char32_t c : word) {
    if (c < 0x80) out.push_back(static_cast<char>(c));
    if (c < 0xAC00 || c > 0xD7A3) continue;
    const uint32_t index = c - 0xAC00;
    out += kInitials[index / 588];
    out += kVowels[index % 588 / 28];
    out += kFinals[index % 28];
  }
  return out;
}

std::string ThaiToLatin(const std::u32string& word) {
  std::string out;
  const char* leading = nullptr;
  for (size_t i = 0; i < word.size(); ++i) {
    if (i + 1 < word.size() && word[i + 1] == kThaiSilencer) continue;
    if (const char* vowel = FindLetter(kThaiLeading, word[i])) {
      leading = vowel;
      continue;
    }
    if (const char* vowel = FindLetter(kThaiVowels, word[i])) {
      // An "o" that only carries the vowel is silent.
      if (!out.empty() && out.back() == 'o' && i > 0 && word[i - 1] == U'อ') out.pop_back();
      out += vowel;
      continue;
    }
    const size_t before = out.size();
    AppendLetter(kThaiConsonants, word[i], &out);
    if (leading != nullptr && out.size() > before) {
      if (word[i] == U'อ') out.pop_back();
      out += leading;
      leading = nullptr;
    }
  }
  return out;
}

}  // namespace probity::matching
