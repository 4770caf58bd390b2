#include "cli/worksheet.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

VendorSheet Vendors(const std::string& text) {
  VendorFile file;
  file.table.path = testing::TempDir() + "/worksheet_test.csv";
  std::ofstream(file.table.path) << text;
  auto vendors = VendorSheet::Read(file);
  std::filesystem::remove(file.table.path);
  EXPECT_TRUE(vendors.ok()) << vendors.status();
  return *std::move(vendors);
}

v1::SearchHit Hit() {
  v1::SearchHit hit;
  hit.mutable_supplier()->set_name("suppliers/s");
  hit.mutable_supplier()->set_display_name("Heron Fisheries");
  hit.mutable_supplier()->set_jurisdiction("TH");
  hit.mutable_matched_name()->set_text("Quarrelsome Heron");
  hit.set_source_record("datasets/list/records/vessel");
  hit.set_score(0.876);
  for (const auto& [detail, points] : {std::pair{"same word", 0.4},
                                       {"other country", -0.1},
                                       {"same form", 0.02},
                                       {"same first word", 0.5}}) {
    hit.add_explanations()->set_detail(detail);
    hit.mutable_explanations(hit.explanations_size() - 1)->set_contribution(points);
  }
  return hit;
}

TEST(WorksheetTest, ARowHoldsWhoIsMeantAndWhy) {
  const VendorSheet vendors = Vendors("vendor_number,name,probity_row\n007,Heron,9\n");
  const auto columns = WorksheetColumns(vendors.sheet());
  ASSERT_TRUE(columns.ok());
  EXPECT_EQ(columns->front(), "vendor_number");
  EXPECT_EQ((*columns)[2], "probity_worksheet_row");
  EXPECT_EQ(columns->back(), "reason");
  const auto row = WorksheetRow(vendors, LikeNameOf(0, Hit()), 3, 12);
  EXPECT_EQ(row["vendor_number"], "007");
  EXPECT_EQ(row["probity_worksheet_row"], "3 of 12");
  EXPECT_EQ(row["probity_candidate"], "Quarrelsome Heron");
  EXPECT_EQ(row["probity_score"], "0.88");
  EXPECT_EQ(row["probity_reason_1"], "same first word (+0.50)");
  EXPECT_EQ(row["probity_reason_2"], "same word (+0.40)");
  EXPECT_EQ(row["probity_source_record"], "datasets/list/records/vessel");
  EXPECT_EQ(row["decision"], "");
  for (const auto& [key, value] : row.items()) {
    EXPECT_NE(std::find(columns->begin(), columns->end(), key), columns->end()) << key;
  }
}

TEST(WorksheetTest, ColumnsOfItsOwnMustBeFree) {
  EXPECT_THAT(
      std::string(WorksheetColumns(Vendors("name,reason\nA,x\n").sheet()).status().message()),
      HasSubstr("rename yours"));
}

TEST(WorksheetTest, TheCheckCoversWhatIsJudgedAndNothingElse) {
  const VendorSheet vendors = Vendors(
      "name,identifier,country,address\n"
      "Heron,,TH,1 Quay\nHeron,,TH,2 Quay\nHéron,,TH,1 Quay\nHeron,,GB,1 Quay\n"
      "Heron,GB-COH:01234567,TH,1 Quay\n");
  const auto check = [&](size_t at, const std::string& record) {
    return CheckOf(vendors.vendors()[at].subject, record);
  };
  const std::string first = check(0, "datasets/list/records/a");
  EXPECT_EQ(first.size(), 9u);
  EXPECT_EQ(first[0], 'c');
  EXPECT_EQ(check(1, "datasets/list/records/a"), first);
  EXPECT_NE(check(0, "datasets/list/records/b"), first);
  for (size_t i = 2; i < 5; ++i) EXPECT_NE(check(i, "datasets/list/records/a"), first) << i;
}

TEST(WorksheetTest, AVendorThatCouldNotBeSearchedSaysWhy) {
  const VendorSheet vendors = Vendors("name,kind\nA,nonsense\n");
  const auto row = FaultRow(vendors, 0, vendors.vendors()[0].fault);
  EXPECT_EQ(row["name"], "A");
  EXPECT_THAT(row["probity_error"].get<std::string>(), HasSubstr("line 2, column kind"));
  EXPECT_FALSE(row.contains("probity_source_record"));
}

}  // namespace
}  // namespace probity::cli
