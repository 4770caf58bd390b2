// Suppliers found by the names of their sites, through the public API.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using Stub = v1::SupplierService::Stub;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SiteSearchTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    CreateDataset("r");
    PutFirm("weaver", "Ether Weaving Ltd", "BD");
    PutFirm("owner", "Sohel Estates Ltd", "GB");
    Put("r", Site("plaza", "Zirconia Plaza", "9 Bus Stand Road", "Savar", "BD",
                  By("weaver", D("2013-04-24"))));
    Put("r",
        "key: 'deed' link { from { source_record: 'records/owner' } to { source_record: "
        "'records/plaza' } type: LINK_TYPE_OWNS }");
  }

  void PutFirm(const std::string& key, const std::string& name, const std::string& country) {
    Put("r", absl::StrCat("key: '", key, "' supplier { names { text: '", name,
                          "' } kind: PARTY_KIND_COMPANY jurisdiction: '", country, "' }"));
  }
  // An operator; with `to`, until the day before.
  static std::string By(const std::string& firm, const std::string& to = "") {
    return absl::StrCat("operators { operator { source_record: 'datasets/r/records/", firm, "' }",
                        to.empty() ? "" : absl::StrCat(" period { to ", to, " }"), " } ");
  }
  static std::string Site(const std::string& key, const std::string& name,
                          const std::string& street, const std::string& city,
                          const std::string& country, const std::string& more) {
    return absl::StrCat("key: '", key, "' site { names { text: '", name, "' } address { lines: '",
                        street, "' city: '", city, "' country: '", country, "' } ", more, "}");
  }

  v1::SearchSuppliersResponse Search(const std::string& request) {
    return Ask(&Stub::SearchSuppliers, Parse<v1::SearchSuppliersRequest>(request));
  }
  // Whose names are called a match.
  std::vector<std::string> Found(const std::string& request) {
    std::vector<std::string> names;
    const auto response = Search(request);
    for (const auto& hit : response.hits()) {
      if (hit.match()) names.push_back(hit.supplier().display_name());
    }
    return names;
  }
  v1::ExplainSearchMissResponse Explain(const std::string& request) {
    return Ask(&Stub::ExplainSearchMiss, Parse<v1::ExplainSearchMissRequest>(request));
  }
};

TEST_F(SiteSearchTest, LeadsToWhoOperatesOrOwnsTheSite) {
  const std::vector<std::string> both = {"Ether Weaving Ltd", "Sohel Estates Ltd"};
  for (const char* more :
       {"", "facts { kind: NAME_KIND_SITE }", "facts { kind: NAME_KIND_COMPANY }",
        "kinds: PARTY_KIND_COMPANY", "facts { countries: 'BD' }"}) {
    EXPECT_EQ(Found(absl::StrCat("query: 'zirkonia plaza' ", more)), both) << more;
  }
  const auto response = Search("query: 'Zirconia Plaza' explanation: EXPLANATION_LEVEL_FULL");
  ASSERT_EQ(response.hits_size(), 2);
  const v1::LinkType roles[] = {v1::LINK_TYPE_OPERATES, v1::LINK_TYPE_OWNS};
  const char* said[] = {"a site that it operates or operated", "a site that it owns or owned"};
  for (int i = 0; i < 2; ++i) {
    const auto& hit = response.hits(i);
    EXPECT_EQ(hit.site_role(), roles[i]);
    EXPECT_EQ(hit.matched_name().text(), "Zirconia Plaza");
    EXPECT_EQ(hit.source_record(), "datasets/r/records/plaza");
    EXPECT_EQ(hit.basis(), v1::MATCH_BASIS_NAME);
    EXPECT_DOUBLE_EQ(hit.score(), 0.99);
    double sum = 0;
    std::string site;
    for (const auto& row : hit.explanations()) {
      sum += row.contribution();
      if (row.feature() == "site") site = row.detail();
    }
    EXPECT_NEAR(sum, hit.score(), 1e-9);
    EXPECT_THAT(site, HasSubstr(said[i]));
  }
  EXPECT_EQ(Search("query: 'Ether Weaving'").hits(0).site_role(), v1::LINK_TYPE_UNSPECIFIED);
}

