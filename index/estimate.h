// The score of two names as far as it follows from which words agree. It is
// what full comparison computes, less what only whole names tell.
#ifndef PROBITY_INDEX_ESTIMATE_H_
#define PROBITY_INDEX_ESTIMATE_H_

#include <algorithm>
#include <cstdint>

#include "matching/params.h"

namespace probity::index {

// A link this heavy identifies.
inline constexpr int kStrongWeight = 60;

// What is known of the links between the query and one stored name.
struct Agreement {
  uint32_t words = 0;   // of the query that have a link, as bits
  uint32_t agreed = 0;  // sum of similarity (1000 = equal) times weight of both sides
  uint16_t both = 0;    // sum of the weights of both sides
  uint16_t query = 0;   // sum of the weights of linked words
  uint16_t candidate = 0;
  uint8_t strong = 0;      // links that identify
  bool essential = false;  // found by a word that finds names

  void Link(uint32_t cover, int query_weight, int candidate_weight, int similarity) {
    words |= cover;
    const int weight = query_weight + candidate_weight;
    agreed += static_cast<uint32_t>(weight * similarity);
    both = static_cast<uint16_t>(both + weight);
    query = static_cast<uint16_t>(query + query_weight);
    candidate = static_cast<uint16_t>(candidate + candidate_weight);
    strong = static_cast<uint8_t>(strong + (weight >= 2 * kStrongWeight ? 1 : 0));
  }
};

// The estimated score as a fraction, since most names need no more than to be
// told too low, which takes no division.
struct Estimated {
  int64_t agreed = 0, all = 0;

  bool Reaches(int score) const { return agreed * matching::kFullScore >= all * score; }
  int score() const { return all == 0 ? 0 : static_cast<int>(agreed * matching::kFullScore / all); }
};

// Weights are those of all words of the two names.
inline Estimated Estimate(const Agreement& found, int query_weight, int candidate_weight,
                          bool person) {
  constexpr const matching::Params& p = matching::kParams;
  const int query_left = std::max(0, query_weight - found.query);
  const int candidate_left = std::max(0, candidate_weight - found.candidate);
  const int less = std::min(query_left, candidate_left);
  const int more = std::max(query_left, candidate_left);
  int extra = person ? p.extra_person_word : p.extra_word;
  if (person && found.strong <= 1) extra = p.extra_single;
  const int conflict = person ? p.conflict_person : p.conflict;
  const int64_t loss = int64_t{less} * conflict * 10 + int64_t{more - less} * extra * 10;
  return {int64_t{found.agreed} / 2, int64_t{found.both} * 500 + loss};
}

}  // namespace probity::index

#endif  // PROBITY_INDEX_ESTIMATE_H_
