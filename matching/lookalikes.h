// Letters of one script that stand in for their doubles in another, by mistake
// or to hide a name: "Аpple" with a Cyrillic А.
#ifndef PROBITY_MATCHING_LOOKALIKES_H_
#define PROBITY_MATCHING_LOOKALIKES_H_

#include <vector>

#include "matching/text.h"

namespace probity::matching {

// Puts each word that mixes Latin with Cyrillic or Greek into the script most
// of its letters have, and a word made only of doubles into the script of the
// other words. True if anything was replaced.
bool ReplaceLookalikes(std::vector<Word>* words);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LOOKALIKES_H_
