#include "policy/listing.h"

#include "gmock/gmock.h"
#include "policy/commodity.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

v1::DateInterval Between(const std::string& from, const std::string& to) {
  v1::DateInterval interval;
  if (!from.empty()) *interval.mutable_from() = ParseDate(from).value();
  if (!to.empty()) *interval.mutable_to() = ParseDate(to).value();
  return interval;
}

TEST(StateOnTest, DebarmentHoldsFromItsFirstDayToTheDayBeforeItsEnd) {
  const Intervals debarment = {Between("2011-03-05", "2013-03-05")};
  EXPECT_EQ(StateOn(debarment, DayOf("2011-03-04")), ListingState::kNotBegun);
  EXPECT_EQ(StateOn(debarment, DayOf("2011-03-05")), ListingState::kInForce);
  EXPECT_EQ(StateOn(debarment, DayOf("2013-03-04")), ListingState::kInForce);
  EXPECT_EQ(StateOn(debarment, DayOf("2013-03-05")), ListingState::kEnded);
}

TEST(StateOnTest, ListedRemovedAndListedAgain) {
  const Intervals listed = {Between("2022-10-05", "2023-01-13"), Between("2024-11-11", "")};
  EXPECT_EQ(StateOn(listed, DayOf("2023-01-12")), ListingState::kInForce);
  EXPECT_EQ(StateOn(listed, DayOf("2023-06-01")), ListingState::kEnded);
  EXPECT_EQ(StateOn(listed, DayOf("2024-11-11")), ListingState::kInForce);
  EXPECT_EQ(StateOn({}, DayOf("2024-11-11")), ListingState::kInForce);
}

// The state on a day, with the intervals and the end that PeriodOf gives.
ListingState On(const v1::RiskFlag& flag, const std::string& day, const Editions& editions = {},
                const v1::LegalMeasure* measure = nullptr) {
  return StateOf(flag, PeriodOf(flag, editions, TestLaw(), measure), DayOf(day));
}
ListingState On(const v1::LegalMeasure& measure, const std::string& day,
                const Editions& editions = {}, const v1::DateInterval& event = {}) {
  return StateOf(measure, PeriodOf(measure, editions, TestLaw(), event), DayOf(day));
}

v1::RiskFlag ListaSuja(const std::string& from, const std::string& to = "") {
  v1::RiskFlag flag;
  flag.set_type(v1::FLAG_TYPE_LISTA_SUJA);
  *flag.add_listing_intervals() = Between(from, to);
  return flag;
}

TEST(PeriodOfFlagTest, TwoYearsFromInclusionWhereNoEndIsStated) {
  const v1::RiskFlag flag = ListaSuja("2022-10-05");
  EXPECT_EQ(On(flag, "2022-10-04"), ListingState::kNotBegun);
  EXPECT_EQ(On(flag, "2022-10-05"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2024-10-04"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2024-10-05"), ListingState::kEnded);
  const Period period = PeriodOf(flag, {}, TestLaw());
  ASSERT_TRUE(period.computed.has_value());
  EXPECT_EQ(period.computed->regime(), "BR-LS");
  EXPECT_EQ(period.computed->counted_from_field(), "listing_intervals.from");
  EXPECT_EQ(FormatDate(period.computed->counted_from()), "2022-10-05");
  EXPECT_EQ(period.computed->years(), 2);
  EXPECT_EQ(FormatDate(period.computed->ends()), "2024-10-05");
  EXPECT_EQ(FormatDate(period.intervals.back().to()), "2024-10-05");
}

