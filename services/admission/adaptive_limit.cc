#include "services/admission/adaptive_limit.h"

#include <algorithm>
#include <cmath>

namespace probity::admission {
namespace {

// One window never takes more than half of the limit: a pause of the whole machine looks
// like a very long wait, once.
constexpr double kLeastKept = 0.5;
constexpr absl::Duration kLeastBacklog = absl::Milliseconds(100);
constexpr absl::Duration kMostBacklog = absl::Seconds(5);

}  // namespace

AdaptiveLimit::AdaptiveLimit(const LimitOptions& options, absl::Time now)
    : options_(options), limit_(options.initial), began_(now) {}

bool AdaptiveLimit::Enter() {
  if (in_progress_ >= limit()) {
    pressed_ = true;
    return false;
  }
  ++in_progress_;
  return true;
}

void AdaptiveLimit::Leave(absl::Duration waited, absl::Duration worked, absl::Time now) {
  pressed_ = pressed_ || in_progress_ >= limit();
  --in_progress_;
  ++calls_;
  waited_ += waited;
  worked_ += worked;
  began_ = std::min(began_, now);  // a clock that was set back must not stop the looking
  if (calls_ >= options_.window_calls && now - began_ >= options_.window) EndWindow(now);
}

void AdaptiveLimit::EndWindow(absl::Time now) {
  mean_wait_ = waited_ / calls_;
  mean_work_ = worked_ / calls_;
  const absl::Duration allowed =
      std::max(options_.least_wait_allowed, options_.waits_allowed * mean_work_);
  if (mean_wait_ > allowed) {
    limit_ *= std::max(kLeastKept, absl::FDivDuration(allowed, mean_wait_));
  } else if (pressed_) {
    // Quickly while it is small against what there may be, and then in small steps.
    limit_ += std::sqrt(limit_);
  }
  limit_ = std::clamp<double>(limit_, options_.least, options_.most);
  began_ = now;
  calls_ = 0;
  waited_ = worked_ = absl::ZeroDuration();
  pressed_ = false;
}

absl::Duration AdaptiveLimit::Backlog() const {
  return std::clamp(mean_wait_ + mean_work_, kLeastBacklog, kMostBacklog);
}

}  // namespace probity::admission
