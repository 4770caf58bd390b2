#include "services/rpc/validate.h"

#include "absl/strings/ascii.h"
#include "base/errors.h"

namespace probity::rpc {

absl::Status CheckBytes(absl::string_view field, absl::string_view text, size_t limit) {
  if (text.size() <= limit) return absl::OkStatus();
  return LimitExceeded(field, static_cast<int64_t>(limit), static_cast<int64_t>(text.size()));
}

absl::Status CheckCount(absl::string_view field, int64_t count, int64_t limit) {
  if (count == 0) return InvalidField(field, "is empty; give at least one");
  if (count > limit) return LimitExceeded(field, limit, count);
  return absl::OkStatus();
}

absl::Status CheckRequestId(absl::string_view request_id) {
  if (request_id.empty()) return absl::OkStatus();
  bool is_uuid = request_id.size() == 36;
  for (size_t i = 0; is_uuid && i < request_id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    is_uuid = dash ? request_id[i] == '-' : absl::ascii_isxdigit(request_id[i]);
  }
  if (!is_uuid) return InvalidField("request_id", "is not a UUID");
  return absl::OkStatus();
}

absl::StatusOr<DayNumber> AsOfDay(const CallContext& call, const v1::Date& date) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) return call.Today();
  if (!IsFullDay(date)) return InvalidField("as_of", "is not a day that exists");
  if (FirstDay(date) > call.Today()) return AsOfInFuture("as_of");
  return FirstDay(date);
}

}  // namespace probity::rpc