TEST(PeriodOfFlagTest, AStatedEndStaysAsItIs) {
  const v1::RiskFlag flag = ListaSuja("2022-10-05", "2023-01-13");
  EXPECT_EQ(On(flag, "2023-01-12"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2023-01-13"), ListingState::kEnded);
  EXPECT_FALSE(PeriodOf(flag, {}, TestLaw()).computed.has_value());
}

TEST(PeriodOfFlagTest, OnlyTheLastListingIsBounded) {
  v1::RiskFlag flag = ListaSuja("2020-01-01", "2020-06-01");
  *flag.add_listing_intervals() = Between("2024-02-29", "");
  EXPECT_EQ(On(flag, "2021-01-01"), ListingState::kEnded);
  EXPECT_EQ(On(flag, "2026-02-27"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2026-02-28"), ListingState::kEnded);  // 29 February -> 28 February
}

TEST(PeriodOfFlagTest, AnImpreciseStartCountsFromItsLastDay) {
  EXPECT_EQ(On(ListaSuja("2022-10"), "2024-10-30"), ListingState::kInForce);
  EXPECT_EQ(On(ListaSuja("2022-10"), "2024-10-31"), ListingState::kEnded);
}

TEST(PeriodOfFlagTest, WhatTheListStillHoldsStaysOpen) {
  const v1::RiskFlag flag = ListaSuja("2022-10-05");
  Editions editions;
  editions.intervals = {Between("2022-10-05", "")};
  editions.seen_on = DayOf("2024-10-04");
  EXPECT_EQ(On(flag, "2024-10-05", editions), ListingState::kEnded);
  editions.seen_on = DayOf("2024-10-05");
  EXPECT_EQ(On(flag, "2024-10-05", editions), ListingState::kInForce);
  EXPECT_TRUE(PeriodOf(flag, editions, TestLaw()).computed->still_listed());
}

TEST(PeriodOfFlagTest, AFineCountsFromItsDecision) {
  v1::RiskFlag flag;
  flag.set_type(v1::FLAG_TYPE_LKSG_FINE);
  EXPECT_EQ(On(flag, "2024-01-01"), ListingState::kInForce);
  *flag.mutable_decided_on() = ParseDate("2021-05-02").value();
  EXPECT_EQ(On(flag, "2021-05-01"), ListingState::kNotBegun);
  EXPECT_EQ(On(flag, "2021-05-02"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2024-05-01"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2024-05-02"), ListingState::kEnded);
}

TEST(PeriodOfFlagTest, AFlagWithoutDatesFollowsItsMeasure) {
  v1::RiskFlag flag;
  flag.set_type(v1::FLAG_TYPE_DEBARMENT);
  v1::LegalMeasure measure;
  EXPECT_EQ(On(flag, "2013-03-05", {}, &measure), ListingState::kInForce);
  *measure.mutable_in_force() = Between("2011-03-05", "2013-03-05");
  EXPECT_EQ(On(flag, "2011-03-04", {}, &measure), ListingState::kNotBegun);
  EXPECT_EQ(On(flag, "2013-03-04", {}, &measure), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2013-03-05", {}, &measure), ListingState::kEnded);
  *flag.add_listing_intervals() = Between("2012-01-01", "");
  EXPECT_EQ(On(flag, "2013-03-05", {}, &measure), ListingState::kInForce);
}

TEST(PeriodOfMeasureTest, CountsFromWhatItsLawNames) {
  struct Case {
    const char* regime;
    const char* decided;
    const char* in_force_from;
    const char* last_day;  // "": no end
  };
  const Case cases[] = {
      {"EU-57.1F", "2019-05-10", "", "2024-05-09"},
      {"EU-57.1F", "2019-05-10", "2019-07-01", "2024-05-09"},
      {"EU-57.1F", "", "2019-07-01", "2024-06-30"},
      {"UK-DEBAR-M", "2019-05-10", "2019-07-01", "2024-06-30"},
      {"UK-DEBAR-D", "2019-05-10", "", "2024-05-09"},
      {"EU-57.4A", "2019-05-10", "2019-07-01", ""},  // the event is not on record
      {"US-SAM", "2019-05-10", "2019-07-01", ""},
      {"EU-57.1F", "", "", ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(std::string(one.regime) + " " + one.decided + " " + one.in_force_from);
    v1::LegalMeasure measure;
    measure.set_regime(one.regime);
    if (*one.decided != 0) *measure.mutable_decided_on() = ParseDate(one.decided).value();
    if (*one.in_force_from != 0) *measure.mutable_in_force() = Between(one.in_force_from, "");
    if (*one.last_day == 0) {
      EXPECT_EQ(On(measure, "2099-01-01"), ListingState::kInForce);
      continue;
    }
    EXPECT_EQ(On(measure, one.last_day), ListingState::kInForce);
    EXPECT_EQ(On(measure, FormatDate(DateOf(DayOf(one.last_day) + 1))), ListingState::kEnded);
  }
}

TEST(PeriodOfMeasureTest, AnEventCountsFromItsLastDay) {
  v1::LegalMeasure measure;
  measure.set_regime("EU-57.4C");
  *measure.mutable_in_force() = Between("2020-01-01", "");
  const v1::DateInterval event = Between("2019-01-01", "2020-02-01");  // 31 January is the last
  EXPECT_EQ(On(measure, "2023-01-30", {}, event), ListingState::kInForce);
  EXPECT_EQ(On(measure, "2023-01-31", {}, event), ListingState::kEnded);
  // What still goes on has not begun to count.
  EXPECT_EQ(On(measure, "2099-01-01", {}, Between("2019-01-01", "")), ListingState::kInForce);
}

TEST(StateOfFlagTest, EditionsTellWhereTheFlagIsSilent) {
  v1::RiskFlag flag;
  Editions editions;
  editions.intervals = {Between("2018-01-01", "2020-01-01")};
  EXPECT_EQ(On(flag, "2019-06-01", editions), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2020-01-01", editions), ListingState::kEnded);
  *flag.add_listing_intervals() = Between("2020-01-01", "");
  EXPECT_EQ(On(flag, "2020-01-01", editions), ListingState::kInForce);
}

TEST(StateOfFlagTest, BeginsWhenItBecameKnown) {
  v1::RiskFlag flag;
  *flag.mutable_reported_on() = ParseDate("2023-05-02").value();
  EXPECT_EQ(On(flag, "2023-05-01"), ListingState::kNotBegun);
  EXPECT_EQ(On(flag, "2023-05-02"), ListingState::kInForce);
}

TEST(StateOfFlagTest, TerminalStagesEndIt) {
  v1::RiskFlag flag;
  *flag.add_listing_intervals() = Between("2020-01-01", "2022-01-01");
  flag.set_stage(v1::FLAG_STAGE_ANNULLED);
  EXPECT_EQ(On(flag, "2021-01-01"), ListingState::kEnded);
  flag.set_stage(v1::FLAG_STAGE_EXPIRED);
  EXPECT_EQ(On(flag, "2021-01-01"), ListingState::kInForce);
  EXPECT_EQ(On(flag, "2022-01-01"), ListingState::kEnded);
  // A computed end tells when a period ran out, not when a harm was remedied.
  flag = ListaSuja("2020-01-01");
  flag.set_stage(v1::FLAG_STAGE_EXPIRED);
  EXPECT_EQ(On(flag, "2021-01-01"), ListingState::kInForce);
  flag.set_stage(v1::FLAG_STAGE_REMEDIED);
  EXPECT_EQ(On(flag, "2021-01-01"), ListingState::kEnded);
}

TEST(StateOfMeasureTest, DatesAndStatus) {
  v1::LegalMeasure measure;
  *measure.mutable_in_force() = Between("2021-01-01", "");
  EXPECT_EQ(On(measure, "2020-12-31"), ListingState::kNotBegun);
  EXPECT_EQ(On(measure, "2021-01-01"), ListingState::kInForce);
  measure.set_list_status(v1::LIST_STATUS_REVOKED);
  EXPECT_EQ(On(measure, "2021-01-01"), ListingState::kEnded);
  *measure.mutable_in_force() = Between("2021-01-01", "2023-01-01");
  EXPECT_EQ(On(measure, "2022-12-31"), ListingState::kInForce);
  measure = v1::LegalMeasure();
  measure.set_appeal_state(v1::APPEAL_STATE_PENDING_SUSPENSIVE);
  EXPECT_EQ(On(measure, "2021-01-01"), ListingState::kEnded);
  measure.set_appeal_state(v1::APPEAL_STATE_PENDING);
  EXPECT_EQ(On(measure, "2021-01-01"), ListingState::kInForce);
}

// "Pending; the measure is suspended meanwhile": an appeal with suspensive effect, a court's
// suspension and a quashed decision take the effect at once. The end is the one that the
// measure was decided with, years ahead as a rule: read as the end of its effect, a debarment
// that a court suspended would go on to bar.
TEST(StateOfMeasureTest, AnEndAheadDoesNotKeepASuspendedMeasureInForce) {
  const auto stated = [](const std::string& to) {
    v1::LegalMeasure measure;
    *measure.mutable_in_force() = Between("2021-01-01", to);
    return measure;
  };
  for (const char* to : {"", "2031-01-01"}) {
    SCOPED_TRACE(std::string("to: ") + to);
    v1::LegalMeasure suspended = stated(to);
    suspended.set_list_status(v1::LIST_STATUS_SUSPENDED_BY_COURT);
    EXPECT_EQ(On(suspended, "2020-12-31"), ListingState::kNotBegun);
    EXPECT_EQ(On(suspended, "2021-01-01"), ListingState::kEnded);
    EXPECT_EQ(On(suspended, "2026-01-01"), ListingState::kEnded);
    for (const auto state : {v1::APPEAL_STATE_PENDING_SUSPENSIVE, v1::APPEAL_STATE_UPHELD}) {
      v1::LegalMeasure appealed = stated(to);
      appealed.set_appeal_state(state);
      EXPECT_EQ(On(appealed, "2026-01-01"), ListingState::kEnded) << state;
    }
    for (const auto state : {v1::APPEAL_STATE_PENDING, v1::APPEAL_STATE_REJECTED}) {
      v1::LegalMeasure appealed = stated(to);
      appealed.set_appeal_state(state);
      EXPECT_EQ(On(appealed, "2026-01-01"), ListingState::kInForce) << state;
    }
  }
  // What its publisher revoked ended on the day that it states.
  v1::LegalMeasure revoked = stated("2031-01-01");
  revoked.set_list_status(v1::LIST_STATUS_REVOKED);
  EXPECT_EQ(On(revoked, "2026-01-01"), ListingState::kInForce);
}

v1::CommodityCode Code(v1::CommodityScheme scheme, const std::string& code) {
  v1::CommodityCode commodity;
  commodity.set_scheme(scheme);
  commodity.set_code(code);
  return commodity;
}

TEST(RelateTest, Prefixes) {
  const auto hs = v1::COMMODITY_SCHEME_HS;
  const auto cpv = v1::COMMODITY_SCHEME_CPV;
  const auto own = v1::COMMODITY_SCHEME_PUBLISHER;
  EXPECT_EQ(Relate(Code(hs, "5201.00"), Code(hs, "52")), CodeRelation::kInside);
  EXPECT_EQ(Relate(Code(hs, "52"), Code(hs, "5201")), CodeRelation::kAround);
  EXPECT_EQ(Relate(Code(hs, "5201"), Code(hs, "5202")), CodeRelation::kUnrelated);
  EXPECT_EQ(Relate(Code(cpv, "90910000-9"), Code(cpv, "9091")), CodeRelation::kEqual);
  EXPECT_EQ(Relate(Code(cpv, "90911200"), Code(cpv, "90910000")), CodeRelation::kInside);
  EXPECT_EQ(Relate(Code(cpv, "52"), Code(hs, "52")), CodeRelation::kOtherScheme);
  EXPECT_EQ(Relate(Code(own, "COTTON"), Code(own, "Cotton")), CodeRelation::kEqual);
  EXPECT_EQ(Relate(Code(own, "Cotton"), Code(own, "Cottonseed")), CodeRelation::kUnrelated);
}

TEST(FitOfTest, BothWays) {
  v1::CommodityRisk risk = Parse<v1::CommodityRisk>(
      "publisher_name: 'Cotton' commodities { fit: MAPPING_FIT_BROADER "
      "commodity { scheme: COMMODITY_SCHEME_HS code: '5201' } }");
  const auto hs = v1::COMMODITY_SCHEME_HS;
  EXPECT_EQ(FitOf(risk, Code(hs, "520100")), v1::MAPPING_FIT_BROADER);
  EXPECT_EQ(FitOf(risk, Code(hs, "52")), v1::MAPPING_FIT_NARROWER);
  EXPECT_EQ(FitOf(risk, Code(hs, "61")), std::nullopt);
  EXPECT_EQ(FitOf(risk, Code(v1::COMMODITY_SCHEME_PUBLISHER, "COTTON")), v1::MAPPING_FIT_EXACT);
  EXPECT_EQ(FitOf(risk, Code(v1::COMMODITY_SCHEME_PUBLISHER, "Cot")), std::nullopt);
}

TEST(RelateOriginsTest, CountriesAndSubdivisions) {
  EXPECT_EQ(RelateOrigins("CN", "CN"), OriginRelation::kSame);
  EXPECT_EQ(RelateOrigins("", "CN"), OriginRelation::kSame);
  EXPECT_EQ(RelateOrigins("CN-XJ", "CN"), OriginRelation::kOtherLevel);
  EXPECT_EQ(RelateOrigins("CN", "CN-XJ"), OriginRelation::kOtherLevel);
  EXPECT_EQ(RelateOrigins("CN-XJ", "CN-GD"), OriginRelation::kElsewhere);
  EXPECT_EQ(RelateOrigins("IN", "CN"), OriginRelation::kElsewhere);
}

TEST(ClampPeopleTest, SmallCountsLeaveAsFewerThanFive) {
  v1::AffectedPeople people;
  people.mutable_total()->set_exact(5);
  people.mutable_women()->set_exact(4);
  people.mutable_girls()->set_exact(1);
  people.mutable_boys()->set_exact(0);
  people.mutable_unknown()->set_exact(3);
  ClampPeople(&people);
  EXPECT_EQ(people.total().exact(), 5);
  EXPECT_TRUE(people.women().fewer_than_five());
  EXPECT_TRUE(people.girls().fewer_than_five());
  EXPECT_TRUE(people.unknown().fewer_than_five());
  EXPECT_TRUE(people.boys().has_exact());
  EXPECT_FALSE(people.has_men());
}

TEST(ClampPeopleTest, ASmallGroupCannotBeWorkedOutFromTheTotal) {
  struct Case {
    const char* people;
    const char* shown;
  };
  const Case cases[] = {
      // 12 - 9 would be 3: the other group is withheld.
      {"total { exact: 12 } women { exact: 9 } men { exact: 3 }",
       "total { exact: 12 } women { withheld: true } men { fewer_than_five: true }"},
      {"total { exact: 30 } women { exact: 20 } men { exact: 7 } girls { exact: 3 }",
       "total { exact: 30 } women { exact: 20 } men { withheld: true } "
       "girls { fewer_than_five: true }"},
      // Nothing tells, so nothing is withheld.
      {"total { exact: 12 } men { exact: 3 }", "total { exact: 12 } men { fewer_than_five: true }"},
      {"women { exact: 9 } men { exact: 3 }", "women { exact: 9 } men { fewer_than_five: true }"},
      {"total { exact: 14 } women { exact: 9 } men { exact: 5 }",
       "total { exact: 14 } women { exact: 9 } men { exact: 5 }"},
      {"total { exact: 14 } women { exact: 9 } men { exact: 5 } migrants { exact: 2 }",
       "total { exact: 14 } women { exact: 9 } men { exact: 5 } "
       "migrants { fewer_than_five: true }"},
      {"total { exact: 3 } women { exact: 3 } men { exact: 0 }",
       "total { fewer_than_five: true } women { fewer_than_five: true } men { exact: 0 }"},
  };
  for (const Case& one : cases) {
    v1::AffectedPeople people = Parse<v1::AffectedPeople>(one.people);
    ClampPeople(&people);
    EXPECT_EQ(people.DebugString(), Parse<v1::AffectedPeople>(one.shown).DebugString());
    ClampPeople(&people);
    EXPECT_EQ(people.DebugString(), Parse<v1::AffectedPeople>(one.shown).DebugString());
  }
}

}  // namespace
}  // namespace probity::policy
