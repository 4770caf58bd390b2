// Letter tables of the scripts whose customary spelling in Latin letters is
// settled letter by letter. All take case-folded words and return lower-case
// ASCII; letters outside the table are passed over.
#ifndef PROBITY_MATCHING_ALPHABETS_H_
#define PROBITY_MATCHING_ALPHABETS_H_

#include <string>

namespace probity::matching {

// Russian, and Ukrainian, Belarusian, Serbian, Macedonian, Kazakh where their
// own letters show the language. г is "h" in Ukrainian words.
std::string CyrillicToLatin(const std::u32string& word);
std::string GreekToLatin(const std::u32string& word);
std::string ArmenianToLatin(const std::u32string& word);
std::string GeorgianToLatin(const std::u32string& word);

// Arabic, Persian, Urdu: consonants and long vowels; the article "ال" becomes
// "al".
std::string ArabicToLatin(const std::u32string& word);
std::string HebrewToLatin(const std::u32string& word);

// Hepburn, long vowels short.
std::string KanaToLatin(const std::u32string& word);
// Revised Romanisation, syllable by syllable.
std::string HangulToLatin(const std::u32string& word);
// Royal Thai General System, near enough: tones dropped, leading vowels put
// behind their consonant.
std::string ThaiToLatin(const std::u32string& word);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ALPHABETS_H_
