// Han characters: Pinyin for comparison with Latin, simplified characters for
// comparison among themselves.
#ifndef PROBITY_MATCHING_HAN_H_
#define PROBITY_MATCHING_HAN_H_

#include <string>

namespace probity::matching {

// Pinyin without tones, most frequent reading, syllables joined. Each
// character's reading is asked of ICU once in the life of the process.
std::string HanToLatin(const std::u32string& word);

// Traditional characters and Japanese simplified ones to Chinese simplified ones.
std::u32string SimplifyHan(const std::u32string& word);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_HAN_H_
