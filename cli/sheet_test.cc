#include "cli/sheet.h"

#include "cli/sheet_encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Sheet Parse(const std::string& bytes, const std::string& path = "v.csv",
            const std::string& encoding = "") {
  auto sheet = ParseSheet(path, bytes, encoding);
  EXPECT_TRUE(sheet.ok()) << sheet.status();
  return sheet.ok() ? *std::move(sheet) : Sheet();
}

std::string Utf16(const std::string& ascii, bool little) {
  std::string bytes;
  for (const char c : ascii) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
  return bytes;
}

TEST(SheetTest, ReadsWhatSpreadsheetsWrite) {
  struct Case {
    std::string bytes, encoding;
    char delimiter;
    bool marked;
  };
  const std::string table = "a,b\n1,x\n";
  const std::vector<Case> cases = {
      {table, "utf-8", ',', false},
      {"\xEF\xBB\xBF" + table, "utf-8", ',', true},
      {"a;b\r\n1;x\r\n", "utf-8", ';', false},
      {"a\tb\n1\tx", "utf-8", '\t', false},
      {"a|b\n1|x\n", "utf-8", '|', false},
      {"sep=;\r\na;b\r\n1;x\r\n", "utf-8", ';', false},
      {"a,b\r1,x\r", "utf-8", ',', false},
      {"\xFF\xFE" + Utf16(table, true), "utf-16le", ',', true},
      {"\xFE\xFF" + Utf16(table, false), "utf-16be", ',', true},
      {Utf16(table, true), "utf-16le", ',', false},
      {Utf16(table, false), "utf-16be", ',', false},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.bytes));
    const Sheet sheet = Parse(one.bytes);
    EXPECT_THAT(sheet.columns, ElementsAre("a", "b"));
    ASSERT_EQ(sheet.rows.size(), 1u);
    EXPECT_THAT(sheet.rows[0].cells, ElementsAre("1", "x"));
    EXPECT_EQ(sheet.rows[0].fault, "");
    EXPECT_EQ(sheet.encoding, one.encoding);
    EXPECT_EQ(sheet.delimiter, one.delimiter);
    EXPECT_EQ(sheet.marked, one.marked);
  }
}

TEST(SheetTest, FindsOutWindows1252AndObeysWhoNamesAnother) {
  EXPECT_THAT(Parse("n\nM\xFCller\n").rows[0].cells, ElementsAre("Müller"));
  EXPECT_THAT(Parse("n\nM\xFCller\n", "v.csv", "iso-8859-2").rows[0].cells, ElementsAre("Müller"));
  EXPECT_THAT(Parse("n\n\xA3\n", "v.csv", "iso-8859-2").rows[0].cells, ElementsAre("Ł"));
  EXPECT_FALSE(ParseSheet("v.csv", "n\nx\n", "klingon").ok());
}

TEST(SheetTest, OneBrokenRowDoesNotChangeTheOthers) {
  const Sheet sheet = Parse("n,m\nMüller,1\nM\xFCller,2\nLast,3\n");
  ASSERT_EQ(sheet.rows.size(), 3u);
  EXPECT_THAT(sheet.rows[0].cells, ElementsAre("Müller", "1"));
  EXPECT_THAT(sheet.rows[1].fault, HasSubstr("not UTF-8"));
  EXPECT_EQ(sheet.rows[1].cells[0], "M\xEF\xBF\xBDller,2");
  EXPECT_THAT(sheet.rows[2].cells, ElementsAre("Last", "3"));
}

TEST(SheetTest, QuotesHoldDelimitersLineEndsAndQuotes) {
  const Sheet sheet = Parse("n,m\n\"a, \"\"b\"\"\nc\",1\nd,2\n");
  ASSERT_EQ(sheet.rows.size(), 2u);
  EXPECT_THAT(sheet.rows[0].cells, ElementsAre("a, \"b\"\nc", "1"));
  EXPECT_EQ(sheet.rows[1].row, 3u);
  EXPECT_EQ(sheet.rows[1].line, 4u);
}

TEST(SheetTest, FaultsStayInTheirPlace) {
  const Sheet sheet = Parse("a,b\n1\n1,2,3\n\n,\n\"open,1\nlast,\"2\"x\nend,4\n");
  ASSERT_EQ(sheet.rows.size(), 5u);
  EXPECT_EQ(sheet.rows[0].fault, "has 1 values, the header 2");
  EXPECT_EQ(sheet.rows[1].fault, "has 3 values, the header 2");
  EXPECT_THAT(sheet.rows[1].cells, ElementsAre("1", "2,3"));
  EXPECT_EQ(sheet.rows[2].row, 6u);
  EXPECT_THAT(sheet.rows[2].fault, HasSubstr("not closed"));
  EXPECT_THAT(sheet.rows[2].cells, ElementsAre("\"open,1", ""));
  EXPECT_THAT(sheet.rows[3].fault, HasSubstr("written twice"));
  EXPECT_EQ(sheet.rows[3].line, 7u);
  EXPECT_EQ(sheet.rows[4].fault, "");
}

TEST(SheetTest, HeadersMustNameEachColumnOnce) {
  EXPECT_THAT(Parse("a,,b,\n1,2,3,4\n").columns, ElementsAre("a", "column_2", "b", "column_4"));
  EXPECT_THAT(std::string(ParseSheet("v.csv", "a,b,a\n1,2,3\n", "").status().message()),
              HasSubstr("v.csv:1: the column \"a\" stands twice"));
  for (const char* empty : {"", "\n", "a,b\n", "a,b\n\n,\n"}) {
    EXPECT_FALSE(ParseSheet("v.csv", empty, "").ok()) << empty;
  }
  EXPECT_THAT(std::string(ParseSheet("v.xlsx", "PK\x03\x04...", "").status().message()),
              HasSubstr("save the sheet as CSV"));
}

TEST(SheetTest, JsonLinesMayHaveDifferentMembers) {
  const Sheet sheet = Parse(
      "{\"a\": \"x\", \"b\": 12345678901234567}\n\n{\"c\": [1], \"a\": null}\nnonsense\n"
      "{\"a\": 0.5}\n",
      "v.jsonl");
  EXPECT_THAT(sheet.columns, ElementsAre("a", "b", "c", "line"));
  ASSERT_EQ(sheet.rows.size(), 4u);
  EXPECT_THAT(sheet.rows[0].cells, ElementsAre("x", "12345678901234567", "", ""));
  EXPECT_THAT(sheet.rows[1].cells, ElementsAre("", "", "[1]", ""));
  EXPECT_EQ(sheet.rows[2].line, 4u);
  EXPECT_NE(sheet.rows[2].fault, "");
  EXPECT_THAT(sheet.rows[2].cells, ElementsAre("", "", "", "nonsense"));
  EXPECT_THAT(sheet.rows[3].fault, HasSubstr("in quotes"));
}

}  // namespace
}  // namespace probity::cli
