#include "services/admission/callers.h"

namespace probity::admission {
namespace {

// Looking for callers to forget reads all of them.
constexpr absl::Duration kBetweenForgetting = absl::Seconds(1);

}  // namespace

const Quota& Quotas::Of(const rpc::Caller& caller) const {
  const Quota* of_principal = nullptr;
  for (const auto& [who, quota] : named) {
    if (who.principal != caller.principal) continue;
    if (who.authority == caller.authority) return quota;
    if (who.authority.empty()) of_principal = &quota;
  }
  return of_principal == nullptr ? each : *of_principal;
}

Callers::Callers(Quotas quotas, size_t most) : quotas_(std::move(quotas)), most_(most) {}

CallerState& Callers::Find(const rpc::Caller& caller, absl::Time now) {
  const auto found = callers_.find(KeyView(caller.principal, caller.authority));
  if (found != callers_.end()) return *found->second;
  if (callers_.size() >= most_) Forget(now);
  if (callers_.size() >= most_) {
    if (others_ == nullptr) others_ = std::make_unique<CallerState>(quotas_.each, now);
    return *others_;
  }
  auto& made = callers_[Key(caller.principal, caller.authority)];
  made = std::make_unique<CallerState>(quotas_.Of(caller), now);
  return *made;
}

void Callers::Forget(absl::Time now) {
  // A clock that was set back is no reason to wait for long.
  if (now >= forgot_ && now - forgot_ < kBetweenForgetting) return;
  forgot_ = now;
  for (auto it = callers_.begin(); it != callers_.end();) {
    if (it->second->MayBeForgotten(now)) {
      callers_.erase(it++);
    } else {
      ++it;
    }
  }
}

void Callers::Become(Quotas quotas, absl::Time now) {
  quotas_ = std::move(quotas);
  for (auto& [key, state] : callers_) {
    const Quota& quota = quotas_.Of({key.first, key.second});
    state->bucket.Become(quota.budget, now);
    state->streams_allowed = quota.streams;
  }
  if (others_ == nullptr) return;
  others_->bucket.Become(quotas_.each.budget, now);
  others_->streams_allowed = quotas_.each.streams;
}

}  // namespace probity::admission
