// Which words of two names stand for each other.
#ifndef PROBITY_MATCHING_ALIGN_H_
#define PROBITY_MATCHING_ALIGN_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "matching/name.h"
#include "matching/word_similarity.h"

namespace probity::matching {

// A run of query words linked to a run of candidate words.
struct Link {
  uint8_t query = 0;
  uint8_t query_count = 1;
  uint8_t candidate = 0;
  uint8_t candidate_count = 1;
  int16_t similarity = 0;
  Feature feature = Feature::kNone;
};

struct Alignment {
  absl::InlinedVector<Link, 16> links;  // in order of the query's words
  uint64_t query_left = 0;              // bit i: word i has no link
  uint64_t candidate_left = 0;
};

// Equal words first, then the best remaining pairs, joined words, acronyms.
// Greedy, ties by position, so the same inputs always give the same links.
Alignment Align(const NormalizedName& query, const NormalizedName& candidate, Kind kind);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ALIGN_H_
