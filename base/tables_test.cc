#include "base/tables.h"

#include "base/testing.h"
#include "gtest/gtest.h"

namespace probity {
namespace {

TEST(ParseTableTest, ReadsQuotesCommentsAndLineEnds) {
  auto rows = ParseTable("# note\r\na,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\n2,\n").value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["b"], "x, \"y\"\nz");
  EXPECT_EQ(rows[1]["a"], "2");
  EXPECT_EQ(rows[1]["b"], "");
}

TEST(ParseTableTest, NamesTheLineAtFault) {
  EXPECT_NE(ParseTable("a,b\n1,2\n3\n").status().message().find("line 3"), absl::string_view::npos);
  EXPECT_FALSE(ParseTable("a\n\"open\n").ok());
  EXPECT_FALSE(ParseTable("").ok());
}

TEST(ReadFileTest, NamesThePath) {
  EXPECT_NE(ReadFile("no/such/file").status().message().find("no/such/file"),
            absl::string_view::npos);
}

TEST(CountriesTest, KnowsCodesAndCustomaryNames) {
  Countries countries = TestCountries();
  EXPECT_TRUE(countries.IsCountry("DE"));
  EXPECT_FALSE(countries.IsCountry("ZZ"));
  EXPECT_TRUE(countries.IsCountryOrSubdivision("US-MA"));
  EXPECT_FALSE(countries.IsCountryOrSubdivision("ZZ-1"));
  EXPECT_FALSE(countries.IsCountryOrSubdivision("US-"));
  EXPECT_EQ(countries.FromName("Burma"), "MM");
  EXPECT_EQ(countries.FromName("ENGLAND"), "GB");
  EXPECT_EQ(countries.FromName("DEU"), "DE");
  EXPECT_EQ(countries.FromName("Nowhere"), "");
}

// Every country name of the lists that the importers read must resolve.
TEST(CountriesTest, KnowsTheCountriesOfTheGoodsLists) {
  PROBITY_NEEDS_SHARED(path, "dol-tvpra/goods_flat.csv");
  Countries countries = TestCountries();
  std::vector<TableRow> rows = ParseTable(ReadFile(path).value()).value();
  for (TableRow& row : rows) {
    EXPECT_NE(countries.FromName(row["country"]), "") << row["country"];
  }
}

}  // namespace
}  // namespace probity
