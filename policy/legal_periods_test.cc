#include "policy/legal_periods.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

using ::testing::HasSubstr;

TEST(LegalPeriodsTest, TheTableNamesEachLawOnce) {
  const LegalPeriods law = TestLaw();
  ASSERT_NE(law.ForRegime("BR-LS"), nullptr);
  EXPECT_EQ(law.ForRegime("BR-LS")->years, 2);
  EXPECT_EQ(law.ForFlag(v1::FLAG_TYPE_LISTA_SUJA), law.ForRegime("BR-LS"));
  EXPECT_EQ(law.ForFlag(v1::FLAG_TYPE_LKSG_FINE)->regime, "DE-LKSG22");
  EXPECT_EQ(law.ForRegime("EU-57.1F")->counts_from, PeriodStart::kDecision);
  EXPECT_EQ(law.ForRegime("EU-57.4A")->counts_from, PeriodStart::kEvent);
  EXPECT_EQ(law.ForRegime("US-SAM"), nullptr);
  EXPECT_EQ(law.ForFlag(v1::FLAG_TYPE_UNSPECIFIED), nullptr);
}

TEST(LegalPeriodsTest, NamesRegimeAndColumnOfAFault) {
  const std::string head = "regime,flag_type,counts_from,years,legal_basis\n";
  const std::pair<const char*, const char*> rows[] = {
      {",,LISTING,2,x", "regime"},           {"A,,LISTING,2,", "A.legal_basis"},
      {"A,NOPE,LISTING,2,x", "A.flag_type"}, {"A,,SOMEDAY,2,x", "A.counts_from"},
      {"A,,LISTING,0,x", "A.years"},         {"A,,LISTING,100,x", "A.years"},
      {"A,,LISTING,two,x", "A.years"},       {"A,,LISTING,2,x\nA,,LISTING,3,x", "twice"}};
  for (const auto& [row, fault] : rows) {
    const auto law = LegalPeriods::FromCsv(head + row + "\n");
    EXPECT_THAT(std::string(law.status().message()), HasSubstr(fault)) << row;
  }
}

}  // namespace
}  // namespace probity::policy
