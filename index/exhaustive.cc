#include <algorithm>
#include <limits>

#include "index/budget.h"
#include "index/scorer.h"
#include "index/search.h"

namespace probity::index {

SearchResult SearchExhaustively(const matching::Matcher& matcher,
                                absl::Span<const SegmentView> views, const Visibility& visibility,
                                const Query& query) {
  Budget budget(std::numeric_limits<int64_t>::max(), query.cancelled);
  Admission admission(visibility, query);
  Scorer scorer(matcher, query);
  Ranking ranking(query.limit, std::max(query.min_score, kLeastScore));
  for (const SegmentView& view : views) {
    const SegmentTables& tables = view.segment->tables();
    for (uint32_t name = 0; name < tables.names.size() && !budget.is_cancelled(); ++name) {
      if (!admission.Admits(view, tables.names[name].record)) continue;
      ranking.Add(view, name, scorer.Score(tables, name));
      budget.Spend(kCompareCost);
    }
  }
  return {ranking.Hits(), false, budget.is_cancelled(), budget.cost()};
}

}  // namespace probity::index
