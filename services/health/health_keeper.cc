#include "services/health/health_keeper.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::health {

HealthKeeper::HealthKeeper(Options options) : options_(std::move(options)) {
  {
    absl::MutexLock lock(&mutex_);
    Tell(/*first=*/true);
  }
  thread_ = std::thread([this] { Run(); });
}

HealthKeeper::~HealthKeeper() {
  ending_.Notify();
  thread_.join();
}

Readiness HealthKeeper::now() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

void HealthKeeper::Drain() {
  absl::MutexLock lock(&mutex_);
  if (newest_.is_draining) return;
  newest_.is_draining = true;
  for (const auto& [service, serves] : ByService(newest_)) options_.set_status(service, serves);
}

void HealthKeeper::Run() {
  bool ready = false;
  while (!ending_.WaitForNotificationWithTimeout(ready ? options_.every : options_.before)) {
    absl::MutexLock lock(&mutex_);
    ready = Tell(/*first=*/false);
  }
}

bool HealthKeeper::Tell(bool first) {
  if (newest_.is_draining) return true;
  const Readiness before = std::exchange(newest_, Look(options_.sources));
  const std::string why = newest_.Why();
  if (!first && newest_ == before) return why.empty();
  const auto told = ByService(before);
  for (const auto& [service, serves] : ByService(newest_)) {
    if (first || told.at(service) != serves) options_.set_status(service, serves);
  }
  if (why.empty()) {
    options_.log("ready");
  } else {
    options_.warn(absl::StrCat("not ready: ", why));
  }
  return why.empty();
}

}  // namespace probity::health
