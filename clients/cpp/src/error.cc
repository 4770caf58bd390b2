#include "probity/client/error.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rpc_status.pb.h"
#include "src/error_details.h"

namespace probity::client {
namespace {

constexpr char kDomain[] = "probity";
constexpr int kLastCode = static_cast<int>(grpc::StatusCode::UNAUTHENTICATED);
constexpr const char* kCodes[kLastCode + 1] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

// An error is never OK.
grpc::StatusCode FailureOf(int code) {
  return code > 0 && code <= kLastCode ? static_cast<grpc::StatusCode>(code)
                                       : grpc::StatusCode::UNKNOWN;
}

std::chrono::milliseconds DelayOf(const rpc::RetryInfo& retry) {
  const auto seconds = std::chrono::seconds(retry.retry_delay().seconds());
  const auto nanos = std::chrono::nanoseconds(retry.retry_delay().nanos());
  // Up, so that nobody asks too early.
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(seconds + nanos));
}

void ReadDetail(const google::protobuf::Any& detail, Error* error) {
  const std::string type = detail.type_url().substr(detail.type_url().rfind('/') + 1);
  rpc::ErrorInfo info;
  rpc::RetryInfo retry;
  rpc::BadRequest bad;
  if (type == "google.rpc.ErrorInfo" && info.ParseFromString(detail.value())) {
    error->reason = info.reason();
    error->domain = info.domain();
    error->metadata = {info.metadata().begin(), info.metadata().end()};
  } else if (type == "google.rpc.RetryInfo" && retry.ParseFromString(detail.value())) {
    error->retry_after = DelayOf(retry);
  } else if (type == "google.rpc.BadRequest" && bad.ParseFromString(detail.value())) {
    for (const auto& violation : bad.field_violations()) {
      error->field_violations.push_back({violation.field(), violation.description()});
    }
  }
}

}  // namespace

std::string NameOf(grpc::StatusCode code) {
  return code >= 0 && code <= kLastCode ? kCodes[code] : absl::StrCat("code ", code);
}

void ReadDetails(const std::string& trailer, Error* error) {
  rpc::Status status;
  if (!status.ParseFromString(trailer)) return;
  for (const google::protobuf::Any& detail : status.details()) ReadDetail(detail, error);
}

v1::ErrorReason Error::KnownReason() const {
  v1::ErrorReason known = v1::ERROR_REASON_UNSPECIFIED;
  v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", reason), &known);
  return known;
}

std::string Error::ToString() const {
  std::string where = NameOf(code);
  if (!reason.empty()) absl::StrAppend(&where, "/", reason);
  if (!method.empty()) absl::StrAppend(&where, ", ", method);
  if (!call_id.empty()) absl::StrAppend(&where, ", call ", call_id);
  if (!request_id.empty()) absl::StrAppend(&where, ", request ", request_id);
  return absl::StrCat(UserMessage(), " [", where, "]");
}

Error ErrorOf(const v1::ItemError& failed) {
  Error error;
  error.code = FailureOf(failed.code());
  error.reason = failed.reason();
  error.domain = kDomain;
  error.message = failed.message();
  if (!failed.field().empty()) error.field_violations = {{failed.field(), failed.message()}};
  return error;
}

}  // namespace probity::client
