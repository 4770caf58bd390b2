// Makes a word_rarity table out of the names that a store holds, so that words
// common there weigh little there.
#ifndef PROBITY_MATCHING_LEARN_RARITY_H_
#define PROBITY_MATCHING_LEARN_RARITY_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matching/matcher.h"

namespace probity::matching {

// Counts in how many names of companies each word stands. Not thread-safe;
// memory grows with the words, not with the names.
class RarityLearner {
 public:
  // Fewer names say nothing about rarity.
  static constexpr int64_t kFewestNames = 1000;
  static constexpr size_t kMaxWords = 20000;

  // `matcher` must outlive the learner. Words count as it sees them: in Latin
  // letters, legal forms taken out, translations as one.
  explicit RarityLearner(const Matcher* matcher) : matcher_(*matcher) {}

  // Names of persons are passed over: a common family name still tells persons
  // apart.
  void Add(absl::string_view name, Kind kind);

  int64_t names() const { return names_; }

  // The table in the form of data/word_rarity.csv: the commonest kMaxWords words
  // that stand in four names or more, with weights of 1 to 99. The same names in
  // any order give the same table, and another table gives the matcher another
  // version. FAILED_PRECONDITION for fewer than kFewestNames names.
  absl::StatusOr<std::string> Table() const;

 private:
  const Matcher& matcher_;
  int64_t names_ = 0;
  absl::flat_hash_map<std::string, int64_t> counts_;
};

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LEARN_RARITY_H_
