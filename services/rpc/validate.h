// Checks that several requests share.
#ifndef PROBITY_SERVICES_RPC_VALIDATE_H_
#define PROBITY_SERVICES_RPC_VALIDATE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"
#include "services/rpc/call_context.h"

namespace probity::rpc {

// INVALID_ARGUMENT / LIMIT_EXCEEDED for a text of more than `limit` bytes.
absl::Status CheckBytes(absl::string_view field, absl::string_view text, size_t limit);
// INVALID_ARGUMENT / INVALID_FIELD for none, LIMIT_EXCEEDED for more than
// `limit` entries.
absl::Status CheckCount(absl::string_view field, int64_t count, int64_t limit);
// INVALID_ARGUMENT / INVALID_FIELD unless empty or a UUID: 8-4-4-4-12 hex digits.
absl::Status CheckRequestId(absl::string_view request_id);
// The day asked about: today when `date` is empty. INVALID_ARGUMENT /
// INVALID_FIELD unless a full day, AS_OF_IN_FUTURE for a day after today.
absl::StatusOr<DayNumber> AsOfDay(const CallContext& call, const v1::Date& date);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_VALIDATE_H_
