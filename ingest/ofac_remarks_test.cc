#include "ingest/ofac_remarks.h"

#include "base/civil_day.h"
#include "base/testing.h"
#include "gmock/gmock.h"

namespace probity::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

OfacRemarks Read(const std::string& remarks, const std::string& country = "") {
  static const Countries countries = TestCountries();
  return ReadOfacRemarks(remarks, country, countries);
}

// "SCHEME:VALUE" of the only identifier, or empty.
std::string Identifier(const std::string& remarks, const std::string& country = "") {
  const OfacRemarks read = Read(remarks, country);
  EXPECT_LE(read.identifiers.size(), 1u);
  if (read.identifiers.empty()) return "";
  return read.identifiers[0].scheme() + ":" + read.identifiers[0].value();
}

TEST(OfacRemarksTest, TakesNumbersOfWhichTheRegisterIsCertain) {
  const struct {
    const char* remark;
    const char* country;
    const char* identifier;
  } cases[] = {
      {"Registration ID 1000000000000 (Russia).", "", "RU-OGRN:1000000000000"},
      {"alt. Registration Number 1000000000000 (Russia)", "CN", "RU-OGRN:1000000000000"},
      {"Public Registration Number 1000000000000", "RU", "RU-OGRN:1000000000000"},
      // Another country, no country, a wrong check digit, another length.
      {"Registration ID 1000000000000", "CN", ""},
      {"Registration ID 1000000000000", "", ""},
      {"Registration ID 1000000000001 (Russia)", "", ""},
      {"Registration ID 100000000000 (Russia)", "", ""},
      {"Registration ID B000000 (Luxembourg)", "", ""},
      {"Registration ID 1000000000000 (Atlantis)", "RU", ""},
      {"Tax ID No. 1000000002 (Russia)", "", "RU-INN:1000000002"},
      {"Tax ID No. 1000000002", "RU", "RU-INN:1000000002"},
      {"Tax ID No. 1000000003", "RU", ""},
      {"Tax ID No. 100000000 (Belarus)", "RU", ""},
      {"Tax ID No. 00-0000000 (United States)", "", "US-EIN:00-0000000"},
      {"Tax ID No. 00-0000000", "US", ""},
      {"Tax ID No. 123-45-6789 (United States)", "", ""},
      {"US FEIN 00-0000000", "", "US-EIN:00-0000000"},
      {"Legal Entity Number 529900T8BM49AURSDO55", "", "XI-LEI:529900T8BM49AURSDO55"},
      {"Legal Entity Number 529900T8BM49AURSDO5", "", ""},
      {"Unified Social Credit Code (USCC) 91110000000000000X (China)", "",
       "CN-SAIC:91110000000000000X"},
      {"Vessel Registration Identification IMO 9074729", "", "IMO:9074729"},
      {"Identification Number IMO 1234567", "", ""},
      {"Company Number 04830352 (United Kingdom)", "", "GB-COH:04830352"},
      {"Company Number SC123456 (United Kingdom)", "", "GB-COH:SC123456"},
      {"Company Number 4830352 (United Kingdom)", "", ""},
      {"Company Number 1234567 (Hong Kong)", "", "HK-CR:1234567"},
      {"D-U-N-S Number 65-948-7211", "", "XI-DUNS:65-948-7211"},
      // Of persons.
      {"Passport A123456 (Russia)", "RU", ""},
      {"National ID No. 1000000000000 (Russia)", "RU", ""},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(Identifier(one.remark, one.country), one.identifier) << one.remark;
  }
}

TEST(OfacRemarksTest, TakesWeakAliases) {
  EXPECT_THAT(
      Read("a.k.a. 'SBRF'; f.k.a. 'OLD, \"B\"'; a.k.a. ''; Linked To: SBERBANK.").weak_names,
      ElementsAre("SBRF", "OLD, \"B\""));
}

TEST(OfacRemarksTest, TakesDaysAsExactlyAsTheyAreKnown) {
  const OfacRemarks read = Read(
      "DOB 02 Feb 1962; alt. DOB Mar 1963; alt. DOB 1964; alt. DOB circa 1965; alt. DOB 1966 "
      "to 1967; alt. DOB 30 Feb 1968; Organization Established Date 17 Oct 1990.");
  std::vector<std::string> births;
  for (const v1::Date& day : read.births) {
    births.push_back(IsValidDate(day) ? FormatDate(day) : "?");
  }
  EXPECT_THAT(births, ElementsAre("1962-02-02", "1963-03", "1964", "?", "?", "?"));
  ASSERT_EQ(read.foundings.size(), 1u);
  EXPECT_EQ(FormatDate(read.foundings[0]), "1990-10-17");
}

TEST(OfacRemarksTest, TakesDaysOfListingByProgramme) {
  const OfacRemarks read = Read(
      "Listing Date (CMIC) 03 Jun 2021; Effective Date (CMIC) 02 Aug 2021; Listing Date (EO "
      "14024 Directive 2): 24 Feb 2022; Effective Date (EO 14024 Directive); Purchase/Sales "
      "For Divestment Date (CMIC) 03 Jun 2022.");
  ASSERT_EQ(read.listed.size(), 2u);
  EXPECT_EQ(read.listed[0].first, "CMIC");
  EXPECT_EQ(FormatDate(read.listed[0].second), "2021-06-03");
  EXPECT_EQ(read.listed[1].first, "EO14024Directive2");
  EXPECT_EQ(FormatDate(read.listed[1].second), "2022-02-24");
  ASSERT_EQ(read.effective.size(), 1u);
  EXPECT_EQ(FormatDate(read.effective[0].second), "2021-08-02");
}

TEST(OfacRemarksTest, OddTextsGiveNothing) {
  for (const char* remarks : {"", ".", ";;", "a.k.a. '", "DOB ", "Listing Date ", "Listing Date (",
                              "Listing Date ()", "Tax ID No. ()", "Registration ID (Russia)"}) {
    const OfacRemarks read = Read(remarks, "RU");
    EXPECT_THAT(read.identifiers, IsEmpty()) << remarks;
    EXPECT_THAT(read.weak_names, IsEmpty()) << remarks;
    EXPECT_THAT(read.listed, IsEmpty()) << remarks;
  }
  EXPECT_EQ(Read("Nationality of Registration Russia.").registered_in, "RU");
  EXPECT_EQ(Read("Nationality of Registration Atlantis").registered_in, "");
}

}  // namespace
}  // namespace probity::ingest
