#include "index/search.h"

#include <algorithm>

#include "index/budget.h"
#include "index/estimate.h"
#include "index/gather.h"
#include "index/lookup.h"
#include "index/plan.h"
#include "index/scorer.h"
#include "index/shortlist.h"

namespace probity::index {
namespace {

// So much may full comparison give over the estimate, which is not calibrated.
constexpr int kMargin = 1500 + matching::kThreshold - matching::kParams.even;
// Names compared in full: this many, and some for each record wanted.
constexpr size_t kShortlist = 44, kShortlistPerRecord = 2;

class Searcher {
 public:
  Searcher(const matching::Matcher& matcher, absl::Span<const SegmentView> views,
           const Visibility& visibility, const Query& query)
      : views_(views),
        budget_(query.cost_limit > 0 ? query.cost_limit : kDefaultCost, query.cancelled),
        plan_(MakePlan(query.name, std::max(query.min_score, kTailScore))),
        admission_(visibility, query),
        scorer_(matcher, query),
        shortlist_(views, kShortlist + kShortlistPerRecord * query.limit),
        ranking_(query.limit, std::max(query.min_score, kLeastScore)) {}

  SearchResult Run() {
    thread_local Gatherer gatherer;
    Lookup lookup(plan_, &budget_);
    for (uint32_t view = 0; view < views_.size() && budget_.Spend(1); ++view) {
      const SegmentTables& tables = views_[view].segment->tables();
      gatherer.Run(tables, plan_, lookup.ListsOf(tables), Least(), &budget_,
                   [&](uint32_t name, const Agreement& found) {
                     Consider(view, name, found);
                     return Least();
                   });
    }
    const bool incomplete = budget_.exhausted();
    Compare();
    return {ranking_.Hits(), incomplete, budget_.is_cancelled(), budget_.cost()};
  }

 private:
  // What an estimate must reach to change anything.
  int Least() const {
    return std::max(ranking_.least() - kMargin, shortlist_.least() - scorer_.most_lift());
  }

  // Puts a name on the shortlist if it may be among the best.
  void Consider(uint32_t view, uint32_t name, const Agreement& found) {
    const SegmentTables& tables = views_[view].segment->tables();
    const uint16_t packed = tables.name_weights[name];
    const int weight = packed & ~kPersonBit;
    const uint32_t letters = plan_.initials & ~found.words;
    const bool person = plan_.IsPerson((packed & kPersonBit) != 0);
    const Estimated most = Estimate(letters == 0 ? found : WithLetters(found, letters, weight),
                                    plan_.weight, weight, person);
    if (!most.Reaches(Least())) return;
    budget_.Spend(kNameCost);
    const uint32_t record = tables.names[name].record;
    if (!admission_.Admits(views_[view], record)) return;
    const StoredName stored = tables.ReadStoredName(name);
    const Estimated exact = letters == 0 ? most
                                         : Estimate(WithStanding(tables, stored, found, letters),
                                                    plan_.weight, weight, person);
    const int estimate = scorer_.WithFacts(tables, record, stored.weak, exact.score());
    shortlist_.Offer({estimate, view, name});
  }

  // As if each single letter of the query stood for some word of the name.
  Agreement WithLetters(Agreement found, uint32_t letters, int weight) const {
    for (size_t bit = 0; bit < plan_.bit_weights.size(); ++bit) {
      if ((letters >> bit & 1) == 0) continue;
      LinkLetter(bit, std::max(0, std::min(100, weight - found.candidate)), &found);
    }
    return found;
  }

  // With the single letters that stand for a word which begins so.
  Agreement WithStanding(const SegmentTables& tables, const StoredName& stored, Agreement found,
                         uint32_t letters) {
    budget_.Spend(kWordCost);
    ByteReader words = stored.word_reader;
    for (size_t i = 0; i < stored.words; ++i) {
      const uint32_t word = words.Varint() >> 2;
      const absl::string_view text = tables.TextOf(word);
      for (size_t bit = 0; bit < plan_.bit_weights.size() && text.size() > 1; ++bit) {
        if ((letters >> bit & 1) == 0 || plan_.bit_letters[bit] != text[0]) continue;
        LinkLetter(bit, tables.WeightOf(word), &found);
        letters &= ~(uint32_t{1} << bit);
        break;
      }
    }
    return found;
  }

  void LinkLetter(size_t bit, int weight, Agreement* found) const {
    found->Link(uint32_t{1} << bit, plan_.bit_weights[bit], weight, matching::kParams.initial);
  }

  // The words of all names at once, since they stand anywhere.
  void Fetch(const std::vector<Candidate>& candidates) const {
    std::vector<uint32_t> names;
    for (uint32_t view = 0; view < views_.size(); ++view) {
      names.clear();
      for (const Candidate& candidate : candidates) {
        if (candidate.view == view) names.push_back(candidate.name);
      }
      views_[view].segment->tables().PrefetchNames(names);
    }
  }

  void Compare() {
    const std::vector<Candidate> candidates = shortlist_.Take();
    Fetch(candidates);
    for (const Candidate& candidate : candidates) {
      if (candidate.estimate + kMargin < ranking_.least()) return;
      if (budget_.is_cancelled()) return;
      budget_.Spend(kCompareCost);
      const SegmentView& view = views_[candidate.view];
      ranking_.Add(view, candidate.name, scorer_.Score(view.segment->tables(), candidate.name));
    }
  }

  const absl::Span<const SegmentView> views_;
  Budget budget_;
  const Plan plan_;
  Admission admission_;
  Scorer scorer_;
  Shortlist shortlist_;
  Ranking ranking_;
};

}  // namespace

SearchResult Search(const matching::Matcher& matcher, absl::Span<const SegmentView> views,
                    const Visibility& visibility, const Query& query) {
  if (query.name.tokens.empty() || query.limit == 0) return {};
  return Searcher(matcher, views, visibility, query).Run();
}

}  // namespace probity::index
