// ICU's transliterators behind three functions. Each thread keeps its own, for
// they are not made to be shared.
#ifndef PROBITY_MATCHING_ICU_LATIN_H_
#define PROBITY_MATCHING_ICU_LATIN_H_

#include <string>

namespace probity::matching {

// Any script to lower-case ASCII letters and digits; what ICU cannot
// transliterate is passed over.
std::string IcuToLatin(const std::u32string& word);

// Indic scripts as English newspapers spell them: च "ch", श "sh", and no "a" at
// the end of a word that only the script needs.
std::string IndicToLatin(const std::u32string& word);

// Traditional to simplified Chinese characters.
std::u32string IcuSimplify(const std::u32string& word);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ICU_LATIN_H_
