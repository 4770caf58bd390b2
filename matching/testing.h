// The shipped matcher for tests, read once.
#ifndef PROBITY_MATCHING_TESTING_H_
#define PROBITY_MATCHING_TESTING_H_

#include "matching/matcher.h"

namespace probity::matching {

inline const Matcher& TestMatcher() {
  static const auto* matcher = new Matcher(Matcher::Load("data").value());
  return *matcher;
}

inline int ScoreOf(absl::string_view query, absl::string_view candidate, Kind kind) {
  const Matcher& matcher = TestMatcher();
  return matcher.Score(matcher.Normalize(query, kind), matcher.Normalize(candidate, kind));
}

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_TESTING_H_
