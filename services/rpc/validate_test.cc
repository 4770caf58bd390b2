#include "services/rpc/validate.h"

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(ValidateTest, CountsAndBytesHaveLimits) {
  EXPECT_TRUE(CheckCount("items", 3, 3).ok());
  EXPECT_EQ(ReasonOf(CheckCount("items", 0, 3)), v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(ReasonOf(CheckCount("items", 4, 3)), v1::ERROR_REASON_LIMIT_EXCEEDED);
  EXPECT_TRUE(CheckBytes("note", "abc", 3).ok());
  EXPECT_EQ(ReasonOf(CheckBytes("note", "abcd", 3)), v1::ERROR_REASON_LIMIT_EXCEEDED);
}

TEST(ValidateTest, RequestIdsAreUuids) {
  EXPECT_TRUE(CheckRequestId("").ok());
  EXPECT_TRUE(CheckRequestId("123e4567-e89b-12d3-a456-426614174000").ok());
  for (const char* id :
       {"x", "123e4567-e89b-12d3-a456-42661417400", "123e4567e89b-12d3-a456-4266141740000",
        "123e4567-e89b-12d3-a456-42661417400g"}) {
    EXPECT_EQ(ReasonOf(CheckRequestId(id)), v1::ERROR_REASON_INVALID_FIELD) << id;
  }
}

TEST(ValidateTest, AsOfIsADayUpToToday) {
  CallContext call;
  call.received_at = absl::FromUnixSeconds(86400 * 100 + 5);
  EXPECT_EQ(*AsOfDay(call, v1::Date()), 100);
  EXPECT_EQ(*AsOfDay(call, DateOf(100)), 100);
  EXPECT_EQ(*AsOfDay(call, DateOf(3)), 3);
  EXPECT_EQ(ReasonOf(AsOfDay(call, DateOf(101)).status()), v1::ERROR_REASON_AS_OF_IN_FUTURE);
  v1::Date month;
  month.set_year(1969);
  month.set_month(2);
  EXPECT_EQ(ReasonOf(AsOfDay(call, month).status()), v1::ERROR_REASON_INVALID_FIELD);
}

}  // namespace
}  // namespace probity::rpc
