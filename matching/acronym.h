// Acronyms against the words they are made of.
#ifndef PROBITY_MATCHING_ACRONYM_H_
#define PROBITY_MATCHING_ACRONYM_H_

#include <cstdint>
#include <vector>

#include "matching/align.h"
#include "matching/name.h"

namespace probity::matching {

// Looks among the unlinked words of `shorts` for one whose letters are the
// first letters of unlinked neighbours in `longs`, small words counted or not.
// Fills `*link` (query = the acronym's side) and returns true.
bool FindAcronym(const std::vector<Token>& shorts, uint64_t shorts_left,
                 const std::vector<Token>& longs, uint64_t longs_left, Link* link);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ACRONYM_H_
