#include "src/testing/status.h"

#include "absl/strings/str_cat.h"
#include "rpc_status.pb.h"

namespace probity::client::fake {
namespace {

constexpr char kDetails[] = "type.googleapis.com/google.rpc.";

void Add(const char* type, const google::protobuf::Message& detail, rpc::Status* status) {
  google::protobuf::Any& any = *status->add_details();
  any.set_type_url(absl::StrCat(kDetails, type));
  any.set_value(detail.SerializeAsString());
}

}  // namespace

grpc::Status StatusOf(const Error& error) {
  rpc::Status status;
  status.set_code(error.code);
  status.set_message(error.message);
  if (!error.reason.empty()) {
    rpc::ErrorInfo info;
    info.set_reason(error.reason);
    info.set_domain(error.domain);
    info.mutable_metadata()->insert(error.metadata.begin(), error.metadata.end());
    Add("ErrorInfo", info, &status);
  }
  if (error.retry_after.has_value()) {
    rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(error.retry_after->count() / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int>(error.retry_after->count() % 1000) *
                                           1'000'000);
    Add("RetryInfo", retry, &status);
  }
  if (!error.field_violations.empty()) {
    rpc::BadRequest bad;
    for (const FieldViolation& violation : error.field_violations) {
      auto& added = *bad.add_field_violations();
      added.set_field(violation.field);
      added.set_description(violation.description);
    }
    Add("BadRequest", bad, &status);
  }
  return {error.code, error.message, status.SerializeAsString()};
}

}  // namespace probity::client::fake
