#include "services/rpc/status.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/item_error.h"
#include "base/utf8.h"
#include "services/rpc/error_details.pb.h"

namespace probity::rpc {
namespace {

// Packs under the type URL of the message that clients know.
void Pack(absl::string_view google_name, const google::protobuf::Message& detail, Status* into) {
  google::protobuf::Any* any = into->add_details();
  any->set_type_url(absl::StrCat("type.googleapis.com/google.rpc.", google_name));
  any->set_value(detail.SerializeAsString());
}

void AddErrorInfo(const absl::Status& status, const ErrorMetadata& metadata, Status* into) {
  ErrorInfo info;
  info.set_reason(ReasonName(ReasonOf(status)));
  info.set_domain(std::string(kErrorDomain));
  info.mutable_metadata()->insert(metadata.begin(), metadata.end());
  Pack("ErrorInfo", info, into);
}

void AddBadRequest(const absl::Status& status, const ErrorMetadata& metadata, Status* into) {
  const auto field = metadata.find("field");
  if (!absl::IsInvalidArgument(status) || field == metadata.end()) return;
  BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field(field->second);
  violation->set_description(std::string(status.message()));
  Pack("BadRequest", bad, into);
}

void AddRetryInfo(const absl::Status& status, Status* into) {
  const std::optional<absl::Duration> delay = RetryDelay(status);
  if (!delay) return;
  const int64_t millis = absl::ToInt64Milliseconds(*delay);
  RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(millis / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(millis % 1000 * 1000000));
  Pack("RetryInfo", retry, into);
}

void AddQuotaFailure(const absl::Status& status, const ErrorMetadata& metadata, Status* into) {
  if (metadata.count("quota") == 0) return;
  const auto caller = metadata.find("caller");
  QuotaFailure failure;
  auto* violation = failure.add_violations();
  violation->set_subject(caller == metadata.end() ? "server"
                                                  : absl::StrCat("caller:", caller->second));
  violation->set_description(std::string(status.message()));
  Pack("QuotaFailure", failure, into);
}

}  // namespace

std::optional<absl::Duration> RetryDelay(const absl::Status& status) {
  if (status.ok() || ReasonOf(status) == v1::ERROR_REASON_UNSPECIFIED) return std::nullopt;
  const ErrorMetadata metadata = MetadataOf(status);
  const auto told = metadata.find("retry_after_ms");
  int64_t millis = 1000;
  const bool said = told != metadata.end() && absl::SimpleAtoi(told->second, &millis);
  if (!said && !absl::IsUnavailable(status) && !absl::IsAborted(status)) return std::nullopt;
  return absl::Milliseconds(millis);
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  const std::string message = ValidUtf8(status.message());
  if (ReasonOf(status) == v1::ERROR_REASON_UNSPECIFIED) return grpc::Status(code, message);
  const ErrorMetadata metadata = MetadataOf(status);
  Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(message);
  AddErrorInfo(status, metadata, &details);
  AddBadRequest(status, metadata, &details);
  AddRetryInfo(status, &details);
  AddQuotaFailure(status, metadata, &details);
  return grpc::Status(code, message, details.SerializeAsString());
}

v1::ItemError ToItemError(const absl::Status& status) { return probity::ToItemError(status); }

}  // namespace probity::rpc
