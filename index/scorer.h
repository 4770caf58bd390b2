// Stored names against one query: who is admitted, how alike they are, who is best.
#ifndef PROBITY_INDEX_SCORER_H_
#define PROBITY_INDEX_SCORER_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/search.h"
#include "matching/params.h"

namespace probity::index {

// Whether a record may be an answer: visible, and past the filters. What it found
// last is remembered, since names of a record stand together.
class Admission {
 public:
  // All borrowed.
  Admission(const Visibility& visibility, const Query& query)
      : visibility_(visibility), query_(query) {}

  // Of record `record` of `view`.
  bool Admits(const SegmentView& view, uint32_t record);

 private:
  bool Decide(const SegmentView& view, uint32_t record);
  bool PassesFilters(const SegmentTables& tables, uint32_t record);

  const Visibility& visibility_;
  const Query& query_;
  const SegmentView* last_view_ = nullptr;
  uint32_t last_record_ = 0;
  bool last_ = false;
  matching::Facts facts_;
};

// The exact score of a stored name, facts included.
class Scorer {
 public:
  Scorer(const matching::Matcher& matcher, const Query& query) : matcher_(matcher), query_(query) {}

  int Score(const SegmentTables& tables, uint32_t name);
  // What facts that agree may add to a score.
  int most_lift() const {
    const bool may_agree = !query_.facts.countries.empty() || query_.facts.date.year != 0;
    return may_agree ? matching::kParams.country_agrees + matching::kParams.date_agrees : 0;
  }
  // `score` of the names alone, corrected by what else is known of the two.
  int WithFacts(const SegmentTables& tables, uint32_t record, bool weak, int score);

 private:
  const matching::Matcher& matcher_;
  const Query& query_;
  matching::NormalizedName name_;
  matching::Facts facts_;
};

// Keeps the best `limit` records, each by its best name.
class Ranking {
 public:
  Ranking(size_t limit, int min_score) : limit_(limit), min_score_(min_score) {}

  // What a score must reach to change anything.
  int least() const {
    return top_.size() < limit_ || top_.empty() ? min_score_
                                                : std::max(min_score_, top_.back().score);
  }

  void Add(const SegmentView& view, uint32_t name, int score);

  std::vector<Hit> Hits() const;

 private:
  struct Entry {
    int score;
    uint32_t dataset;
    absl::string_view key;
    uint8_t ordinal;
  };
  static bool Before(const Entry& a, const Entry& b);

  const size_t limit_;
  const int min_score_;
  std::vector<Entry> top_;  // best first
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_SCORER_H_
