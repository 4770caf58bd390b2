// Periods that count from an event: both borders, leap days, imprecise dates.
#include "policy/event_period.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

struct Row {
  const char* name;
  std::string period;
  std::string fact;
  const char* first;  // first day inside
  const char* after;  // first day after
};

TEST(PeriodOnTest, BothBorders) {
  const std::string five = "from: EVENT_DATE_DECIDED_ON years: 5";
  const std::string event = "from: EVENT_DATE_EVENT_END years: 3";
  const std::string stated = five + " unless_stated: true";
  const auto decided = [](const char* on) { return "flag { decided_on " + D(on) + " } "; };
  const std::vector<Row> rows = {
      {"day", five, decided("2021-05-31"), "2021-05-31", "2026-05-31"},
      {"leap day becomes the 28th", five, decided("2020-02-29"), "2020-02-29", "2025-02-28"},
      {"a month counts from its last day", five, decided("2021-05"), "2021-05-01", "2026-05-31"},
      {"a year counts from its last day", five, decided("2021"), "2021-01-01", "2026-12-31"},
      {"months", "from: EVENT_DATE_REPORTED_ON months: 24",
       "flag { reported_on " + D("2024-11-30") + " }", "2024-11-30", "2026-11-30"},
      {"years and months", "from: EVENT_DATE_REPORTED_ON years: 1 months: 3",
       "flag { reported_on " + D("2024-11-30") + " }", "2024-11-30", "2026-02-28"},
      {"the event's last day", event,
       "flag { event { from " + D("2020-01-10") + " to " + D("2020-03-01") + " } }", "2020-01-10",
       "2023-02-28"},
      {"an event known to the year", event, "flag { event { to { year: 2020 } } }", "2020-12-31",
       "2023-12-31"},
      {"the measure's decision where the flag has none", five,
       "legal_measure { decided_on " + D("2021-05-31") + " }", "2021-05-31", "2026-05-31"},
      {"the measure's first day", "from: EVENT_DATE_IN_FORCE_FROM years: 2",
       "legal_measure { in_force { from " + D("2022-10-05") + " } }", "2022-10-05", "2024-10-05"},
      {"the listing that holds", "from: EVENT_DATE_LISTED_FROM years: 2",
       "listing_intervals { from " + D("2022-10-05") + " }", "2022-10-05", "2024-10-05"},
      {"a stated end goes before", stated,
       decided("2021-05-31") + "legal_measure { in_force { to " + D("2030-01-01") + " } }",
       "2021-05-31", "2030-01-01"},
      {"no stated end", stated, decided("2021-05-31"), "2021-05-31", "2026-05-31"},
      {"a stated end that nobody asked for", five,
       decided("2021-05-31") + "legal_measure { in_force { to " + D("2030-01-01") + " } }",
       "2021-05-31", "2026-05-31"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto period = Parse<v1::EventPeriod>(row.period);
    const auto fact = Parse<v1::ListedRiskFlag>(row.fact);
    EXPECT_FALSE(PeriodOn(period, fact, DayOf(row.first) - 1).holds);
    EXPECT_TRUE(PeriodOn(period, fact, DayOf(row.first)).holds);
    EXPECT_TRUE(PeriodOn(period, fact, DayOf(row.after) - 1).holds);
    EXPECT_FALSE(PeriodOn(period, fact, DayOf(row.after)).holds);
    const PeriodOnDay inside = PeriodOn(period, fact, DayOf(row.first));
    EXPECT_TRUE(inside.known);
    EXPECT_EQ(FormatDate(inside.ground.ends()), row.after);
  }
}

TEST(PeriodOnTest, NamesTheDateThatIsMissing) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"EVENT_DATE_EVENT_END", "flag.event.to"},
      {"EVENT_DATE_DECIDED_ON", "flag.decided_on"},
      {"EVENT_DATE_REPORTED_ON", "flag.reported_on"},
      {"EVENT_DATE_LISTED_FROM", "listing_intervals.from"},
      {"EVENT_DATE_IN_FORCE_FROM", "legal_measure.in_force.from"},
  };
  for (const auto& [from, field] : rows) {
    const auto period = Parse<v1::EventPeriod>("years: 1 from: " + from);
    // An event that goes on has no last day yet.
    const auto fact = Parse<v1::ListedRiskFlag>("flag { event { from { year: 2020 } } }");
    const PeriodOnDay result = PeriodOn(period, fact, DayOf("2020-06-01"));
    EXPECT_FALSE(result.known) << from;
    EXPECT_EQ(result.missing, field);
  }
}

TEST(PeriodOnTest, AnImpossibleDateIsMissing) {
  const auto period = Parse<v1::EventPeriod>("years: 1 from: EVENT_DATE_DECIDED_ON");
  const auto fact = Parse<v1::ListedRiskFlag>("flag { decided_on { year: 2023 month: 13 } }");
  EXPECT_FALSE(PeriodOn(period, fact, DayOf("2023-06-01")).known);
}

TEST(PeriodOnTest, SaysHowTheEndWasComputed) {
  const auto period =
      Parse<v1::EventPeriod>("years: 5 from: EVENT_DATE_DECIDED_ON unless_stated: true");
  auto fact = Parse<v1::ListedRiskFlag>("flag { decided_on { year: 2021 month: 5 } }");
  v1::GroundPeriod ground = PeriodOn(period, fact, DayOf("2022-01-01")).ground;
  EXPECT_EQ(ground.from(), v1::EVENT_DATE_DECIDED_ON);
  EXPECT_EQ(FormatDate(ground.starts()), "2021-05-31");
  EXPECT_EQ(ground.years(), 5);
  EXPECT_FALSE(ground.stated());
  *fact.mutable_legal_measure()->mutable_in_force()->mutable_to() = ParseDate("2023-01-01").value();
  ground = PeriodOn(period, fact, DayOf("2022-01-01")).ground;
  EXPECT_TRUE(ground.stated());
  EXPECT_EQ(ground.years(), 0);
  EXPECT_EQ(FormatDate(ground.ends()), "2023-01-01");
}

TEST(ListingPeriodTest, TellsTheLawThatEndsAListing) {
  const auto fact = Parse<v1::ListedRiskFlag>(
      "listing_intervals { from " + D("2022-10-05") + " to " + D("2024-10-05") +
      " } legal_period { regime: \"BR-LS\" counted_from_field: \"listing_intervals.from\" "
      "counted_from " +
      D("2022-10-05") + " years: 2 ends " + D("2024-10-05") + " }");
  const v1::GroundPeriod ground = ListingPeriod(fact, DayOf("2024-10-04"));
  EXPECT_EQ(ground.years(), 2);
  EXPECT_FALSE(ground.stated());
  EXPECT_EQ(FormatDate(ground.ends()), "2024-10-05");
  EXPECT_EQ(ListingPeriod(fact, DayOf("2024-10-05")).ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace probity::policy
