#include "policy/places.h"

#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

PlaceSet SetOf(const std::vector<std::string>& codes) {
  return PlaceSet({codes.begin(), codes.end()}, TestGroups());
}

TEST(PlaceSetTest, ASubdivisionIsInsideItsCountry) {
  const DayNumber day = DayOf("2026-01-01");
  EXPECT_TRUE(SetOf({"US"}).Contains("US-CA", day));
  EXPECT_FALSE(SetOf({"US-CA"}).Contains("US", day));
  EXPECT_FALSE(SetOf({"US"}).Contains("", day));
  EXPECT_FALSE(SetOf({"U"}).Contains("US", day));
}

TEST(PlaceSetTest, MembershipBeginsAndEnds) {
  EXPECT_FALSE(SetOf({"EU"}).Contains("HR", DayOf("2013-06-30")));
  EXPECT_TRUE(SetOf({"EU"}).Contains("HR", DayOf("2013-07-01")));
  EXPECT_TRUE(SetOf({"EU"}).Contains("GB", DayOf("2020-01-31")));
  EXPECT_FALSE(SetOf({"EU"}).Contains("GB", DayOf("2020-02-01")));
  EXPECT_TRUE(SetOf({"EU"}).Contains("DE-BY", DayOf("2026-01-01")));
}

TEST(PlaceSetTest, ARegimeBindsWhoeverSaysSo) {
  v1::PurchaseContext purchase;
  purchase.set_authority_country("KE");
  EXPECT_FALSE(SetOf({"OFAC"}).ContainsBuyer(purchase, 0));
  purchase.add_buyer_bound_by("OFAC");
  EXPECT_TRUE(SetOf({"OFAC"}).ContainsBuyer(purchase, 0));
}

TEST(RelatePlacesTest, KnowsWhichOneHoldsTheOther) {
  EXPECT_EQ(RelatePlaces("CN-XJ", "CN"), PlaceRelation::kInside);
  EXPECT_EQ(RelatePlaces("CN", "CN-XJ"), PlaceRelation::kAround);
  EXPECT_EQ(RelatePlaces("CN-GD", "CN-XJ"), PlaceRelation::kElsewhere);
  EXPECT_EQ(RelatePlaces("", "CN"), PlaceRelation::kElsewhere);
}

TEST(CountryGroupsTest, NamesTheCellThatIsWrong) {
  const std::string header = "group,country,from,to\n";
  for (const char* row : {",DE,,", "EU,DEU,,", "EU,DE,2020,", "EU,DE,,x"}) {
    EXPECT_FALSE(CountryGroups::FromCsv(header + row + "\n").ok()) << row;
  }
  EXPECT_TRUE(CountryGroups::FromCsv(header + "EU,DE,,\n").ok());
}

}  // namespace
}  // namespace probity::policy
