#include "cli/utc_day.h"

#include "cli/parse.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

TEST(UtcDayTest, ADayIsFromMidnightToMidnight) {
  const v1::Date day = ParseDay("2026-12-31").value();
  EXPECT_EQ(StartOfDay(day).seconds(), 1798675200);
  EXPECT_EQ(EndOfDay(day).seconds(), 1798761600);
  EXPECT_EQ(EndOfDay(day).seconds(), StartOfDay(ParseDay("2027-01-01").value()).seconds());
  EXPECT_EQ(StartOfDay(ParseDay("1969-12-31").value()).seconds(), -86400);
}

}  // namespace
}  // namespace probity::cli
