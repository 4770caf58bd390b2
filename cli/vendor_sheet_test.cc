#include "cli/vendor_sheet.h"

#include <filesystem>
#include <fstream>

#include "cli/vendor_screening.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class VendorSheetTest : public ::testing::Test {
 protected:
  VendorSheetTest() { file_.table.path = testing::TempDir() + "/vendor_sheet_test.csv"; }
  ~VendorSheetTest() override { std::filesystem::remove(file_.table.path); }

  absl::StatusOr<VendorSheet> Read(const std::string& text) {
    std::ofstream(file_.table.path) << text;
    return VendorSheet::Read(file_);
  }
  std::vector<Vendor> Vendors(const std::string& text) {
    auto sheet = Read(text);
    EXPECT_TRUE(sheet.ok()) << sheet.status();
    return sheet.ok() ? sheet->vendors() : std::vector<Vendor>(10);
  }

  VendorFile file_;
};

TEST_F(VendorSheetTest, KnowsColumnsByTheirHeadingsInAnyOrder) {
  const auto vendors = Vendors(
      "Country,Plant,NAME,Vendor Number,address,Kind,founded,identifier\n"
      "gb,7,Tidewater Ltd,00042,1 Quay,company,1999-05,GB-COH:04830352\n");
  const v1::ScreenedSubject& subject = vendors[0].subject;
  EXPECT_EQ(vendors[0].fault, "");
  EXPECT_EQ(vendors[0].number, "00042");
  EXPECT_EQ(subject.name(), "Tidewater Ltd");
  EXPECT_EQ(subject.country(), "GB");
  EXPECT_EQ(subject.address(), "1 Quay");
  EXPECT_EQ(subject.kind(), v1::PARTY_KIND_COMPANY);
  EXPECT_EQ(subject.founded().month(), 5);
  EXPECT_EQ(subject.ref().identifier().scheme(), "GB-COH");
}

TEST_F(VendorSheetTest, TakesOtherHeadingsAndSchemes) {
  file_.table.columns = {"name=Firm", "identifier=Number", "address=Street", "address=Town"};
  file_.scheme = "gb-coh";
  const auto vendors =
      Vendors("Number,Firm,Street,Town\n4830352,A,1 Quay,Deal\nXI-LEI:5,B,,Deal\n");
  EXPECT_EQ(vendors[0].subject.ref().identifier().scheme(), "GB-COH");
  EXPECT_EQ(vendors[0].subject.address(), "1 Quay, Deal");
  EXPECT_EQ(vendors[1].subject.ref().identifier().scheme(), "XI-LEI");
  EXPECT_EQ(vendors[1].subject.address(), "Deal");
  file_.table.columns = {"name=Missing"};
  EXPECT_THAT(std::string(Read("a\n1\n").status().message()), HasSubstr("no column \"Missing\""));
  file_.table.columns = {"colour=Firm"};
  EXPECT_THAT(std::string(Read("Firm\n1\n").status().message()), HasSubstr("FIELD=HEADING"));
}

TEST_F(VendorSheetTest, AMissingHeaderIsSaid) {
  EXPECT_THAT(std::string(Read("Tidewater Ltd,GB\nBrackish Ltd,GB\n").status().message()),
              HasSubstr("lack its line of headings"));
}

TEST_F(VendorSheetTest, FaultsNameLineAndColumn) {
  const auto vendors = Vendors(
      "name,identifier,kind,founded,Vendor Number\n"
      "A,4830352,,,1\n"
      "A,,vessel-ish,,2\n"
      "A,,,31/05/2024,3\n"
      "A,,,,1.23E+11\n"
      ",,,,5\n"
      "A,GB-COH:\"x,,,6\n"
      "A,,,,7\n"
      "A,GB-COH:4.83E+7,,,8\n");
  const std::vector<std::string> expected = {
      "line 2, column identifier: \"4830352\" names nobody",
      "line 3, column kind:",
      "line 4, column founded: \"31/05/2024\" is no date",
      "line 5, column Vendor Number: \"1.23E+11\" was shortened by a spreadsheet",
      "line 6: has a vendor number alone",
      "line 7: a quote"};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_THAT(vendors[i].fault, HasSubstr(expected[i]));
  }
  EXPECT_EQ(vendors[6].fault, "");
  EXPECT_THAT(vendors[7].fault, HasSubstr("line 9, column identifier: \"GB-COH:4.83E+7\" was"));
}

