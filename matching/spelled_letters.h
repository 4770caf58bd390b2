// Latin letters that another script spells as they are spoken: "ซีพี" is CP,
// "엘지" is LG, "エヌ" is N.
#ifndef PROBITY_MATCHING_SPELLED_LETTERS_H_
#define PROBITY_MATCHING_SPELLED_LETTERS_H_

#include <string>

#include "matching/text.h"

namespace probity::matching {

struct SpelledLetters {
  std::string latin;  // "cp"; empty where `word` does not begin with two letters
  size_t size = 0;    // letters of the word that spell it
};

// What `word` begins with. Thai, Hangul and Kana alone; in Hangul one of the
// names must be surely a letter's, for others are syllables of any word.
SpelledLetters FindSpelledLetters(const std::u32string& word, Script script);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_SPELLED_LETTERS_H_
