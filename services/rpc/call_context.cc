#include "services/rpc/call_context.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"

namespace probity::rpc {

absl::Status Caller::MayWrite(absl::string_view field, absl::string_view dataset) const {
  if (writes == nullptr || writes->count(std::string(dataset)) > 0) return absl::OkStatus();
  return DatasetNotPermitted(field);
}

DayNumber CallContext::Today() const {
  const absl::CivilDay day = absl::ToCivilDay(received_at, absl::UTCTimeZone());
  return static_cast<DayNumber>(day - absl::CivilDay(1970, 1, 1));
}

absl::Status CallContext::CheckAlive() const {
  if (is_cancelled && is_cancelled()) {
    return absl::CancelledError("the caller has gone");
  }
  if (deadline != absl::InfiniteFuture() && absl::Now() > deadline) {
    return absl::DeadlineExceededError("the caller's deadline has passed");
  }
  return absl::OkStatus();
}

screening::Asking CallContext::Asking() const {
  return {Today(), [this] { return CheckAlive(); }};
}

std::string NewCallId() {
  thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

}  // namespace probity::rpc
