// What a score is made of: the comparer fills it, the explanation is written
// from it.
#ifndef PROBITY_MATCHING_PARTS_H_
#define PROBITY_MATCHING_PARTS_H_

#include "matching/align.h"
#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// What the unlinked words of one side weigh, and what is special about them.
struct Left {
  int weight = 0;
  int if_extra = 0;  // loss, in percent of weight, if the other side has no words left
  bool given = false;
  bool number = false;
  bool direction = false;
  bool generation = false;
};

// Everything the score is made of; the explanation is written from it.
struct Parts {
  Kind kind = Kind::kAny;
  Alignment alignment;
  int agreed = 0;     // weight, in 1/1000, that the links hold
  int differing = 0;  // weight, in 1/1000, that the links lack
  int strong_links = 0;
  Left query, candidate;
  int loss = 0;   // of unlinked words, in 1/1000
  int base = 0;   // score before what follows
  int whole = 0;  // what comparing without spaces adds
  int form = 0, number = 0, direction = 0, generation = 0, order = 0, ceiling = 0;
  int raw = 0;    // what the rows add up to
  int score = 0;  // calibrated: see Params::even
};

// What a link is worth: the mean weight of its two sides.
int LinkWeight(const NormalizedName& query, const NormalizedName& candidate, const Link& link);

// The whole comparison.
Parts CompareParts(const Tables& tables, const NormalizedName& query,
                   const NormalizedName& candidate);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_PARTS_H_
