#include "cli/parse.h"

#include "gtest/gtest.h"

namespace probity::cli {
namespace {

TEST(ParseDayTest, WantsADayThatExists) {
  EXPECT_EQ(ParseDay("2024-02-29")->day(), 29);
  for (const char* text : {"2023-02-29", "2024-05", "2024", "", "31.05.2024", "2024-05-31x"}) {
    EXPECT_FALSE(ParseDay(text).ok()) << text;
  }
}

TEST(ParseDateTest, IsAsExactAsItIsWritten) {
  EXPECT_EQ(ParseDate("1970-05-31")->ShortDebugString(), "year: 1970 month: 5 day: 31");
  EXPECT_EQ(ParseDate("1970-05")->ShortDebugString(), "year: 1970 month: 5");
  EXPECT_EQ(ParseDate("1970")->ShortDebugString(), "year: 1970");
  for (const char* text : {"", "70", "1970-13", "1970-02-30", "1970-5", "May 1970", "0000"}) {
    EXPECT_FALSE(ParseDate(text).ok()) << text;
  }
}

TEST(ParseDigestTest, ReadsHexAndBase64) {
  const std::string hex = "00" + std::string(62, 'f');
  const std::string bytes = std::string(1, '\0') + std::string(31, '\xFF');
  EXPECT_EQ(*ParseDigest(hex), bytes);
  EXPECT_EQ(*ParseDigest("AP" + std::string(40, '/') + "8="), bytes);
  for (const char* text : {"", "00", "AP//", "decisions/1"}) {
    EXPECT_FALSE(ParseDigest(text).ok()) << text;
  }
  EXPECT_FALSE(ParseDigest(hex + "0").ok());
}

TEST(ParseScoreTest, IsFromZeroToOne) {
  for (const char* text : {"0", "0.7", "1", "1.0"}) EXPECT_TRUE(ParseScore(text).ok()) << text;
  for (const char* text : {"", "-0.1", "1.01", "70%", "nan"}) {
    EXPECT_FALSE(ParseScore(text).ok()) << text;
  }
}

TEST(ParseIdentifierTest, SplitsAtTheFirstColon) {
  auto identifier = ParseIdentifier("de-cr:HRB 1:2");
  ASSERT_TRUE(identifier.ok()) << identifier.status();
  EXPECT_EQ(identifier->scheme(), "DE-CR");
  EXPECT_EQ(identifier->value(), "HRB 1:2");
  for (const char* text : {"", "nocolon", ":value", "GB-COH:"}) {
    EXPECT_FALSE(ParseIdentifier(text).ok()) << text;
  }
}

TEST(ParseVendorTest, TheNumberIsTheRest) {
  const auto vendor = ParseVendor("SAP-PRD/1000/00/47");
  ASSERT_TRUE(vendor.ok()) << vendor.status();
  EXPECT_EQ(vendor->system(), "SAP-PRD");
  EXPECT_EQ(vendor->company_code(), "1000");
  EXPECT_EQ(vendor->number(), "00/47");
  EXPECT_EQ(ParseVendor("ORA//7")->company_code(), "");
  for (const char* text : {"", "7", "SAP/7", "/1000/7", "SAP/1000/"}) {
    EXPECT_FALSE(ParseVendor(text).ok()) << text;
  }
}

TEST(ParseSubjectTest, KnowsTheWaysOfNaming) {
  EXPECT_EQ(ParseSubject("vendor:SAP/1000/007")->vendor().number(), "007");
  EXPECT_FALSE(ParseSubject("vendor:007").ok());
  EXPECT_EQ(ParseSubject("suppliers/abc")->supplier(), "suppliers/abc");
  EXPECT_EQ(ParseSubject("datasets/d/records/k:1")->source_record(), "datasets/d/records/k:1");
  EXPECT_EQ(ParseSubject("GB-COH:1")->identifier().value(), "1");
}

TEST(ParseCommodityTest, TellsCodesFromWords) {
  EXPECT_EQ(ParseCommodity("HS:5205")->scheme(), v1::COMMODITY_SCHEME_HS);
  EXPECT_EQ(ParseCommodity("CPV:90910000-9")->code(), "90910000");
  auto words = ParseCommodity("Garments");
  EXPECT_EQ(words->scheme(), v1::COMMODITY_SCHEME_PUBLISHER);
  EXPECT_EQ(words->code(), "Garments");
  EXPECT_FALSE(ParseCommodity("HS:cotton").ok());
}

TEST(ParseAcceptedSchemeTest, ReadsGradeAndChainOfCustody) {
  EXPECT_EQ(ParseAcceptedScheme("SA8000")->scheme_id(), "SA8000");
  EXPECT_EQ(ParseAcceptedScheme("WRAP:Gold")->minimum_grade(), "Gold");
  EXPECT_EQ(ParseAcceptedScheme("RSPO_SCC::segregated")->minimum_coc_model(),
            v1::COC_MODEL_SEGREGATED);
  EXPECT_FALSE(ParseAcceptedScheme("RSPO_SCC::nonsense").ok());
  EXPECT_FALSE(ParseAcceptedScheme("").ok());
}

TEST(ParseDatasetNameTest, AcceptsBareAndWholeNames) {
  EXPECT_EQ(*ParseDatasetName("d"), "datasets/d");
  EXPECT_EQ(*ParseDatasetName("datasets/d"), "datasets/d");
}

TEST(ParseCountTest, WantsAWholeNumberOfZeroOrMore) {
  EXPECT_EQ(*ParseCount("0"), 0);
  EXPECT_EQ(*ParseCount("365"), 365);
  for (const char* text : {"-1", "1.5", "many", "", "99999999999"}) {
    EXPECT_FALSE(ParseCount(text).ok()) << text;
  }
}

TEST(ParseEnumTest, TakesEveryChoiceInAnyCase) {
  EXPECT_EQ(*ParseEnum<v1::LoadMode>("full-edition"), v1::LOAD_MODE_FULL_EDITION);
  EXPECT_EQ(*ParseEnum<v1::LoadMode>("Full_Edition"), v1::LOAD_MODE_FULL_EDITION);
  EXPECT_EQ(
      ParseEnum<v1::LoadMode>("unspecified").status().message(),
      "\"unspecified\" is none of full-edition, delta, backfill, rollback, unchanged, settings");
}

}  // namespace
}  // namespace probity::cli
