#include "cli/coverage.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "cli/parse.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

v1::Decision Decided(const std::string& day, v1::Verdict verdict, const std::string& until = "") {
  v1::Decision decision;
  const v1::Date date = *ParseDay(day);
  // The last second of the day.
  const absl::Time time = absl::FromCivil(
      absl::CivilSecond(date.year(), date.month(), date.day(), 23, 59, 59), absl::UTCTimeZone());
  decision.mutable_recorded_at()->set_seconds(absl::ToUnixSeconds(time));
  decision.mutable_core()->set_verdict(verdict);
  if (!until.empty()) *decision.mutable_core()->mutable_valid_until() = *ParseDay(until);
  return decision;
}

TEST(CoverageTest, TellsTheGravestThatFits) {
  const auto clear = [](const std::string& day, const std::string& until = "") {
    return Decided(day, v1::VERDICT_CLEAR, until);
  };
  const auto block = [](const std::string& day) { return Decided(day, v1::VERDICT_BLOCK); };
  struct Case {
    std::string award;  // the order is of 2026-06-10
    std::vector<v1::Decision> decisions;
    Coverage coverage;
    int relied_on, changed;
  };
  const std::vector<Case> cases = {
      {"", {}, Coverage::kUnscreened, -1, -1},
      {"", {clear("2026-06-10")}, Coverage::kCovered, 0, -1},
      {"", {clear("2026-06-11")}, Coverage::kLate, 0, -1},
      {"", {clear("2026-06-11"), block("2026-06-12")}, Coverage::kLate, 0, 1},
      {"", {block("2026-06-01"), clear("2026-06-10")}, Coverage::kCovered, 1, -1},
      {"", {clear("2026-06-01"), block("2026-06-10")}, Coverage::kNotClear, 1, -1},
      {"",
       {Decided("2026-06-01", v1::VERDICT_REVIEW), clear("2026-06-11")},
       Coverage::kNotClear,
       0,
       1},
      {"",
       {clear("2026-06-01"), clear("2026-06-11"), block("2026-06-12")},
       Coverage::kChanged,
       0,
       2},
      {"", {clear("2026-06-01", "2026-06-09")}, Coverage::kExpiredAtAward, 0, -1},
      {"", {clear("2026-06-01", "2026-06-10")}, Coverage::kCovered, 0, -1},
      {"2026-07-01", {clear("2026-06-01", "2026-06-30")}, Coverage::kExpiredAtAward, 0, -1},
      {"2026-06-30", {clear("2026-06-01", "2026-06-30")}, Coverage::kCovered, 0, -1},
      {"2026-07-01",
       {clear("2026-06-01", "2026-06-30"), block("2026-06-12")},
       Coverage::kExpiredAtAward,
       0,
       1},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    Order order;
    order.date = *ParseDay("2026-06-10");
    if (!cases[i].award.empty()) order.award = *ParseDay(cases[i].award);
    const std::vector<v1::Decision>& decisions = cases[i].decisions;
    const OrderCoverage found = CoverageOf(order, decisions);
    EXPECT_EQ(CoverageName(found.coverage), CoverageName(cases[i].coverage));
    const auto place = [&](const v1::Decision* one) {
      return one == nullptr ? -1 : static_cast<int>(one - decisions.data());
    };
    EXPECT_EQ(place(found.relied_on), cases[i].relied_on);
    EXPECT_EQ(place(found.changed), cases[i].changed);
  }
}

TEST(CoverageTest, EachHasANameAndWords) {
  for (int i = 0; i <= static_cast<int>(Coverage::kUnscreened); ++i) {
    EXPECT_NE(CoverageName(static_cast<Coverage>(i)), "");
    EXPECT_NE(CoverageWords(static_cast<Coverage>(i)), "");
  }
}

}  // namespace
}  // namespace probity::cli
