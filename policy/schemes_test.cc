#include "policy/schemes.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

using ::testing::HasSubstr;

constexpr char kHeader[] =
    "id,title,assurance,subject_level,grades,usual_cycle_days,requires_licence,"
    "surveillance_counts,coc_models,register_url\n";

TEST(SchemeCatalogueTest, TableHoldsTheSixteenSchemes) {
  const SchemeCatalogue schemes = TestSchemes();
  EXPECT_EQ(schemes.all().size(), 16u);
  EXPECT_TRUE(schemes.Find("SA8000")->GivesCertificates());
  EXPECT_FALSE(schemes.Find("SMETA")->GivesCertificates());
  EXPECT_TRUE(schemes.Find("RSPO_SCC")->requires_licence);
  EXPECT_EQ(schemes.Find("FLA")->subject, SubjectLevel::kCompany);
  EXPECT_EQ(schemes.Find("sa8000"), nullptr);
}

TEST(SchemeCatalogueTest, GradesAreOrderedAndCarryTheirCycle) {
  const SchemeCatalogue schemes = TestSchemes();
  const Scheme& wrap = *schemes.Find("WRAP");
  EXPECT_EQ(wrap.GradeRank("platinum"), 0u);
  EXPECT_EQ(wrap.GradeRank("Silver"), 2u);
  EXPECT_EQ(wrap.GradeRank("Bronze"), std::nullopt);
  EXPECT_EQ(wrap.CycleDays("Silver"), 183);
  EXPECT_EQ(wrap.CycleDays(""), 365);
}

TEST(SchemeCatalogueTest, NamesSchemeAndColumnOfABadCell) {
  const std::pair<const char*, const char*> cases[] = {
      {"X,t,PAPER,SITE,,1,false,false,,", "X.assurance"},
      {"X,t,GUIDANCE,PLANET,,1,false,false,,", "X.subject_level"},
      {"X,t,GUIDANCE,SITE,A:x,1,false,false,,", "X.grades"},
      {"X,t,GUIDANCE,SITE,,-1,false,false,,", "X.usual_cycle_days"},
      {"X,t,GUIDANCE,SITE,,1,maybe,false,,", "X.requires_licence"},
      {"X,t,GUIDANCE,SITE,,1,false,false,MAGIC,", "X.coc_models"},
      {"X,t,GUIDANCE,SITE,,1,false,false,,\nX,t,GUIDANCE,SITE,,1,false,false,,", "twice"},
  };
  for (const auto& [row, where] : cases) {
    auto catalogue = SchemeCatalogue::FromCsv(std::string(kHeader) + row + "\n");
    ASSERT_FALSE(catalogue.ok()) << row;
    EXPECT_THAT(std::string(catalogue.status().message()), HasSubstr(where));
  }
}

}  // namespace
}  // namespace probity::policy
