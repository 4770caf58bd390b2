#include "cli/csv_table.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CsvTableTest, ReadsWhatSpreadsheetsWrite) {
  const std::vector<std::string> texts = {
      "number,name\n007,\"Kiln, Ltd\"\n", "number,name\r\n007,\"Kiln, Ltd\"\r\n",
      "\xEF\xBB\xBFnumber;name\n007;Kiln, Ltd\n", "number\tname\n 007 \tKiln, Ltd",
      "number,name\n\n007,\"Kiln, Ltd\"\n,\n"};
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const auto table = ParseCsv("f", text);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_THAT(table->columns, ElementsAre("number", "name"));
    ASSERT_EQ(table->rows.size(), 1u);
    EXPECT_THAT(table->rows[0].values, ElementsAre("007", "Kiln, Ltd"));
  }
}

TEST(CsvTableTest, KnowsTheLineOfEveryRow) {
  const auto table = ParseCsv("f", "a,b\n1,\"x\ny\"\n\n2,z\n\"3\nw\",z\n4,z\n");
  ASSERT_TRUE(table.ok()) << table.status();
  std::vector<int> lines;
  for (const CsvRow& row : table->rows) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(2, 5, 6, 8));
  EXPECT_EQ(table->rows[2].values[0], "3\nw");
  EXPECT_EQ(table->Find("b"), 1);
  EXPECT_EQ(table->Find("c"), -1);
}

TEST(CsvTableTest, FaultsNameTheLine) {
  struct Case {
    std::string text, fault;
  };
  for (const Case& one :
       std::vector<Case>{{"", "f: is empty"},
                         {"a,a\n", "f line 1: the header names \"a\" twice"},
                         {"a,,b\n", "f line 1: a column of the header"},
                         {"a,b\n1,2\n1\n", "f line 3: has 1 values, the header 2"},
                         {"a,b\n1,2,3\n", "f line 2: has 3 values"},
                         {"a,b\n1,K\xFCln\n", "f line 2: is not UTF-8"},
                         {"a,b\n1,x\"y\n", "f line 2: a quote"},
                         {"a,b\n1,2\n1,\"x\n", "f line 3: a quoted value"}}) {
    const auto table = ParseCsv("f", one.text);
    ASSERT_FALSE(table.ok()) << one.text;
    EXPECT_THAT(std::string(table.status().message()), HasSubstr(one.fault));
  }
}

}  // namespace
}  // namespace probity::cli