TEST_F(VendorSheetTest, ANumberIsAReferenceWhereItIsSaidWhoseItIs) {
  const std::string text =
      "vendor_number,name,identifier,system,company_code\n"
      "0007,A,,,\n0008,,,,\n0009,A,GB-COH:04830352,,\n0010,,,MM,2000\n,,,MM,\n";
  auto vendors = Vendors(text);
  EXPECT_FALSE(vendors[0].subject.has_ref());
  EXPECT_THAT(vendors[1].fault, HasSubstr("line 3: has a vendor number alone; say with --system"));
  EXPECT_TRUE(vendors[2].subject.ref().has_identifier());
  EXPECT_EQ(vendors[3].subject.ref().vendor().system(), "MM");
  EXPECT_EQ(vendors[3].subject.ref().vendor().company_code(), "2000");
  EXPECT_EQ(vendors[3].subject.ref().vendor().number(), "0010");
  EXPECT_THAT(vendors[4].fault, HasSubstr("line 6: neither a name"));
  file_.system = "SAP";
  file_.company = "1000";
  vendors = Vendors(text);
  EXPECT_EQ(vendors[0].subject.ref().vendor().system(), "SAP");
  EXPECT_EQ(vendors[1].fault, "");
  EXPECT_EQ(vendors[1].subject.ref().vendor().company_code(), "1000");
  EXPECT_TRUE(vendors[2].subject.ref().has_identifier());
  EXPECT_EQ(vendors[3].subject.ref().vendor().system(), "MM");
  file_.by_number = true;
  vendors = Vendors(text);
  EXPECT_EQ(vendors[2].subject.ref().vendor().number(), "0009");
  EXPECT_EQ(Vendors("vendor_number\n0007\n")[0].subject.ref().vendor().number(), "0007");
}

TEST_F(VendorSheetTest, DuplicateVendorNumbersNameEachOther) {
  auto sheet = Read("vendor_number,name\n1,A\n2,B\n1,C\n,D\n,E\n1,F\n");
  ASSERT_TRUE(sheet.ok());
  std::vector<std::string> notes;
  for (const Vendor& vendor : sheet->vendors()) notes.push_back(vendor.note);
  EXPECT_THAT(notes, ElementsAre("vendor number also in row 4, 3 in all", "",
                                 "vendor number also in row 2, 3 in all", "", "",
                                 "vendor number also in row 2, 3 in all"));
  EXPECT_EQ(sheet->duplicates(), 3);
  // Equal numbers of two systems are two vendors.
  sheet = Read("vendor_number,system,name\n1,MM,A\n1,FI,B\n1,MM,C\n");
  EXPECT_EQ(sheet->duplicates(), 2);
  EXPECT_EQ(sheet->vendors()[1].note, "");
}

TEST_F(VendorSheetTest, AResultCanBeGivenInAgain) {
  auto sheet = Read("name,probity_row,probity_verdict,mine\nA,9,CLEAR,x\n");
  ASSERT_TRUE(sheet.ok());
  const Sheet& table = sheet->sheet();
  EXPECT_THAT(ResultColumns(table),
              ElementsAre("name", "mine", "probity_row", "probity_verdict", "probity_identity",
                          "probity_evidence", "probity_risk", "probity_reasons", "probity_rules",
                          "probity_next_steps", "probity_valid_until", "probity_decision",
                          "probity_error", "probity_note"));
  v1::BatchScreenItemResult result;
  v1::Decision* decision = result.mutable_response()->mutable_decision();
  decision->set_name("decisions/1");
  decision->mutable_core()->set_verdict(v1::VERDICT_REVIEW);
  decision->mutable_core()->add_reasons(v1::REVIEW_REASON_IDENTITY_AMBIGUOUS);
  EXPECT_EQ(ResultRow(table, table.rows[0], sheet->vendors()[0], &result).dump(),
            R"({"name":"A","mine":"x","probity_row":2,"probity_verdict":"REVIEW",)"
            R"("probity_identity":"UNSPECIFIED","probity_evidence":"UNSPECIFIED",)"
            R"("probity_risk":"UNSPECIFIED","probity_reasons":["IDENTITY_AMBIGUOUS"],)"
            R"("probity_rules":[],"probity_next_steps":[],"probity_valid_until":"",)"
            R"("probity_decision":"decisions/1"})");
  result.mutable_error()->set_reason("INVALID_FIELD");
  result.mutable_error()->set_message("subject.country: no");
  EXPECT_EQ(ResultRow(table, table.rows[0], sheet->vendors()[0], &result).dump(),
            R"({"name":"A","mine":"x","probity_row":2,"probity_verdict":"ERROR",)"
            R"("probity_error":"line 2: INVALID_FIELD: subject.country: no"})");
}

}  // namespace
}  // namespace probity::cli
