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

TEST(StateOfFlagTest, TwoYearsFromInclusion) {
  const DayNumber inclusion = DayOf("2022-10-05");
  v1::RiskFlag flag;
  flag.set_type(v1::FLAG_TYPE_LISTA_SUJA);
  *flag.add_listing_intervals()->mutable_from() = DateOf(inclusion);
  *flag.mutable_listing_intervals(0)->mutable_to() = DateOf(AddYears(inclusion, 2));
  EXPECT_EQ(StateOf(flag, {}, DayOf("2022-10-04")), ListingState::kNotBegun);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2024-10-04")), ListingState::kInForce);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2024-10-05")), ListingState::kEnded);
}

TEST(StateOfFlagTest, EditionsTellWhereTheFlagIsSilent) {
  v1::RiskFlag flag;
  const Intervals editions = {Between("2018-01-01", "2020-01-01")};
  EXPECT_EQ(StateOf(flag, editions, DayOf("2019-06-01")), ListingState::kInForce);
  EXPECT_EQ(StateOf(flag, editions, DayOf("2020-01-01")), ListingState::kEnded);
  *flag.add_listing_intervals() = Between("2020-01-01", "");
  EXPECT_EQ(StateOf(flag, editions, DayOf("2020-01-01")), ListingState::kInForce);
}

TEST(StateOfFlagTest, BeginsWhenItBecameKnown) {
  v1::RiskFlag flag;
  *flag.mutable_reported_on() = ParseDate("2023-05-02").value();
  EXPECT_EQ(StateOf(flag, {}, DayOf("2023-05-01")), ListingState::kNotBegun);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2023-05-02")), ListingState::kInForce);
}

TEST(StateOfFlagTest, TerminalStagesEndIt) {
  v1::RiskFlag flag;
  *flag.add_listing_intervals() = Between("2020-01-01", "2022-01-01");
  flag.set_stage(v1::FLAG_STAGE_ANNULLED);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2021-01-01")), ListingState::kEnded);
  flag.set_stage(v1::FLAG_STAGE_EXPIRED);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2021-01-01")), ListingState::kInForce);
  EXPECT_EQ(StateOf(flag, {}, DayOf("2022-01-01")), ListingState::kEnded);
}

TEST(StateOfMeasureTest, DatesAndStatus) {
  v1::LegalMeasure measure;
  *measure.mutable_in_force() = Between("2021-01-01", "");
  EXPECT_EQ(StateOf(measure, {}, DayOf("2020-12-31")), ListingState::kNotBegun);
  EXPECT_EQ(StateOf(measure, {}, DayOf("2021-01-01")), ListingState::kInForce);
  measure.set_list_status(v1::LIST_STATUS_REVOKED);
  EXPECT_EQ(StateOf(measure, {}, DayOf("2021-01-01")), ListingState::kEnded);
  *measure.mutable_in_force() = Between("2021-01-01", "2023-01-01");
  EXPECT_EQ(StateOf(measure, {}, DayOf("2022-12-31")), ListingState::kInForce);
  measure = v1::LegalMeasure();
  measure.set_appeal_state(v1::APPEAL_STATE_PENDING_SUSPENSIVE);
  EXPECT_EQ(StateOf(measure, {}, DayOf("2021-01-01")), ListingState::kEnded);
  measure.set_appeal_state(v1::APPEAL_STATE_PENDING);
  EXPECT_EQ(StateOf(measure, {}, DayOf("2021-01-01")), ListingState::kInForce);
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
  EXPECT_EQ(FitOf(risk, Code(v1::COMMODITY_SCHEME_PUBLISHER, "COTTON")),
            v1::MAPPING_FIT_EXACT);
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

}  // namespace
}  // namespace probity::policy
