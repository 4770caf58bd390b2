#include "screening/watch/goods_dates.h"

#include "probity/v1/record.pb.h"
#include "screening/facts.h"

namespace probity::screening {

void AddRowDates(const storage::v1::RecordRow& row, policy::DaySpans* dates) {
  for (const storage::v1::TimelineSegment& segment : row.segments()) {
    if (!segment.undated()) dates->emplace(segment.from_day(), segment.from_day());
    if (segment.has_to_day()) dates->emplace(segment.to_day(), segment.to_day());
  }
  policy::AddDates(row, dates);
}

absl::Status GoodsDates::Add(const storage::View& view, policy::DaySpans* dates) const {
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    if (!Holds(state, {v1::Record::kCommodityRiskFieldNumber})) continue;
    auto of = Of(view, state);
    if (!of.ok()) return of.status();
    dates->insert((*of)->begin(), (*of)->end());
  }
  return absl::OkStatus();
}

absl::StatusOr<GoodsDates::Dates> GoodsDates::Of(const storage::View& view,
                                                 const storage::v1::DatasetState& state) const {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = known_.find(state.number());
    if (known != known_.end() && known->second.first == state.version()) {
      return known->second.second;
    }
  }
  auto lines = goods_.LinesOf(view, state);
  if (!lines.ok()) return lines.status();
  auto dates = std::make_shared<policy::DaySpans>();
  for (const GoodsLine& line : **lines) AddRowDates(line.row, dates.get());
  absl::MutexLock lock(&mutex_);
  known_[state.number()] = {state.version(), dates};
  return dates;
}

}  // namespace probity::screening
