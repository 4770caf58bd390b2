#include "base/civil_day.h"

#include "gtest/gtest.h"

namespace probity {
namespace {

DayNumber Day(const char* text) { return FirstDay(ParseDate(text).value()); }

v1::DateInterval Interval(const char* from, const char* to) {
  v1::DateInterval interval;
  if (*from) *interval.mutable_from() = ParseDate(from).value();
  if (*to) *interval.mutable_to() = ParseDate(to).value();
  return interval;
}

TEST(ParseDateTest, KeepsThePrecisionItWasGiven) {
  for (const char* text : {"2024-05-31", "2024-05", "2024", "0001-01-01", "9999-12-31"}) {
    EXPECT_EQ(FormatDate(ParseDate(text).value()), text);
  }
}

TEST(ParseDateTest, RefusesDaysThatDoNotExist) {
  for (const char* text :
       {"2023-02-29", "2023-02-30", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01",
        "24-01-01", "2024-1-1", "2024/01/01", "", "2024-01-01T", "2024-01-01-01", "+024-01-01"}) {
    EXPECT_FALSE(ParseDate(text).ok()) << text;
  }
}

TEST(CivilDayTest, CountsDaysFromTheEpoch) {
  EXPECT_EQ(Day("1970-01-01"), 0);
  EXPECT_EQ(Day("1970-01-02"), 1);
  EXPECT_EQ(Day("1969-12-31"), -1);
  EXPECT_EQ(Day("2000-03-01") - Day("2000-02-28"), 2);
  EXPECT_EQ(Day("1900-03-01") - Day("1900-02-28"), 1);
}

TEST(CivilDayTest, RoundTripsEveryDayOfFourCenturies) {
  for (DayNumber day = Day("1800-01-01"); day < Day("2200-01-01"); ++day) {
    ASSERT_EQ(FirstDay(DateOf(day)), day);
    ASSERT_EQ(LastDay(DateOf(day)), day);
  }
}

TEST(CivilDayTest, ImpreciseDatesSpanWhatTheyCanMean) {
  v1::Date month = ParseDate("2024-02").value();
  EXPECT_EQ(FirstDay(month), Day("2024-02-01"));
  EXPECT_EQ(LastDay(month), Day("2024-02-29"));
  v1::Date year = ParseDate("2023").value();
  EXPECT_EQ(FirstDay(year), Day("2023-01-01"));
  EXPECT_EQ(LastDay(year), Day("2023-12-31"));
}

TEST(AddYearsTest, KeepsTheDayNumberExceptOnLeapDay) {
  EXPECT_EQ(AddYears(Day("2022-10-05"), 2), Day("2024-10-05"));
  EXPECT_EQ(AddYears(Day("2024-02-29"), 1), Day("2025-02-28"));
  EXPECT_EQ(AddYears(Day("2024-02-29"), 4), Day("2028-02-29"));
}

TEST(AddMonthsTest, KeepsTheDayNumberWhereTheMonthHasIt) {
  EXPECT_EQ(AddMonths(Day("2024-11-30"), 3), Day("2025-02-28"));
  EXPECT_EQ(AddMonths(Day("2023-11-30"), 3), Day("2024-02-29"));
  EXPECT_EQ(AddMonths(Day("2024-01-31"), 24), Day("2026-01-31"));
  EXPECT_EQ(AddMonths(Day("2024-12-01"), 1), Day("2025-01-01"));
}

TEST(ContainsTest, IsHalfOpen) {
  // A debarment from 2011-03-05 to 2013-03-05.
  v1::DateInterval debarred = Interval("2011-03-05", "2013-03-05");
  EXPECT_FALSE(Contains(debarred, Day("2011-03-04")));
  EXPECT_TRUE(Contains(debarred, Day("2011-03-05")));
  EXPECT_TRUE(Contains(debarred, Day("2013-03-04")));
  EXPECT_FALSE(Contains(debarred, Day("2013-03-05")));
}

TEST(ContainsTest, AbsentEndsAreOpen) {
  EXPECT_TRUE(Contains(Interval("", ""), Day("1000-01-01")));
  EXPECT_TRUE(Contains(Interval("2020-01-01", ""), Day("9000-01-01")));
  EXPECT_FALSE(Contains(Interval("2020-01-01", ""), Day("2019-12-31")));
}

TEST(ContainsTest, ImpreciseEndsAreReadAtTheirLongest) {
  v1::DateInterval interval = Interval("2020", "2021-06");
  EXPECT_TRUE(Contains(interval, Day("2020-01-01")));
  EXPECT_TRUE(Contains(interval, Day("2021-06-30")));
  EXPECT_FALSE(Contains(interval, Day("2021-07-01")));
}

TEST(IsValidIntervalTest, RefusesAnEndBeforeTheBeginning) {
  EXPECT_TRUE(IsValidInterval(Interval("2020-01-01", "2020-01-01")));
  EXPECT_FALSE(IsValidInterval(Interval("2020-01-02", "2020-01-01")));
  EXPECT_TRUE(IsValidInterval(Interval("2020-06-01", "2020")));
}

}  // namespace
}  // namespace probity
