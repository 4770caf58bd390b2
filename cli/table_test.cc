#include "cli/table.h"

#include <sstream>
#include <string>

#include "cli/crc32c.h"
#include "cli/text.h"
#include "gtest/gtest.h"
#include "probity/v1/certification.pb.h"

namespace probity::cli {
namespace {

std::string Printed(const Table& table, int width) {
  std::ostringstream out;
  table.Print(out, width, /*colour=*/false);
  return out.str();
}

TEST(TableTest, AlignsByWhatTheTerminalShows) {
  Table table({"Name", "Country"});
  table.Add({"株式会社", "JP"});
  table.Add({"Müller", "DE"});
  const std::string text = Printed(table, 80);
  // Four wide characters take eight columns, "Müller" six.
  const size_t jp = text.find("JP"), de = text.find("DE");
  ASSERT_NE(jp, std::string::npos);
  ASSERT_NE(de, std::string::npos);
  const std::string jp_line = text.substr(text.rfind('\n', jp) + 1, jp - text.rfind('\n', jp) - 1);
  const std::string de_line = text.substr(text.rfind('\n', de) + 1, de - text.rfind('\n', de) - 1);
  EXPECT_EQ(DisplayWidth(jp_line), DisplayWidth(de_line));
}

TEST(TableTest, WrapsLongCellsWithinTheWidth) {
  Table table({"A", "B"});
  table.Add({"short", std::string("many words ") + std::string("and more words after them ")});
  std::istringstream lines(Printed(table, 30));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(DisplayWidth(line), 30);
  EXPECT_GT(count, 2);
}

TEST(TableTest, KeepsWordsWholeAndBreaksNamesBehindSlashes) {
  Table table({"goods", "source"});
  table.Add({"Cotton", "datasets/goods-at-risk/records/cotton|TM"});
  EXPECT_EQ(Printed(table, 40),
            "goods   source\n"
            "Cotton  datasets/goods-at-risk/records/\n"
            "        cotton|TM\n");
}

TEST(TableTest, LeavesOutColumnsWithoutValues) {
  Table table({"goods", "listed", "fit"});
  table.Add({"Cotton", "", "exact"});
  EXPECT_EQ(Printed(table, 80), "goods   fit\nCotton  exact\n");
}

TEST(TableTest, NotesStandBelowTheirRow) {
  Table table({"goods"});
  table.Add({"Cotton"}, "source: datasets/d/records/1");
  table.Add({"Bricks"});
  EXPECT_EQ(Printed(table, 80), "goods\nCotton\n  source: datasets/d/records/1\nBricks\n");
}

TEST(TableTest, PrintsBlocksWhereColumnsCannotFit) {
  Table table({"cause", "why"});
  table.Add({"COMMODITY_NOT_IN_SCOPE", "uncharacteristically"});
  EXPECT_EQ(Printed(table, 41), "cause  COMMODITY_NOT_IN_SCOPE\nwhy    uncharacteristically\n");
  EXPECT_EQ(Printed(table, 44),
            "cause                   why\nCOMMODITY_NOT_IN_SCOPE  uncharacteristically\n");
}

TEST(TableTest, LabelsAreNeverBroken) {
  Table table;
  table.Add({"ILO indicators", "withholding-of-wages-and-more"});
  EXPECT_EQ(Printed(table, 40),
            "ILO indicators  withholding-of-wages-\n                and-more\n");
}

TEST(TableTest, AnEmptyTablePrintsNothing) {
  EXPECT_EQ(Printed(Table({"a"}), 80), "");
  EXPECT_EQ(Printed(Table(), 80), "");
}

TEST(TableTest, DataCannotSteerTheTerminal) {
  Table table;
  table.Add({"name", "evil\x1b[2Jfirm"});
  EXPECT_EQ(Printed(table, 80).find('\x1b'), std::string::npos);
}

TEST(TextTest, WidthCountsColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("é"), 1);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
  EXPECT_EQ(DisplayWidth("会社"), 4);
  EXPECT_EQ(DisplayWidth("\xff"), 1);
}

TEST(TextTest, CountsHaveSeparators) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
}

TEST(TextTest, UnknownEnumValuesAreShownAsSuch) {
  EXPECT_EQ(EnumName(v1::CERTIFICATION_RESULT_NOT_YET_VALID), "NOT_YET_VALID");
  EXPECT_EQ(EnumWords(v1::CERTIFICATION_RESULT_NOT_YET_VALID), "not yet valid");
  EXPECT_EQ(EnumName(static_cast<v1::CertificationResult>(99)), "VALUE_99");
}

TEST(TextTest, DatesKeepTheirPrecision) {
  v1::Date date;
  EXPECT_EQ(FormatDate(date), "");
  date.set_year(2024);
  EXPECT_EQ(FormatDate(date), "2024");
  date.set_month(5);
  EXPECT_EQ(FormatDate(date), "2024-05");
}

// RFC 3720, appendix B.4: what the server computes too.
TEST(Crc32cTest, GivesThePublishedValue) { EXPECT_EQ(Crc32c("123456789"), 0xe3069283u); }

}  // namespace
}  // namespace probity::cli
