// Labelled pairs and what a matcher does on them.
#ifndef PROBITY_MATCHING_EVAL_PAIRS_H_
#define PROBITY_MATCHING_EVAL_PAIRS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/matcher.h"

namespace probity::matching {

struct Pair {
  std::string query, candidate;
  std::string query_address, candidate_address;
  std::string query_country, candidate_country;
  Kind kind = Kind::kAny;
  bool match = false;
  bool hard = false;  // no word in common: an alias table's job
  std::string group;  // script, country or class
  std::string reason;
};

struct ScoredPair {
  const Pair* pair = nullptr;
  int score = 0;
};

struct Figures {
  int pairs = 0;
  double f1 = 0, precision = 0, recall = 0, false_alarms = 0;  // at the threshold
  double best_f1 = 0, best_threshold = 0;
  double average_precision = 0;
  double precision_80 = 0, precision_90 = 0;
};

// "company", "person", …, and what lists call them; kAny for all else.
Kind KindNamed(const std::string& name);

// Whether a pair or search belongs to the half that is tuned on; the others are
// held out. By a hash of its text, so the same on every machine.
bool IsTuned(const std::string& text);

// The script that most letters of a name are in: "latin", "han", "digits".
std::string ScriptName(const std::string& text);

// JSON lines with query, candidate, schema, match; or CSV with a header line of
// query, candidate, kind, match and optionally group, reason. INVALID_ARGUMENT
// names file and line.
absl::StatusOr<std::vector<Pair>> ReadPairs(const std::string& path);

// By name, and for sites by address.
int ScorePair(const Matcher& matcher, const Pair& pair);

// The pairs must outlive the result.
std::vector<ScoredPair> ScorePairs(const Matcher& matcher, const std::vector<Pair>& pairs);

Figures Measure(const std::vector<ScoredPair>& pairs);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_EVAL_PAIRS_H_
