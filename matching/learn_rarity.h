// Makes a word_rarity table out of the names that a store holds, so that words
// common there weigh little there.
#ifndef PROBITY_MATCHING_LEARN_RARITY_H_
#define PROBITY_MATCHING_LEARN_RARITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matching/matcher.h"

namespace probity::matching {

// Counts in the names of how many companies each word stands. Not thread-safe;
// memory grows with the words, not with the names.
class RarityLearner {
 public:
  // Fewer companies say nothing about rarity.
  static constexpr int64_t kFewestCompanies = 1000;
  static constexpr size_t kMaxWords = 20000;

  // `matcher` must outlive the learner. Words count as it sees them: in Latin
  // letters, legal forms taken out, translations as one.
  explicit RarityLearner(const Matcher* matcher) : matcher_(*matcher) {}

  // The names of one party: a word counts once, though many of them have it.
  // Names of persons are passed over: a common family name still tells persons
  // apart.
  void Add(const std::vector<std::string>& names, Kind kind);

  int64_t companies() const { return companies_; }

  // The table in the form of data/word_rarity.csv: the commonest kMaxWords words
  // that four companies or more have, with weights of 1 to 99. The same names in
  // any order give the same table, and another table gives the matcher another
  // version. FAILED_PRECONDITION for fewer than kFewestCompanies.
  absl::StatusOr<std::string> Table() const;

 private:
  const Matcher& matcher_;
  int64_t companies_ = 0;
  absl::flat_hash_map<std::string, int64_t> counts_;
};

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LEARN_RARITY_H_
