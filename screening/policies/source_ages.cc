#include "screening/policies/source_ages.h"

#include <algorithm>

#include "base/civil_day.h"

namespace probity::screening {
namespace {

// 0 lets a list be of any age.
int32_t Stricter(int32_t one, int32_t other) {
  if (one == 0 || other == 0) return std::max(one, other);
  return std::min(one, other);
}

SourceAge AgeOf(const storage::v1::DatasetState& state, int32_t max_age_days, absl::Time now) {
  SourceAge source;
  source.dataset = state.dataset().name();
  source.loaded = true;
  source.max_age_days = max_age_days;
  if (!state.edition().has_checked_at()) {
    source.stale = max_age_days > 0;
    return source;
  }
  const int64_t checked = state.edition().checked_at().seconds();
  source.age = std::max(absl::ZeroDuration(), now - absl::FromUnixSeconds(checked));
  const DayNumber today = DayOfSeconds(absl::ToUnixSeconds(now));
  source.stale = max_age_days > 0 && DayOfSeconds(checked) + max_age_days < today;
  return source;
}

}  // namespace

std::map<std::string, int32_t> AgeLimits(const std::vector<PolicyPtr>& policies) {
  std::map<std::string, int32_t> limits;
  for (const PolicyPtr& policy : policies) {
    for (const v1::RequiredSource& source : policy->needs().required_sources) {
      const auto [at, is_new] = limits.emplace(source.dataset(), source.max_age_days());
      if (!is_new) at->second = Stricter(at->second, source.max_age_days());
    }
  }
  return limits;
}

std::vector<SourceAge> AgesOf(const storage::View& view,
                              const std::map<std::string, int32_t>& limits, absl::Time now) {
  std::map<std::string, SourceAge> sources;
  for (const auto& [dataset, limit] : limits) sources[dataset] = {dataset, false, {}, limit, true};
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    const std::string& name = state.dataset().name();
    const auto limit = limits.find(name);
    if (state.dataset().kind() != v1::DATASET_KIND_UNSPECIFIED && limit == limits.end()) continue;
    sources[name] = AgeOf(state, limit == limits.end() ? 0 : limit->second, now);
  }
  std::vector<SourceAge> in_order;
  in_order.reserve(sources.size());
  for (auto& [name, source] : sources) in_order.push_back(std::move(source));
  return in_order;
}

}  // namespace probity::screening