TEST_F(SiteSearchTest, LeadsFromEveryRecordOfTheSite) {
  CreateDataset("list");
  Put("r", Site("mill", "Obsidian Mill", "", "", "BD",
                "identifiers { scheme: 'OS-ID' value: 'BD1' } " + By("weaver")));
  Put("list",
      Site("1", "Turmalin Works", "", "", "BD", "identifiers { scheme: 'OS-ID' value: 'BD1' } "));
  EXPECT_THAT(Found("query: 'Turmalin Works'"), ElementsAre("Ether Weaving Ltd"));
  EXPECT_THAT(Found("query: 'Turmalin Works' datasets: 'datasets/list'"),
              ElementsAre("Ether Weaving Ltd"));
  EXPECT_THAT(Found("query: 'Obsidian Mill' datasets: 'datasets/list'"), IsEmpty());
}

// The firm is found once, and by its own name where that fits as well.
TEST_F(SiteSearchTest, ASuppliersOwnNameComesFirst) {
  Put("r", Site("a-mill", "Basalt Spinning", "", "", "BD", By("spinner")));
  PutFirm("spinner", "Basalt Spinning", "BD");
  Put("r", Site("b-mill", "Basalt Spinning", "", "", "BD", By("spinner")));
  const auto response = Search("query: 'Basalt Spinning'");
  ASSERT_EQ(response.hits_size(), 1);
  EXPECT_EQ(response.hits(0).source_record(), "datasets/r/records/spinner");
  EXPECT_EQ(response.hits(0).site_role(), v1::LINK_TYPE_UNSPECIFIED);
}

TEST_F(SiteSearchTest, AnAddressTellsSitesOfOneNameApart) {
  PutFirm("far", "Far Looms", "BD");
  PutFirm("near", "Near Looms", "BD");
  Put("r", Site("1", "Central Loom House", "1 Harbour Road", "Chittagong", "BD", By("far")));
  Put("r", Site("2", "Central Loom House", "77 Mill Lane", "Dhaka", "BD", By("near")));
  Put("r", Site("3", "Central Loom House", "5 Station Road", "Sylhet", "BD", By("near")));
  const auto at = [this](const std::string& address) {
    return Search("query: 'Central Loom House' facts { kind: NAME_KIND_SITE address: '" + address +
                  "' }");
  };
  const auto dhaka = at("77 Mill Lane, Dhaka");
  ASSERT_GE(dhaka.hits_size(), 2);
  EXPECT_EQ(dhaka.hits(0).source_record(), "datasets/r/records/2");
  EXPECT_GT(dhaka.hits(0).name_score(), dhaka.hits(1).name_score() + 0.1);
  EXPECT_EQ(at("5 Station Road, Sylhet").hits(0).source_record(), "datasets/r/records/3");
  EXPECT_EQ(at("1 Harbour Road, Chittagong").hits(0).source_record(), "datasets/r/records/1");
}

TEST_F(SiteSearchTest, FiltersAreOfTheSupplierOrItsSite) {
  EXPECT_THAT(Found("query: 'Zirconia Plaza' country: 'BD'"),
              UnorderedElementsAre("Ether Weaving Ltd", "Sohel Estates Ltd"));
  EXPECT_THAT(Found("query: 'Zirconia Plaza' country: 'FR'"), IsEmpty());
  EXPECT_THAT(Found("query: 'Zirconia Plaza' kinds: PARTY_KIND_VESSEL"), IsEmpty());
  EXPECT_THAT(Found("query: 'Sohel Estates' country: 'BD'"), IsEmpty())
      << "its own name is not there";
  // The owner is in GB, but the site is not; the search is of its own name.
  EXPECT_THAT(Found("query: 'Sohel Estates' country: 'GB'"), ElementsAre("Sohel Estates Ltd"));
}

