#include "policy/moved_dates.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "policy/policy_testing.h"
#include "policy/testing.h"
#include "probity/v1/certification.pb.h"

namespace probity::policy {
namespace {

using ::testing::Contains;

DaySpans SpanOf(const std::string& iso) {
  const v1::Date date = ParseDate(iso).value();
  return {{FirstDay(date), LastDay(date)}};
}

TEST(MovedDatesTest, EveryDateInsideAMessageIsFound) {
  const auto certificate = Parse<v1::Certification>(
      "issued_on " + D("2024-01-02") + " expires_on " + D("2027") + " status_events { from " +
      D("2025-03") + " } status_events { from { year: 2025 month: 13 } }");
  DaySpans dates;
  AddDates(certificate, &dates);
  EXPECT_EQ(dates, (DaySpans{{DayOf("2024-01-02"), DayOf("2024-01-02")},
                             {DayOf("2025-03-01"), DayOf("2025-03-31")},
                             {DayOf("2027-01-01"), DayOf("2027-12-31")}}));
}

TEST(MovedDatesTest, TheNextDayIsTheEarliestBehindToday) {
  struct Case {
    std::string date, today, next;  // empty: none
  };
  const std::vector<Case> cases = {
      {"2026-05-10", "2026-05-08", "2026-05-09"},  // counted from the day before
      {"2026-05-10", "2026-05-09", "2026-05-10"},
      {"2026-05-10", "2026-05-10", "2026-05-11"},
      {"2026-05-10", "2026-05-11", ""},
      {"2026-05", "2026-05-01", "2026-05-02"},
      {"2026-05", "2026-05-02", "2026-05-31"},
      {"2026-05", "2026-05-31", "2026-06-01"},
      {"2026-05", "2026-06-01", ""}};
  for (const Case& one : cases) {
    const auto next = NextDay(SpanOf(one.date), DateMoves(), DayOf(one.today));
    EXPECT_EQ(next.has_value() ? FormatDate(DateOf(*next)) : "", one.next)
        << one.date << " seen on " << one.today;
  }
}

TEST(MovedDatesTest, AgesAndPeriodsMoveDates) {
  DateMoves moves;
  moves.months.insert(36);
  moves.days.insert(90);
  moves.own.insert(DayOf("2028-01-01"));
  std::vector<std::string> days;
  DayNumber today = DayOf("2024-02-29");
  while (const auto next = NextDay(SpanOf("2024-02-29"), moves, today)) {
    today = *next;
    days.push_back(FormatDate(DateOf(today)));
  }
  EXPECT_THAT(days, ::testing::ElementsAre("2024-03-01", "2024-05-28", "2024-05-29", "2024-05-30",
                                           "2027-02-28", "2027-03-01", "2028-01-01", "2028-01-02"));
}

TEST(MovedDatesTest, MovesComeFromPolicyPurchaseAndLaw) {
  const CompiledPolicy policy = MustCompile(PolicyText(
      RuleText("FACT",
               "all { conditions { period { from: EVENT_DATE_DECIDED_ON years: 3 months: 1 } } "
               "conditions { as_of_from " +
                   D("2031-07-01") + " } }")));
  DateMoves moves = MovesOf(policy, TestLaw());
  EXPECT_THAT(moves.months, Contains(37));
  EXPECT_THAT(moves.months, Contains(24)) << "the law of the Lista Suja";
  EXPECT_THAT(moves.own, Contains(DayOf("2031-07-01")));
  EXPECT_THAT(moves.own, Contains(DayOf("2020-02-01"))) << "Great Britain left";
  AddMoves(Parse<v1::PurchaseContext>("requirements { max_age_days: 77 accepted_schemes { "
                                      "scheme_id: 'SA8000' } }"),
           TestSchemes(), &moves);
  EXPECT_THAT(moves.days, Contains(77));
}

}  // namespace
}  // namespace probity::policy
