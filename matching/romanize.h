// Words of any script to Latin letters, as passports, customs papers and the
// press spell them rather than as libraries do: щ is "shch", χ is "ch".
#ifndef PROBITY_MATCHING_ROMANIZE_H_
#define PROBITY_MATCHING_ROMANIZE_H_

#include <string>

#include "matching/text.h"

namespace probity::matching {

// How much a romanised word tells about its vowels, from most to least.
enum class Reading : uint8_t {
  kLetters,    // an alphabet
  kSyllables,  // Kana, Hangul, Indic, Thai: sounds that a foreign word only resembles
  kAbjad,      // Arabic, Hebrew: short vowels are not written
};

Reading ReadingOf(Script script);

// Lower-case ASCII letters and digits; empty when no letter is known. Scripts
// without a table of the project go through ICU's transliterator to Latin.
std::string Romanize(const std::u32string& letters, Script script);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ROMANIZE_H_
