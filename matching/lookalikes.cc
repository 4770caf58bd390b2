#include "matching/lookalikes.h"

#include <algorithm>
#include <array>

namespace probity::matching {
namespace {

struct Pair {
  char32_t foreign;
  char32_t latin;
};

// Case folded, so doubles of the capitals count as well (В and B).
constexpr Pair kCyrillic[] = {
    {U'а', 'a'}, {U'в', 'b'}, {U'с', 'c'}, {U'е', 'e'}, {U'ё', 'e'}, {U'һ', 'h'}, {U'н', 'h'},
    {U'і', 'i'}, {U'ї', 'i'}, {U'ј', 'j'}, {U'к', 'k'}, {U'м', 'm'}, {U'о', 'o'}, {U'р', 'p'},
    {U'ѕ', 's'}, {U'т', 't'}, {U'у', 'y'}, {U'х', 'x'}, {U'ԁ', 'd'}, {U'ԛ', 'q'}, {U'ԝ', 'w'}};
constexpr Pair kGreek[] = {{U'α', 'a'}, {U'β', 'b'}, {U'ε', 'e'}, {U'η', 'h'}, {U'ι', 'i'},
                           {U'κ', 'k'}, {U'μ', 'm'}, {U'ν', 'v'}, {U'ο', 'o'}, {U'ρ', 'p'},
                           {U'τ', 't'}, {U'υ', 'y'}, {U'χ', 'x'}, {U'ζ', 'z'}};

template <size_t N>
char32_t LatinOf(const Pair (&table)[N], char32_t c) {
  for (const Pair& pair : table) {
    if (pair.foreign == c) return pair.latin;
  }
  return 0;
}

char32_t ToLatin(char32_t c) {
  const char32_t latin = LatinOf(kCyrillic, c);
  return latin != 0 ? latin : LatinOf(kGreek, c);
}

char32_t ToCyrillic(char32_t c) {
  for (const Pair& pair : kCyrillic) {
    if (pair.latin == c) return pair.foreign;
  }
  return 0;
}

bool IsLatinLetter(char32_t c) { return c >= 'a' && c <= 'z'; }
bool IsCyrillicLetter(char32_t c) { return c >= 0x400 && c <= 0x52F; }
bool IsGreekLetter(char32_t c) { return c >= 0x370 && c <= 0x3FF; }

// Changes each letter that has a double; false, and nothing changed, if one
// letter of a script other than the wanted has none.
template <typename Wanted, typename Double>
bool Convert(std::u32string* letters, Wanted wanted, Double twin) {
  std::u32string out = *letters;
  for (char32_t& c : out) {
    if (wanted(c) || (c >= '0' && c <= '9')) continue;
    c = twin(c);
    if (c == 0) return false;
  }
  *letters = std::move(out);
  return true;
}

// Doubles in both cases. The others (В, Н, К, М, Т) stand in too many ordinary
// words, such as "восток", to turn a whole word.
char32_t SureLatin(char32_t c) {
  constexpr absl::string_view kSure = "aceijopsxy";
  const char32_t latin = ToLatin(c);
  return latin < 0x80 && kSure.find(static_cast<char>(latin)) != absl::string_view::npos ? latin
                                                                                         : 0;
}

bool Unmix(Word* word) {
  const auto& letters = word->letters;
  const auto latin = std::count_if(letters.begin(), letters.end(), IsLatinLetter);
  const auto cyrillic = std::count_if(letters.begin(), letters.end(), IsCyrillicLetter);
  const auto greek = std::count_if(letters.begin(), letters.end(), IsGreekLetter);
  if ((latin > 0) + (cyrillic > 0) + (greek > 0) < 2) return false;
  const bool to_latin = latin >= cyrillic;
  if (to_latin && Convert(&word->letters, IsLatinLetter, ToLatin)) {
    word->script = Script::kLatin;
    return true;
  }
  if (Convert(&word->letters, IsCyrillicLetter, ToCyrillic)) {
    word->script = Script::kCyrillic;
    return true;
  }
  if (!Convert(&word->letters, IsLatinLetter, ToLatin)) return false;
  word->script = Script::kLatin;
  return true;
}

}  // namespace

bool ReplaceLookalikes(std::vector<Word>* words) {
  bool replaced = false;
  int latin = 0;
  for (Word& word : *words) {
    if (word.script == Script::kLatin || word.script == Script::kCyrillic ||
        word.script == Script::kGreek) {
      replaced = Unmix(&word) || replaced;
    }
    if (word.script == Script::kLatin && word.letters.size() > 3) ++latin;
  }
  if (latin == 0) return replaced;
  for (Word& word : *words) {
    // Three letters and fewer are more often a legal form: "ООО Apple".
    if (word.script != Script::kCyrillic && word.script != Script::kGreek) continue;
    if (word.letters.size() < 4 || !Convert(&word.letters, IsLatinLetter, SureLatin)) {
      continue;
    }
    word.script = Script::kLatin;
    replaced = true;
  }
  return replaced;
}

}  // namespace probity::matching
