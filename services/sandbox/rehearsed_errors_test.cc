#include "services/sandbox/rehearsed_errors.h"

#include "base/errors.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::sandbox {
namespace {

using ::testing::HasSubstr;

constexpr char kTable[] =
    "subject,error,given\n"
    "XI-LEI:A,QUOTA_EXCEEDED,always\n"
    "XI-LEI:B,EVIDENCE_LOG_UNAVAILABLE,alternately\n"
    "XI-LEI:C,DEADLINE_EXCEEDED,always\n";

TEST(RehearsedErrorsTest, TheFirstSubjectThatHasOneCounts) {
  const auto errors = RehearsedErrors::FromCsv(kTable);
  ASSERT_TRUE(errors.ok()) << errors.status();
  EXPECT_TRUE((*errors)->Of({}).ok());
  EXPECT_TRUE((*errors)->Of({"XI-LEI:OTHER"}).ok());
  const absl::Status refused = (*errors)->Of({"XI-LEI:OTHER", "XI-LEI:A", "XI-LEI:C"});
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_EQ(MetadataOf(refused).at("retry_after_ms"), "200");
  const absl::Status late = (*errors)->Of({"XI-LEI:C"});
  EXPECT_TRUE(absl::IsDeadlineExceeded(late));
  EXPECT_EQ(ReasonOf(late), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(RehearsedErrorsTest, AlternatesSoThatACallMadeAgainIsAnswered) {
  const auto errors = RehearsedErrors::FromCsv(kTable);
  ASSERT_TRUE(errors.ok()) << errors.status();
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(absl::IsUnavailable((*errors)->Of({"XI-LEI:B"})));
    EXPECT_TRUE((*errors)->Of({"XI-LEI:B"}).ok());
  }
}

TEST(RehearsedErrorsTest, HangsItselfIntoEveryCall) {
  const auto errors = RehearsedErrors::FromCsv(kTable);
  ASSERT_TRUE(errors.ok()) << errors.status();
  rpc::CallContext call;
  const grpc::CallbackServerContext context;
  ASSERT_TRUE((*errors)->Enter(context, "SupplierService.LookupSuppliers", &call).ok());
  EXPECT_FALSE(call.rehearse({"XI-LEI:A"}).ok());
  EXPECT_TRUE(call.rehearse({"XI-LEI:OTHER"}).ok());
}

TEST(RehearsedErrorsTest, SaysWhatIsWrongWithTheTable) {
  const auto fault = [](const std::string& row) {
    return std::string(RehearsedErrors::FromCsv("subject,error,given\n" + row).status().message());
  };
  EXPECT_THAT(fault("XI-LEI:A,SUPPLIER_NOT_FOUND,always\n"), HasSubstr("cannot be rehearsed"));
  EXPECT_THAT(fault("XI-LEI:A,OVERLOADED,often\n"), HasSubstr("always or alternately"));
  EXPECT_THAT(fault("XI-LEI:A,OVERLOADED,always\nXI-LEI:A,UNKNOWN,always\n"), HasSubstr("twice"));
  EXPECT_THAT(fault(",OVERLOADED,always\n"), HasSubstr("no subject"));
}

TEST(RehearsedErrorsTest, TheSandboxsOwnTableIsSound) {
  const auto table = ReadFile("data/sandbox/errors.csv");
  ASSERT_TRUE(table.ok()) << table.status();
  const auto errors = RehearsedErrors::FromCsv(*table);
  EXPECT_TRUE(errors.ok()) << errors.status();
}

}  // namespace
}  // namespace probity::sandbox
