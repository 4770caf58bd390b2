#include "services/server/expiry.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/thread_priority.h"
#include "services/rpc/call_log.h"

namespace probity::server {
namespace {

// How soon a new day is noticed.
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kRetryAfter = absl::Minutes(1);
constexpr int kNiceness = 19;

}  // namespace

Expiry::Expiry(dataset::Redactor* redactor, std::function<absl::Time()> clock)
    : redactor_(redactor), clock_(std::move(clock)), thread_([this] { Run(); }) {}

Expiry::~Expiry() {
  ending_.Notify();
  thread_.join();
}

void Expiry::Run() {
  LowerThreadPriority(kNiceness);
  std::optional<DayNumber> looked;
  absl::Duration pause = absl::ZeroDuration();
  while (!ending_.WaitForNotificationWithTimeout(pause)) {
    const DayNumber today = DayOfSeconds(absl::ToUnixSeconds(clock_()));
    pause = kTick;
    if (looked == today) continue;
    if (Look(today)) {
      looked = today;
    } else {
      pause = kRetryAfter;
    }
  }
}

bool Expiry::Look(DayNumber today) {
  const auto redacted = redactor_->RedactExpired(today);
  if (!redacted.ok()) {
    rpc::LogWarning(absl::StrCat("records whose last day has passed cannot be redacted: ",
                                 redacted.status().message()));
  } else if (*redacted > 0) {
    rpc::LogMessage(absl::StrCat(*redacted, " records are redacted: their last day has passed"));
  }
  return redacted.ok();
}

}  // namespace probity::server
