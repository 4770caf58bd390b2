#include "cli/order_sheet.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<OrderSheet> Read(const std::string& text, const std::string& scheme = "") {
  TableFile file;
  file.path = testing::TempDir() + "/order_sheet_test.csv";
  std::ofstream(file.path) << text;
  auto orders = OrderSheet::Read(file, scheme);
  std::filesystem::remove(file.path);
  return orders;
}

TEST(OrderSheetTest, ReadsOrdersByAnyReference) {
  const auto sheet = Read(
      "Order,Identifier,Supplier,Vendor Number,Date,Award Date\n"
      "1,4830352,,,2026-05-01,2026-06-01\n2,,abc,,2026-05-01,\n3,,,007,2026-05-01,\n",
      "gb-coh");
  ASSERT_TRUE(sheet.ok()) << sheet.status();
  const std::vector<OrderRow>& orders = sheet->orders();
  EXPECT_EQ(orders[0].identifier->scheme(), "GB-COH");
  EXPECT_EQ(orders[0].order.award.month(), 6);
  EXPECT_EQ(orders[1].supplier, "suppliers/abc");
  EXPECT_EQ(orders[1].order.award.year(), 0);
  EXPECT_EQ(orders[2].vendor_number, "007");
  for (const OrderRow& order : orders) EXPECT_EQ(order.fault, "");
}

TEST(OrderSheetTest, FaultsNameLineAndColumn) {
  const auto sheet =
      Read("vendor_number,date\n1,01.05.2026\n1,\n,2026-05-01\n1E+12,2026-05-01\n1,2026-05-01,x\n");
  ASSERT_TRUE(sheet.ok()) << sheet.status();
  const std::vector<std::string> expected = {
      "line 2, column date: \"01.05.2026\" is no day", "line 3: has no date",
      "line 4: names no supplier", "line 5, column vendor_number: \"1E+12\" was shortened",
      "line 6: has 3 values, the header 2"};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_THAT(sheet->orders()[i].fault, HasSubstr(expected[i]));
  }
}

TEST(OrderSheetTest, ColumnsThatAreMissingAreSaid) {
  for (const char* header : {"order,date", "order,identifier", "4711,2026-05-01"}) {
    EXPECT_THAT(std::string(Read(std::string(header) + "\n1,2\n").status().message()),
                HasSubstr("a column date and one of identifier"));
  }
}

}  // namespace
}  // namespace probity::cli
