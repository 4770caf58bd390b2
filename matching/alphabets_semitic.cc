// Arabic (with Persian and Urdu letters) and Hebrew.
#include <cstring>

#include "matching/alphabets.h"
#include "matching/letter_table.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

constexpr LetterRow kArabic[] = {
    {U'ا', "a"},      {U'أ', "a"},      {U'إ', "i"},     {U'آ', "a"}, {U'ٱ', "a"},  {U'ب', "b"},
    {U'ت', "t"},      {U'ث', "th"},     {U'ج', "j"},     {U'ح', "h"}, {U'خ', "kh"}, {U'د', "d"},
    {U'ذ', "dh"},     {U'ر', "r"},      {U'ز', "z"},     {U'س', "s"}, {U'ش', "sh"}, {U'ص', "s"},
    {U'ض', "d"},      {U'ط', "t"},      {U'ظ', "z"},     {U'ع', "a"}, {U'غ', "gh"}, {U'ف', "f"},
    {U'ق', "q"},      {U'ك', "k"},      {U'ل', "l"},     {U'م', "m"}, {U'ن', "n"},  {U'ه', "h"},
    {U'ة', "a"},      {U'ى', "a"},      {U'ء', ""},      {U'ؤ', "u"}, {U'ئ', "i"},  {U'پ', "p"},
    {U'چ', "ch"},     {U'ژ', "zh"},     {U'ڤ', "v"},     {U'گ', "g"}, {U'ڭ', "ng"}, {U'ک', "k"},
    {U'ٹ', "t"},      {U'ڈ', "d"},      {U'ڑ', "r"},     {U'ں', "n"}, {U'ھ', "h"},  {U'ہ', "h"},
    {U'ے', "e"},      {U'ۀ', "eh"},     {U'ۆ', "o"},     {U'ە', "e"}, {U'ڕ', "r"},  {U'ڵ', "l"},
    {U'\x064E', "a"}, {U'\x064F', "u"}, {U'\x0650', "i"}};

bool IsWaw(char32_t c) { return c == U'و'; }
bool IsYeh(char32_t c) { return c == U'ي' || c == U'ی'; }
bool IsAlef(char32_t c) { return c == U'ا' || c == U'آ' || c == U'أ' || c == U'إ'; }

// Waw and yeh are consonants at the start and beside an alef, else vowels.
bool IsConsonantHere(const std::u32string& word, size_t i) {
  if (i == 0) return true;
  return i + 1 < word.size() && IsAlef(word[i + 1]);
}

constexpr LetterRow kHebrew[] = {{U'א', "a"},  {U'ב', "b"}, {U'ג', "g"}, {U'ד', "d"},  {U'ה', "h"},
                                 {U'ז', "z"},  {U'ח', "h"}, {U'ט', "t"}, {U'כ', "k"},  {U'ך', "k"},
                                 {U'ל', "l"},  {U'מ', "m"}, {U'ם', "m"}, {U'נ', "n"},  {U'ן', "n"},
                                 {U'ס', "s"},  {U'ע', "a"}, {U'פ', "p"}, {U'ף', "f"},  {U'צ', "ts"},
                                 {U'ץ', "ts"}, {U'ק', "k"}, {U'ר', "r"}, {U'ש', "sh"}, {U'ת', "t"}};

// What a geresh makes of the letter before it; nullptr: nothing.
const char* WithGeresh(char32_t c) {
  switch (c) {
    case U'ג':
      return "j";
    case U'ז':
      return "zh";
    case U'צ':
    case U'ץ':
      return "ch";
    case U'ת':
      return "th";
    default:
      return nullptr;
  }
}

// "th" would be read as one sound where two letters stand: طه is "tah".
void KeepApart(char32_t c, std::string* out) {
  const bool h = c == U'ه' || c == U'ح' || c == U'ה' || c == U'ח';
  constexpr char kOpenDigraph[] = "tskdgzp";
  if (h && !out->empty() && std::strchr(kOpenDigraph, out->back()) != nullptr) out->push_back('a');
}

}  // namespace

std::string ArabicToLatin(const std::u32string& word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (IsWaw(word[i])) {
      out += IsConsonantHere(word, i) ? 'w' : 'u';
    } else if (IsYeh(word[i])) {
      out += IsConsonantHere(word, i) ? 'y' : 'i';
    } else {
      KeepApart(word[i], &out);
      AppendLetter(kArabic, word[i], &out);
    }
  }
  return out;
}

std::string HebrewToLatin(const std::u32string& word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (i + 1 < word.size() && word[i + 1] == kGeresh && WithGeresh(word[i]) != nullptr) {
      out += WithGeresh(word[i++]);
    } else if (word[i] == U'ו') {
      const bool doubled = i + 1 < word.size() && word[i + 1] == U'ו';
      out += i == 0 || doubled ? 'v' : 'o';
      if (doubled) ++i;
    } else if (word[i] == U'י') {
      const bool doubled = i > 0 && i + 1 < word.size() && word[i + 1] == U'י';
      out += i == 0 ? "y" : doubled ? "ay" : "i";
      if (doubled) ++i;
    } else {
      KeepApart(word[i], &out);
      AppendLetter(kHebrew, word[i], &out);
    }
  }
  return out;
}

}  // namespace probity::matching
