// One line of JSON for each call: who, what, how long, how it ended. Never what
// was asked or answered. And one for what an operator should know besides.
#ifndef PROBITY_SERVICES_RPC_CALL_LOG_H_
#define PROBITY_SERVICES_RPC_CALL_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/rpc/call_context.h"

namespace probity::rpc {

// The line, without a newline:
//   {"at":"…","call_id":"…","method":"SupplierService.GetSupplier",
//    "principal":"…","authority":"…","code":"NOT_FOUND",
//    "reason":"SUPPLIER_NOT_FOUND","duration_us":41}
// `reason` is left out where there is none; behind call_id stands "trace_id" where the
// caller named a trace, behind authority "via" where a gateway brought the call: its
// principal. The message of an INTERNAL or
// UNKNOWN error is added, as nobody else would see where it came from.
std::string FormatCall(const CallContext& call, absl::string_view method,
                       const absl::Status& status, absl::Duration duration);

// Writes the line to the default log: as info, and as error for INTERNAL,
// UNKNOWN and DATA_LOSS.
void LogCall(const CallContext& call, absl::string_view method, const absl::Status& status,
             absl::Duration duration);

// {"at":"…","message":"…"}, as info, as warning and as error. Thread-safe.
std::string FormatMessage(absl::Time at, absl::string_view message);
void LogMessage(absl::string_view message);
void LogWarning(absl::string_view message);
void LogError(absl::string_view message);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_CALL_LOG_H_
