#include <string>
#include <utility>

#include "screening/watch/engine.h"

namespace probity::screening {

std::shared_ptr<const WatchPolicy> WatchEngine::WatchPolicyOf(const PolicyPtr& policy) {
  auto& known = policies_[policy->name()];
  if (known == nullptr) {
    known = std::make_shared<const WatchPolicy>(
        WatchPolicy{*policy, policy::MovesOf(*policy, options_.law)});
  }
  return known;
}

void WatchEngine::FindPolicy(TrackedPortfolio* portfolio) {
  const std::string& wanted = portfolio->record.policy();
  auto found = wanted.empty() ? options_.policies.Stable(portfolio->authority)
                              : options_.policies.Find(wanted);
  portfolio->fault = found.status();
  portfolio->policy = found.ok() ? WatchPolicyOf(*found) : nullptr;
  portfolio->policy_name = found.ok() ? (*found)->name() : std::string();
}

// Which policy decides is noted with the portfolio once all its members were decided.
absl::Status WatchEngine::FollowPolicies() {
  Tasks tasks;
  for (auto& [name, authority] : roster_.authorities()) {
    for (auto& [id, portfolio] : authority.portfolios) {
      FindPolicy(&portfolio);
      if (!portfolio.known || portfolio.policy_name == portfolio.noted_policy) continue;
      for (auto& [member, tracked] : portfolio.members) {
        if (tracked->decided) tasks.push_back({tracked.get(), v1::CHANGE_CAUSE_POLICY});
      }
    }
  }
  const WatchStep step = StepTo(point_, v1::CHANGE_CAUSE_POLICY);
  absl::Status status = Decide(step, std::move(tasks), views_.get());
  for (auto& [name, authority] : roster_.authorities()) {
    if (status.ok()) status = LookAtSources(step, name, views_.get());
  }
  return status;
}

}  // namespace probity::screening