TEST_F(SiteSearchTest, KnowsThePast) {
  const auto then = Search("query: 'Zirconia Plaza'").stamp().revision();
  const std::string past =
      absl::StrCat(" consistency { at_exact_revision { ", then.ShortDebugString(), " } }");
  Put("r", Site("plaza", "Beryl Centre", "", "", "BD", By("weaver")));
  EXPECT_THAT(Found("query: 'Zirconia Plaza'"), IsEmpty());
  EXPECT_THAT(Found("query: 'Beryl Centre'"), testing::SizeIs(2));
  EXPECT_THAT(Found("query: 'Zirconia Plaza'" + past), testing::SizeIs(2));
  EXPECT_THAT(Found("query: 'Beryl Centre'" + past), IsEmpty());
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/plaza");
  Ask(&v1::DatasetService::Stub::RemoveRecord, remove);
  EXPECT_THAT(Found("query: 'Beryl Centre'"), IsEmpty());
  EXPECT_THAT(Found("query: 'Zirconia Plaza'" + past), testing::SizeIs(2));
}

TEST_F(SiteSearchTest, RestrictedSitesAndLinksLeaveNoTrace) {
  Put("r", Site("hidden", "Chalcedony Works", "", "", "BD", By("weaver")) +
               " visibility: VISIBILITY_RESTRICTED");
  Put("r", Site("seen", "Malachite Works", "", "", "BD", ""));
  Put("r",
      "key: 'secret' visibility: VISIBILITY_RESTRICTED link { from { source_record: "
      "'records/weaver' } to { source_record: 'records/seen' } type: LINK_TYPE_OPERATES }");
  EXPECT_EQ(Search("query: 'Chalcedony Works'").hits_size(), 0);
  EXPECT_EQ(Search("query: 'Malachite Works'").hits_size(), 0);
  const auto why = [this](const std::string& key) {
    const auto said = Explain(
        absl::StrCat("search { query: 'x' } source_record: 'datasets/r/records/", key, "'"));
    return said.causes_size() == 1 ? said.causes(0).reason() : v1::SEARCH_MISS_REASON_UNSPECIFIED;
  };
  EXPECT_EQ(why("hidden"), v1::SEARCH_MISS_REASON_NOT_VISIBLE);
  EXPECT_EQ(why("hidden"), why("none"));
  EXPECT_EQ(why("seen"), v1::SEARCH_MISS_REASON_NOT_A_PARTY);
  const auto names =
      Explain("search { query: 'Chalcedony Works' } source_record: 'datasets/r/records/weaver'")
          .names();
  for (const auto& name : names) EXPECT_NE(name.source_record(), "datasets/r/records/hidden");
  EXPECT_EQ(names.size(), 2);
}

TEST_F(SiteSearchTest, AMissIsExplainedBySitesToo) {
  const auto by_site =
      Explain("search { query: 'Zirconia Plaza' } source_record: 'datasets/r/records/plaza'");
  EXPECT_TRUE(by_site.found());
  EXPECT_EQ(by_site.rank(), 1);
  const std::string owner = Search("query: 'Sohel Estates'").hits(0).supplier().name();
  const auto by_supplier =
      Explain("search { query: 'Zirconia Plaza' country: 'FR' } supplier: '" + owner + "'");
  EXPECT_FALSE(by_supplier.found());
  ASSERT_EQ(by_supplier.names_size(), 2);
  EXPECT_EQ(by_supplier.names(0).source_record(), "datasets/r/records/plaza");
  EXPECT_GT(by_supplier.names(0).shared_keys_size(), 0);
  EXPECT_EQ(by_supplier.names(0).explanations().rbegin()->feature(), "site");
  ASSERT_GE(by_supplier.causes_size(), 1);
  EXPECT_EQ(by_supplier.causes(0).reason(), v1::SEARCH_MISS_REASON_OTHER_COUNTRY);
  // In the site's country it passes, by the site's name.
  EXPECT_TRUE(Explain("search { query: 'Zirconia Plaza' country: 'BD' } supplier: '" + owner + "'")
                  .found());
}

}  // namespace
}  // namespace probity::server
