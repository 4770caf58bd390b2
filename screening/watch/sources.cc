#include "screening/watch/sources.h"

#include <algorithm>

namespace probity::screening {
namespace {

bool IsFor(const v1::RequiredSource& source, v1::Purpose purpose) {
  const auto& purposes = source.purposes();
  return purposes.empty() || std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
}

}  // namespace

SourceStanding StandingOf(const storage::View& view, const policy::Needs& needs,
                          v1::Purpose purpose, DayNumber day) {
  SourceStanding standing;
  for (const v1::RequiredSource& source : needs.required_sources) {
    if (!IsFor(source, purpose)) continue;
    const auto* state = view.FindDataset(storage::BareDatasetId(source.dataset()));
    const bool ages = state != nullptr && source.max_age_days() > 0;
    const DayNumber checked = ages ? DayOfSeconds(state->edition().checked_at().seconds()) : day;
    const DayNumber stale_on = ages ? checked + source.max_age_days() + 1 : kMaxDay;
    if (state == nullptr || stale_on <= day) {
      standing.stale.push_back(source.dataset());
    } else {
      standing.changes_on = std::min(standing.changes_on, stale_on);
    }
  }
  std::sort(standing.stale.begin(), standing.stale.end());
  return standing;
}

}  // namespace probity::screening
