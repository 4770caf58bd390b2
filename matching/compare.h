// One score for two names, and why.
#ifndef PROBITY_MATCHING_COMPARE_H_
#define PROBITY_MATCHING_COMPARE_H_

#include <string>
#include <vector>

#include "matching/align.h"
#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// One line of an explanation. The contributions of all lines sum to the score.
struct Row {
  Feature feature = Feature::kNone;
  int contribution = 0;  // 1/10,000; negative where it costs
  std::string query;
  std::string candidate;
};

// 0..10,000, symmetric but for ties between equal words. Does not allocate for
// names of ordinary length.
int Score(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate);

// The same score with one row a feature.
int Explain(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate,
            std::vector<Row>* rows);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_COMPARE_H_
