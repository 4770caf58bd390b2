#include "services/rpc/status.h"

#include <memory>

#include "base/errors.h"
#include "gtest/gtest.h"
#include "services/rpc/error_details.pb.h"

namespace probity::rpc {
namespace {

Status DetailsOf(const grpc::Status& status) {
  Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(StatusTest, CarriesReasonDomainAndMetadata) {
  const grpc::Status status = ToGrpcStatus(SupplierNotFound("suppliers/x"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  const Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), 5);
  EXPECT_EQ(details.message(), status.error_message());
  ASSERT_EQ(details.details_size(), 1);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(details.details(0).value()));
  EXPECT_EQ(info.reason(), "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(info.domain(), "probity");
  EXPECT_EQ(info.metadata().at("name"), "suppliers/x");
}

TEST(StatusTest, NamesTheFieldInABadRequest) {
  const Status details = DetailsOf(ToGrpcStatus(InvalidField("identifiers[0].value", "is empty")));
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.BadRequest");
  BadRequest bad;
  ASSERT_TRUE(bad.ParseFromString(details.details(1).value()));
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "identifiers[0].value");
}

TEST(StatusTest, SaysWhenToTryAgain) {
  const Status details = DetailsOf(ToGrpcStatus(LoadConflict("datasets/d")));
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
}

TEST(StatusTest, SaysWhoseQuotaIsUsedUpAndWhenItReachesAgain) {
  const grpc::Status status =
      ToGrpcStatus(QuotaExceeded("ann", "caller_units_per_second", absl::Milliseconds(2500)));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const Status details = DetailsOf(status);
  ASSERT_EQ(details.details_size(), 3);
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(details.details(1).value()));
  EXPECT_EQ(retry.retry_delay().seconds(), 2);
  EXPECT_EQ(retry.retry_delay().nanos(), 500000000);
  EXPECT_EQ(details.details(2).type_url(), "type.googleapis.com/google.rpc.QuotaFailure");
  QuotaFailure failure;
  ASSERT_TRUE(failure.ParseFromString(details.details(2).value()));
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).subject(), "caller:ann");
  EXPECT_EQ(failure.violations(0).description(), status.error_message());
}

TEST(StatusTest, GivesTheDelayOfRetryInfo) {
  EXPECT_EQ(RetryDelay(Overloaded(absl::Milliseconds(40))), absl::Milliseconds(40));
  EXPECT_EQ(RetryDelay(LoadConflict("datasets/d")), absl::Seconds(1));
  // As RetryInfo, which these do not carry.
  EXPECT_EQ(RetryDelay(SupplierNotFound("suppliers/x")), std::nullopt);
  EXPECT_EQ(RetryDelay(absl::UnavailableError("gone")), std::nullopt);
  EXPECT_EQ(RetryDelay(absl::OkStatus()), std::nullopt);
}

TEST(StatusTest, AnOverloadIsNobodysQuota) {
  const Status details = DetailsOf(ToGrpcStatus(Overloaded(absl::Milliseconds(40))));
  ASSERT_EQ(details.details_size(), 2);
  RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(details.details(1).value()));
  EXPECT_EQ(retry.retry_delay().seconds(), 0);
  EXPECT_EQ(retry.retry_delay().nanos(), 40000000);
  const Status streams = DetailsOf(ToGrpcStatus(TooManyStreams("", 7, absl::Seconds(1))));
  ASSERT_EQ(streams.details_size(), 3);
  QuotaFailure failure;
  ASSERT_TRUE(failure.ParseFromString(streams.details(2).value()));
  EXPECT_EQ(failure.violations(0).subject(), "server");
}

// The reader of policy texts quotes the byte that it stopped at: a part of a character.
TEST(StatusTest, WhatLeavesIsUtf8WhateverWasQuoted) {
  const std::string quoted = "got: \xe0";
  const absl::Status fault = MakeError(absl::StatusCode::kInvalidArgument,
                                       v1::ERROR_REASON_INVALID_FIELD, quoted, {{"field", quoted}});
  const std::string told = "got: \uFFFD";
  const grpc::Status status = ToGrpcStatus(fault);
  EXPECT_EQ(status.error_message(), told);
  const Status details = DetailsOf(status);
  EXPECT_EQ(details.message(), told);
  ASSERT_EQ(details.details_size(), 2);
  ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(details.details(0).value()));
  EXPECT_EQ(info.metadata().at("field"), told);
  BadRequest bad;
  ASSERT_TRUE(bad.ParseFromString(details.details(1).value()));
  EXPECT_EQ(bad.field_violations(0).field(), told);
  EXPECT_EQ(bad.field_violations(0).description(), told);
  EXPECT_EQ(ToItemError(fault).message(), told);
  EXPECT_EQ(ToItemError(fault).field(), told);
  // Those of libraries too.
  EXPECT_EQ(ToGrpcStatus(absl::InternalError(quoted)).error_message(), told);
  EXPECT_EQ(ToItemError(absl::InternalError(quoted)).message(), told);
}

TEST(StatusTest, KeepsOtherErrorsPlain) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  const grpc::Status status = ToGrpcStatus(absl::CancelledError("gone"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(status.error_details(), "");
}

TEST(StatusTest, ItemErrorsSayTheSame) {
  const v1::ItemError error = ToItemError(InvalidField("value", "is empty"));
  EXPECT_EQ(error.code(), 3);
  EXPECT_EQ(error.reason(), "INVALID_FIELD");
  EXPECT_EQ(error.field(), "value");
}

}  // namespace
}  // namespace probity::rpc
