// Cyrillic, Greek, Armenian, Georgian.
#include "matching/alphabets.h"
#include "matching/letter_table.h"

namespace probity::matching {
namespace {

constexpr LetterRow kCyrillic[] = {
    {U'а', "a"},  {U'б', "b"},  {U'в', "v"},    {U'г', "g"},  {U'д', "d"},  {U'е', "e"},
    {U'ё', "e"},  {U'ж', "zh"}, {U'з', "z"},    {U'и', "i"},  {U'й', "y"},  {U'к', "k"},
    {U'л', "l"},  {U'м', "m"},  {U'н', "n"},    {U'о', "o"},  {U'п', "p"},  {U'р', "r"},
    {U'с', "s"},  {U'т', "t"},  {U'у', "u"},    {U'ф', "f"},  {U'х', "kh"}, {U'ц', "ts"},
    {U'ч', "ch"}, {U'ш', "sh"}, {U'щ', "shch"}, {U'ъ', ""},   {U'ы', "y"},  {U'ь', ""},
    {U'э', "e"},  {U'ю', "yu"}, {U'я', "ya"},   {U'і', "i"},  {U'ї', "yi"}, {U'є', "ye"},
    {U'ґ', "g"},  {U'ў', "u"},  {U'ђ', "dj"},   {U'ј', "j"},  {U'љ', "lj"}, {U'њ', "nj"},
    {U'ћ', "c"},  {U'џ', "dz"}, {U'ѓ', "gj"},   {U'ќ', "kj"}, {U'ѕ', "dz"}, {U'ә', "a"},
    {U'ғ', "g"},  {U'қ', "k"},  {U'ң', "ng"},   {U'ө', "o"},  {U'ұ', "u"},  {U'ү', "u"},
    {U'һ', "h"},  {U'ҷ', "j"},  {U'ҳ', "h"},    {U'ӣ', "i"},  {U'ӯ', "u"},  {U'ѐ', "e"},
    {U'ѝ', "i"},  {U'ҙ', "z"},  {U'ҡ', "k"},    {U'ҫ', "s"},  {U'җ', "j"},  {U'ӑ', "a"},
    {U'ӗ', "e"},  {U'ӧ', "o"},  {U'ӱ', "u"}};

bool LooksUkrainian(const std::u32string& word) {
  return word.find_first_of(U"іїєґ") != std::u32string::npos;
}

constexpr LetterRow kGreek[] = {{U'α', "a"}, {U'β', "v"}, {U'γ', "g"},  {U'δ', "d"},  {U'ε', "e"},
                                {U'ζ', "z"}, {U'η', "i"}, {U'θ', "th"}, {U'ι', "i"},  {U'κ', "k"},
                                {U'λ', "l"}, {U'μ', "m"}, {U'ν', "n"},  {U'ξ', "x"},  {U'ο', "o"},
                                {U'π', "p"}, {U'ρ', "r"}, {U'σ', "s"},  {U'ς', "s"},  {U'τ', "t"},
                                {U'υ', "y"}, {U'φ', "f"}, {U'χ', "ch"}, {U'ψ', "ps"}, {U'ω', "o"}};

struct Digraph {
  char32_t first;
  char32_t second;
  const char* latin;
};

constexpr Digraph kGreekPairs[] = {{U'ο', U'υ', "ou"}, {U'γ', U'γ', "ng"}, {U'γ', U'χ', "nch"},
                                   {U'α', U'υ', "av"}, {U'ε', U'υ', "ev"}, {U'τ', U'ζ', "tz"}};
// At the start of a word these are one stop.
constexpr Digraph kGreekFirst[] = {
    {U'μ', U'π', "b"}, {U'ν', U'τ', "d"}, {U'γ', U'κ', "g"}, {U'γ', U'ι', "gi"}};

template <size_t N>
const char* FindPair(const Digraph (&table)[N], char32_t first, char32_t second) {
  for (const Digraph& row : table) {
    if (row.first == first && row.second == second) return row.latin;
  }
  return nullptr;
}

constexpr LetterRow kArmenian[] = {
    {U'ա', "a"}, {U'բ', "b"},  {U'գ', "g"},  {U'դ', "d"},  {U'ե', "e"},  {U'զ', "z"},  {U'է', "e"},
    {U'ը', "y"}, {U'թ', "t"},  {U'ժ', "zh"}, {U'ի', "i"},  {U'լ', "l"},  {U'խ', "kh"}, {U'ծ', "ts"},
    {U'կ', "k"}, {U'հ', "h"},  {U'ձ', "dz"}, {U'ղ', "gh"}, {U'ճ', "ch"}, {U'մ', "m"},  {U'յ', "y"},
    {U'ն', "n"}, {U'շ', "sh"}, {U'ո', "o"},  {U'չ', "ch"}, {U'պ', "p"},  {U'ջ', "j"},  {U'ռ', "r"},
    {U'ս', "s"}, {U'վ', "v"},  {U'տ', "t"},  {U'ր', "r"},  {U'ց', "ts"}, {U'ւ', "v"},  {U'փ', "p"},
    {U'ք', "k"}, {U'օ', "o"},  {U'ֆ', "f"},  {U'և', "ev"}};

constexpr LetterRow kGeorgian[] = {
    {U'ა', "a"},  {U'ბ', "b"},  {U'გ', "g"},  {U'დ', "d"},  {U'ე', "e"},  {U'ვ', "v"},
    {U'ზ', "z"},  {U'თ', "t"},  {U'ი', "i"},  {U'კ', "k"},  {U'ლ', "l"},  {U'მ', "m"},
    {U'ნ', "n"},  {U'ო', "o"},  {U'პ', "p"},  {U'ჟ', "zh"}, {U'რ', "r"},  {U'ს', "s"},
    {U'ტ', "t"},  {U'უ', "u"},  {U'ფ', "p"},  {U'ქ', "k"},  {U'ღ', "gh"}, {U'ყ', "q"},
    {U'შ', "sh"}, {U'ჩ', "ch"}, {U'ც', "ts"}, {U'ძ', "dz"}, {U'წ', "ts"}, {U'ჭ', "ch"},
    {U'ხ', "kh"}, {U'ჯ', "j"},  {U'ჰ', "h"}};

}  // namespace

std::string CyrillicToLatin(const std::u32string& word) {
  const bool ukrainian = LooksUkrainian(word);
  std::string out;
  out.reserve(word.size() + 4);
  for (char32_t c : word) {
    if (ukrainian && c == U'г') {
      out += 'h';
    } else if (ukrainian && c == U'и') {
      out += 'y';
    } else {
      AppendLetter(kCyrillic, c, &out);
    }
  }
  return out;
}

std::string GreekToLatin(const std::u32string& word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    const char32_t next = i + 1 < word.size() ? word[i + 1] : 0;
    const char* pair = i == 0 ? FindPair(kGreekFirst, word[i], next) : nullptr;
    if (pair == nullptr) pair = FindPair(kGreekPairs, word[i], next);
    if (pair != nullptr) {
      out += pair;
      ++i;
    } else {
      AppendLetter(kGreek, word[i], &out);
    }
  }
  return out;
}

// "ու" is one vowel, and "և" folds to two letters.
std::string ArmenianToLatin(const std::u32string& word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    const char32_t next = i + 1 < word.size() ? word[i + 1] : 0;
    if (word[i] == U'ո' && next == U'ւ') {
      out += 'u';
      ++i;
    } else if (word[i] == U'ո' && i == 0) {
      out += "vo";
    } else if (word[i] == U'ե' && i == 0 && next != U'ւ') {
      out += "ye";
    } else {
      AppendLetter(kArmenian, word[i], &out);
    }
  }
  return out;
}

// Case folding may leave the capitals of 2018; they stand at a fixed distance.
std::string GeorgianToLatin(const std::u32string& word) {
  std::string out;
  for (char32_t c : word) {
    if (c >= 0x1C90 && c <= 0x1CBF) c = c - 0x1C90 + 0x10D0;
    AppendLetter(kGeorgian, c, &out);
  }
  return out;
}

}  // namespace probity::matching
