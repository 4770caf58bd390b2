#include "matching/facts.h"

#include "gtest/gtest.h"
#include "matching/params.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

int Apply(int score, const Facts& a, const Facts& b) {
  return ApplyFacts(TestMatcher().tables(), score, a, b, nullptr);
}

Facts Country(const char* code) {
  Facts facts;
  facts.countries = {code};
  return facts;
}

Facts Born(int year, int month, int day) {
  Facts facts;
  facts.date = {year, month, day};
  return facts;
}

Facts Of(Kind kind) {
  Facts facts;
  facts.kind = kind;
  return facts;
}

Facts At(const char* address, Kind kind) {
  Facts facts = Of(kind);
  facts.address = TestMatcher().Normalize(address, Kind::kAddress);
  return facts;
}

TEST(ApplyFactsTest, AbsentFactsNeverCount) {
  for (const Facts& facts :
       {Country("DE"), Born(1970, 1, 2), Of(Kind::kPerson), At("1 High Street", Kind::kSite)}) {
    EXPECT_EQ(Apply(8000, facts, Facts()), 8000);
    EXPECT_EQ(Apply(8000, Facts(), facts), 8000);
  }
}

TEST(ApplyFactsTest, CountryRaisesOrLowers) {
  EXPECT_GT(Apply(8000, Country("DE"), Country("DE")), 8000);
  EXPECT_LT(Apply(8000, Country("DE"), Country("FR")), 8000);
  Facts both = Country("FR");
  both.countries.push_back("DE");
  EXPECT_GT(Apply(8000, Country("DE"), both), 8000);
}

TEST(ApplyFactsTest, DatesAreReadAsExactlyAsTheyAreKnown) {
  const int same = Apply(8000, Born(1970, 1, 2), Born(1970, 1, 2));
  const int year = Apply(8000, Born(1970, 0, 0), Born(1970, 1, 2));
  const int swapped = Apply(8000, Born(1970, 1, 2), Born(1970, 2, 1));
  const int day = Apply(8000, Born(1970, 1, 2), Born(1970, 1, 3));
  const int other = Apply(8000, Born(1970, 1, 2), Born(1971, 1, 2));
  EXPECT_GT(same, year);
  EXPECT_GT(year, 8000);
  EXPECT_EQ(swapped, year);
  EXPECT_LT(day, 8000);
  EXPECT_LT(other, day);
}

TEST(ApplyFactsTest, KindsContradict) {
  EXPECT_LT(Apply(8000, Of(Kind::kPerson), Of(Kind::kCompany)), kThreshold);
  EXPECT_EQ(Apply(8000, Of(Kind::kSite), Of(Kind::kCompany)), 8000);
  EXPECT_EQ(Apply(8000, Of(Kind::kPerson), Of(Kind::kPerson)), 8000);
}

TEST(ApplyFactsTest, AddressWeighsForSites) {
  const Facts here = At("12 High Street, Leeds", Kind::kSite);
  const Facts same = At("12 High St Leeds", Kind::kSite);
  const Facts there = At("7 Low Road, Hull", Kind::kSite);
  EXPECT_GT(Apply(6000, here, same), 8000);
  EXPECT_LT(Apply(9000, here, there), kThreshold);
  EXPECT_GT(Apply(9000, At("12 High Street, Leeds", Kind::kCompany),
                  At("7 Low Road, Hull", Kind::kCompany)),
            kThreshold);
}

TEST(ApplyFactsTest, WeakAliasHasACeiling) {
  Facts weak;
  weak.weak_alias = true;
  EXPECT_EQ(Apply(10000, Facts(), weak), kParams.weak_alias_ceiling);
  EXPECT_EQ(Apply(kParams.weak_alias_ceiling, Facts(), weak), kParams.weak_alias_ceiling);
  EXPECT_EQ(Apply(5000, weak, Facts()), 5000);
}

TEST(ApplyFactsTest, RowsSumToTheChange) {
  std::vector<Row> rows;
  Facts a = Country("DE"), b = Country("FR");
  a.date = {1970, 1, 2};
  b.date = {1970, 1, 2};
  b.weak_alias = true;
  const int score = ApplyFacts(TestMatcher().tables(), 9900, a, b, &rows);
  int sum = 9900;
  for (const Row& row : rows) sum += row.contribution;
  EXPECT_EQ(sum, score);
  EXPECT_GE(rows.size(), 3u);
}

TEST(ApplyFactsTest, StaysWithinItsBounds) {
  EXPECT_EQ(Apply(0, Country("DE"), Country("FR")), 0);
  EXPECT_EQ(Apply(10000, Country("DE"), Country("DE")), 10000);
}

}  // namespace
}  // namespace probity::matching
