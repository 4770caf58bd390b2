// The one place where an absl::Status becomes a gRPC status.
#ifndef PROBITY_SERVICES_RPC_STATUS_H_
#define PROBITY_SERVICES_RPC_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "probity/v1/common.pb.h"

namespace probity::rpc {

// Domain of every google.rpc.ErrorInfo.
inline constexpr absl::string_view kErrorDomain = "probity";

// Same code and message, which is UTF-8 whatever was given. A status made by base/errors.h carries
// in its details a google.rpc.Status with
//   ErrorInfo   {reason, domain "probity", metadata}
//   BadRequest  for INVALID_ARGUMENT with a field
//   RetryInfo   for UNAVAILABLE and ABORTED: after a second; and where the metadata say
//               retry_after_ms
//   QuotaFailure where the metadata name a quota
grpc::Status ToGrpcStatus(const absl::Status& status);

// After how long the caller may ask again, as RetryInfo says; nullopt where there is none.
std::optional<absl::Duration> RetryDelay(const absl::Status& status);

// The error of one item of a bulk answer.
v1::ItemError ToItemError(const absl::Status& status);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_STATUS_H_
