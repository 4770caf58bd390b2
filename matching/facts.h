// What is known beside a name, and what it does to the score of the names.
// A fact that one side lacks never counts.
#ifndef PROBITY_MATCHING_FACTS_H_
#define PROBITY_MATCHING_FACTS_H_

#include <string>
#include <vector>

#include "matching/compare.h"
#include "matching/name.h"

namespace probity::matching {

// A date of birth or founding, as exactly as it is known; 0: not known.
struct PartialDate {
  int year = 0, month = 0, day = 0;
};

struct Facts {
  std::vector<std::string> countries;  // ISO 3166-1 alpha-2, upper case
  PartialDate date;
  Kind kind = Kind::kAny;
  NormalizedName address;   // Normalize(text, Kind::kAddress); no tokens: not known
  bool weak_alias = false;  // the list itself calls the name weak
};

// `score` of two names, corrected by the facts; appends a row for each fact that
// changed it unless `rows` is nullptr. 0..10,000.
int ApplyFacts(const Tables& tables, int score, const Facts& query, const Facts& candidate,
               std::vector<Row>* rows);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_FACTS_H_
