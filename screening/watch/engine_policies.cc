#include <string>
#include <utility>

#include "base/errors.h"
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
  Use(wanted.empty() ? options_.policies.Stable(portfolio->authority)
                     : options_.policies.Find(wanted),
      portfolio);
}

void WatchEngine::FindNotedPolicy(TrackedPortfolio* portfolio) {
  if (!portfolio->known) return;
  const std::string& noted = portfolio->noted_policy;
  Use(noted.empty() ? NoActivePolicy(portfolio->authority) : options_.policies.Find(noted),
      portfolio);
}

void WatchEngine::Use(const absl::StatusOr<PolicyPtr>& policy, TrackedPortfolio* portfolio) {
  portfolio->fault = policy.status();
  portfolio->policy = policy.ok() ? WatchPolicyOf(*policy) : nullptr;
  portfolio->policy_name = policy.ok() ? (*policy)->name() : std::string();
}

// Which policy decides is noted with the portfolio once all its members were decided.
absl::Status WatchEngine::FollowPolicies() {
  Tasks tasks;
  std::set<std::string> changed;
  for (auto& [name, authority] : roster_.authorities()) {
    for (auto& [id, portfolio] : authority.portfolios) {
      FindPolicy(&portfolio);
      if (portfolio.known && portfolio.policy_name == portfolio.noted_policy) continue;
      changed.insert(name);
      for (auto& [member, tracked] : portfolio.members) {
        tasks.push_back({tracked.get(), v1::CHANGE_CAUSE_POLICY});
      }
    }
  }
  const WatchStep step = StepTo(point_, v1::CHANGE_CAUSE_POLICY);
  absl::Status status = Decide(step, std::move(tasks), views_.get());
  for (const std::string& name : changed) {
    if (status.ok()) status = LookAtSources(step, name, views_.get());
  }
  return status;
}

}  // namespace probity::screening
