#include "services/server/expiry.h"

#include <sys/resource.h>
#include <unistd.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "services/rpc/call_log.h"

namespace probity::server {
namespace {

// How soon a new day is noticed.
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kRetryAfter = absl::Minutes(1);
constexpr int kNiceness = 19;

DayNumber DayOf(absl::Time time) {
  return static_cast<DayNumber>(absl::ToUnixSeconds(time) / (24 * 60 * 60));
}

}  // namespace

Expiry::Expiry(dataset::Redactor* redactor, std::function<absl::Time()> clock)
    : redactor_(redactor), clock_(std::move(clock)), thread_([this] { Run(); }) {}

Expiry::~Expiry() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool Expiry::AwaitStop(absl::Duration longest) const {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&stopping_), longest);
}

void Expiry::Run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  std::optional<DayNumber> looked;
  absl::Duration pause = absl::ZeroDuration();
  while (!AwaitStop(pause)) {
    const DayNumber today = DayOf(clock_());
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
