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
  uint8_t strong = 0;  // links that identify

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

// What words without a link cost, by their weight.
struct Loss {
  int conflict = 0, extra = 0;  // against words of the other side; beyond them

  Loss(const Agreement& found, bool person) {
    constexpr const matching::Params& p = matching::kParams;
    static_assert(p.conflict > p.extra_word && p.conflict_person > p.extra_single,
                  "a heavier name must not cost less");
    conflict = 10 * (person ? p.conflict_person : p.conflict);
    extra = 10 * (person ? p.extra_person_word : p.extra_word);
    if (person && found.strong <= 1) extra = 10 * p.extra_single;
  }
};

// Weights are those of all words of the two names.
inline Estimated Estimate(const Agreement& found, int query_weight, int candidate_weight,
                          bool person) {
  const Loss loss(found, person);
  const int query_left = std::max(0, query_weight - found.query);
  const int candidate_left = std::max(0, candidate_weight - found.candidate);
  const int less = std::min(query_left, candidate_left);
  const int more = std::max(query_left, candidate_left);
  return {int64_t{found.agreed} / 2, int64_t{found.both} * 500 + int64_t{less} * loss.conflict +
                                         int64_t{more - less} * loss.extra};
}

// The weight of the heaviest name whose estimate reaches `score`, which is
// positive; -1: none does.
inline int HeaviestThatReaches(const Agreement& found, int query_weight, bool person, int score) {
  const Loss loss(found, person);
  const int64_t query_left = std::max(0, query_weight - found.query);
  const int64_t most = int64_t{found.agreed} / 2 * matching::kFullScore / score -
                       int64_t{found.both} * 500 - query_left * loss.extra;
  if (most < 0) return -1;
  const int64_t beside = query_left * (loss.conflict - loss.extra);
  const int64_t left = most <= beside ? most / (loss.conflict - loss.extra)
                                      : query_left + (most - beside) / loss.extra;
  return static_cast<int>(found.candidate + std::max<int64_t>(left, 0));
}

}  // namespace probity::index

#endif  // PROBITY_INDEX_ESTIMATE_H_
