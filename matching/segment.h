// Words to raw tokens: compounds of scripts without spaces cut at known words,
// Arabic articles split off, everything in Latin letters.
#ifndef PROBITY_MATCHING_SEGMENT_H_
#define PROBITY_MATCHING_SEGMENT_H_

#include <vector>

#include "matching/name.h"
#include "matching/tables.h"
#include "matching/text.h"

namespace probity::matching {

// Tokens with text, native, reading and joined set. `native` is set for
// every script but Latin, so that tables can be asked by it.
std::vector<Token> Segment(const Tables& tables, const CleanText& clean, Kind kind);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_SEGMENT_H_
