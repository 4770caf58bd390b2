// Kana, Hangul, Thai.
#include <array>
#include <string_view>

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
constexpr LetterRow kThaiVowels[] = {{U'ะ', "a"},       {U'\x0E31', "a"}, {U'า', "a"},
                                     {U'\x0E34', "i"},  {U'\x0E35', "i"}, {U'\x0E36', "ue"},
                                     {U'\x0E37', "ue"}, {U'\x0E38', "u"}, {U'\x0E39', "u"}};
constexpr LetterRow kThaiLeading[] = {
    {U'เ', "e"}, {U'แ', "ae"}, {U'โ', "o"}, {U'ใ', "ai"}, {U'ไ', "ai"}};

constexpr char32_t kThaiSilencer = 0x0E4C;  // the letter before it is not spoken

constexpr char32_t kThaiNasal = 0x0E4D;

class ThaiReader {
 public:
  explicit ThaiReader(const std::u32string& word) : word_(word) {}

  std::string Run() {
    for (at_ = 0; at_ < word_.size(); ++at_) {
      if (Silent() || TakeAm()) continue;
      if (const char* vowel = FindLetter(kThaiLeading, word_[at_])) {
        leading_ = vowel;
      } else if (const char* vowel = FindLetter(kThaiVowels, word_[at_])) {
        AddVowel(vowel);
      } else {
        AddConsonant();
      }
    }
    return std::move(out_);
  }

 private:
  char32_t Letter(size_t i) const { return i < word_.size() ? word_[i] : 0; }

  bool VowelFollows() const { return IsVowel(Letter(at_ + 1)) || Letter(at_ + 1) == kThaiNasal; }

  // The silencer silences a letter and its vowel, "ดิ์"; and "ทร์", "ตร์", "ษณ์"
  // whole. An "h" in front of these letters only sets their tone.
  bool Silent() const {
    const char32_t one = Letter(at_ + 1), two = Letter(at_ + 2);
    if (one == kThaiSilencer) return !Borrowed();
    if (two == kThaiSilencer) {
      if (VowelFollows()) return true;
      if ((one == U'ร' || one == U'ณ') && at_ > 1) return Is(word_[at_], U"ตทษ");
    }
    return word_[at_] == U'ห' && Is(one, U"งญนมยรลว");
  }

  // Foreign words keep in Latin letters what Thai silences: "คอร์ป" is "corp",
  // "เมนต์" "ment", "ฟูดส์" "foods".
  bool Borrowed() const {
    const char32_t letter = word_[at_], before = at_ > 0 ? word_[at_ - 1] : 0;
    if (letter == U'ส') return true;
    if (Is(letter, U"ดตทฟ")) return Is(before, U"นล");
    return Is(letter, U"รล") && (before == U'อ' || before == U'ย' || IsVowel(before));
  }

  static bool IsVowel(char32_t letter) { return FindLetter(kThaiVowels, letter) != nullptr; }

  static bool Is(char32_t letter, std::u32string_view letters) {
    return letters.find(letter) != std::u32string_view::npos;
  }

  // "ำ", which comes in two pieces: the sign above and "า".
  bool TakeAm() {
    if (word_[at_] != kThaiNasal || Letter(at_ + 1) != U'า') return false;
    out_ += "am";
    ++at_;
    return true;
  }

  void AddVowel(const char* vowel) {
    const bool written = at_ > 0 && !out_.empty();
    // An "o" that only carries the vowel is silent.
    if (written && out_.back() == 'o' && word_[at_ - 1] == U'อ') out_.pop_back();
    // "เ" in front and "า" behind are one vowel.
    if (written && word_[at_] == U'า' && at_ > 1 && word_[at_ - 2] == U'เ') {
      out_.pop_back();
      vowel = "ao";
    }
    out_ += vowel;
  }

  void AddConsonant() {
    const char32_t letter = word_[at_];
    const size_t before = out_.size();
    if (letter == U'ร' && Letter(at_ + 1) == U'ร') {  // "รร" is a vowel
      ++at_;
      const bool closed = at_ + 1 < word_.size() && !IsVowel(Letter(at_ + 2));
      out_ += closed ? "a" : "an";
    } else if (letter == U'อ' && at_ > 1 && word_[at_ - 2] == U'เ' && !VowelFollows()) {
      // "เ" in front and "อ" behind are one vowel: "เจอร์" is "cher".
    } else if (letter == U'ญ' && !VowelFollows() && leading_ == nullptr) {
      out_ += "n";
    } else {
      AppendLetter(kThaiConsonants, letter, &out_);
    }
    if (leading_ == nullptr || out_.size() == before) return;
    if (letter == U'อ') out_.pop_back();
    out_ += leading_;
    leading_ = nullptr;
  }

  const std::u32string& word_;
  size_t at_ = 0;
  std::string out_;
  const char* leading_ = nullptr;  // a vowel that is written before its consonant
};

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

std::string ThaiToLatin(const std::u32string& word) { return ThaiReader(word).Run(); }

}  // namespace probity::matching
