#include "cli/judged_worksheet.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/worksheet.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

VendorSheet Read(const std::string& text) {
  VendorFile file;
  file.table.path = testing::TempDir() + "/judged_worksheet_test.csv";
  std::ofstream(file.table.path) << text;
  auto vendors = VendorSheet::Read(file);
  std::filesystem::remove(file.table.path);
  EXPECT_TRUE(vendors.ok()) << vendors.status();
  return *std::move(vendors);
}

std::string Check(const std::string& name, const std::string& country, const std::string& record) {
  v1::ScreenedSubject subject;
  subject.set_name(name);
  subject.set_country(country);
  return CheckOf(subject, record);
}

// A row of a worksheet about "Heron" of TH.
std::string Row(const std::string& number, const std::string& decision, const std::string& reason,
                const std::string& record = "datasets/l/records/a") {
  return absl::StrCat("Heron,TH,", number, " of 6,", record, ",", Check("Heron", "TH", record), ",",
                      decision, ",", reason, "\n");
}
constexpr char kHeader[] =
    "name,country,probity_worksheet_row,probity_source_record,probity_check,decision,reason\n";

JudgedWorksheet Judged(const std::string& rows) {
  auto read = ReadJudgements(Read(kHeader + rows));
  EXPECT_TRUE(read.ok()) << read.status();
  return *std::move(read);
}

TEST(JudgedWorksheetTest, TakesWhatIsDecidedAndLeavesTheRestOpen) {
  const JudgedWorksheet read =
      Judged(Row("1", "IS", "same address") + Row("2", "is not", "other line of business", "r/b") +
             Row("3", "", "", "r/c") + Row("4", "", "to be asked", "r/d") +
             Row("5", "Is_Not", "x", "r/e") + Row("6", "IS", "y", "r/f"));
  EXPECT_TRUE(read.rows[0].judged && read.rows[0].is);
  EXPECT_EQ(read.rows[0].source_record, "datasets/l/records/a");
  EXPECT_EQ(read.rows[0].reason, "same address");
  EXPECT_TRUE(read.rows[1].judged && !read.rows[1].is);
  for (const size_t open : {2, 3}) {
    EXPECT_FALSE(read.rows[open].judged);
    EXPECT_EQ(read.rows[open].fault, "");
  }
  EXPECT_TRUE(read.rows[4].judged && !read.rows[4].is);
  EXPECT_THAT(read.missing, IsEmpty());
}

TEST(JudgedWorksheetTest, EachFaultIsSaidInItsRow) {
  const std::string good = Row("1", "IS", "x");
  const JudgedWorksheet read = Judged(Row("1", "perhaps", "x") + Row("2", "IS", "") +
                                      absl::StrReplaceAll(good, {{"Heron", "H?ron"}}) +
                                      absl::StrReplaceAll(good, {{"records/a", "records/b"}}) +
                                      absl::StrReplaceAll(good, {{",TH,", ",GB,"}}) +
                                      absl::StrReplaceAll(good, {{"datasets/l/records/a", ""}}) +
                                      absl::StrReplaceAll(good, {{"Heron", ""}}) + "Heron,TH\n");
  const std::vector<std::string> faults = {
      "line 2: column decision: \"perhaps\" is neither IS nor IS_NOT",
      "line 3: column reason: a judgement needs one",
      "line 4: who is asked about, or the record, is not what it was",
      "line 5: who is asked about",
      "line 6: who is asked about",
      "line 7: names no record",
      "line 8: neither a name nor an identifier",
      "line 9: has 2 values, the header 7"};
  for (size_t i = 0; i < faults.size(); ++i) {
    EXPECT_FALSE(read.rows[i].judged) << i;
    EXPECT_THAT(read.rows[i].fault, HasSubstr(faults[i]));
  }
}

TEST(JudgedWorksheetTest, TwoPeopleWhoSayTheOppositeAreBothAsked) {
  const JudgedWorksheet read = Judged(Row("1", "IS", "x") + Row("1", "IS_NOT", "y") +
                                      Row("2", "IS", "x", "r/b") + Row("2", "IS", "z", "r/b"));
  EXPECT_THAT(read.rows[0].fault,
              HasSubstr("line 2: the same pair is judged the other way in row 3"));
  EXPECT_THAT(read.rows[1].fault, HasSubstr("in row 2"));
  EXPECT_TRUE(read.rows[2].judged && read.rows[3].judged);
}

TEST(JudgedWorksheetTest, DeletedRowsAreNoticed) {
  EXPECT_THAT(Judged(Row("2", "IS", "x") + Row("5", "", "")).missing, ElementsAre(1, 3, 4, 6));
  EXPECT_EQ(Ranges({1, 3, 4, 6}), "1, 3 to 4, 6");
  EXPECT_EQ(Ranges({7, 8, 9}), "7 to 9");
  EXPECT_EQ(Ranges({}), "");
}

// ASCII and Latin-1 letters of UTF-8 as one byte each.
std::string Latin1(const std::string& utf8) {
  std::string latin;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      latin += utf8[i];
    } else {
      latin += static_cast<char>((byte << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3F));
    }
  }
  return latin;
}

std::string Utf16(const std::string& latin) {
  std::string wide = "\xFF\xFE";
  for (const char c : latin) wide += std::string{c, '\0'};
  return wide;
}

TEST(JudgedWorksheetTest, ASpreadsheetMaySaveItInItsOwnWay) {
  const std::string record = "datasets/l/records/a";
  const std::string utf8 =
      absl::StrCat("probity_worksheet_row,name,decision,reason,probity_source_record,country,",
                   "probity_check\r\n1 of 1,Håkan Société,is not,andere Größe,", record, ",FR,",
                   Check("Håkan Société", "FR", record), "\r\n");
  for (const char* delimiter : {",", ";", "\t"}) {
    const std::string text = absl::StrReplaceAll(utf8, {{",", delimiter}});
    for (const std::string& bytes : {text, "\xEF\xBB\xBF" + text, Latin1(text), Utf16(Latin1(text)),
                                     absl::StrReplaceAll(text, {{"\r\n", "\r"}})}) {
      SCOPED_TRACE(bytes);
      const auto read = ReadJudgements(Read(bytes));
      ASSERT_TRUE(read.ok()) << read.status();
      ASSERT_EQ(read->rows.size(), 1u);
      EXPECT_EQ(read->rows[0].fault, "");
      EXPECT_TRUE(read->rows[0].judged);
      EXPECT_EQ(read->rows[0].reason, "andere Größe");
      EXPECT_EQ(read->rows[0].source_record, record);
    }
  }
}

// What cannot be read any more judges nothing, with its line; the rows beside it do.
TEST(JudgedWorksheetTest, WhatASpreadsheetDidToValuesIsSaidInItsRow) {
  const std::string record = "datasets/l/records/a";
  v1::ScreenedSubject subject;
  subject.set_name("Heron");
  subject.mutable_ref()->mutable_identifier()->set_scheme("GB-COH");
  subject.mutable_ref()->mutable_identifier()->set_value("04830352");
  const std::string check = CheckOf(subject, record);
  const auto row = [&](const std::string& number, const std::string& founded,
                       const std::string& identifier) {
    return absl::StrCat("Heron,", founded, ",", identifier, ",GB-COH,", number, " of 5,", record,
                        ",", check, ",IS_NOT,x\n");
  };
  const auto read = ReadJudgements(
      Read("name,founded,identifier,identifier_scheme,probity_worksheet_row,probity_source_record,"
           "probity_check,decision,reason\n" +
           row("1", "31/05/1971", "04830352") + row("2", "1971-05-31", "4830352") +
           row("3", "1971-05-31", "4.83E+06") + row("4", "1971-05-31", "04830352")));
  ASSERT_TRUE(read.ok()) << read.status();
  const std::vector<std::string> faults = {
      "line 2, column founded: \"31/05/1971\" is no date",
      "line 3: who is asked about, or the record, is not what it was",
      "line 4, column identifier: \"4.83E+06\" was shortened by a spreadsheet", ""};
  for (size_t i = 0; i < faults.size(); ++i) {
    EXPECT_EQ(read->rows[i].judged, faults[i].empty()) << i;
    EXPECT_THAT(read->rows[i].fault, HasSubstr(faults[i]));
  }
  EXPECT_EQ(read->rows[3].fault, "");
  EXPECT_THAT(read->missing, ElementsAre(5));
}

TEST(JudgedWorksheetTest, ColumnsMayBeReorderedButNotGone) {
  const std::string check = Check("Heron", "", "r/a");
  const auto read = ReadJudgements(
      Read("reason,decision,probity_check,probity_source_record,probity_worksheet_row,name\nx,IS," +
           check + ",r/a,1 of 1,Heron\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->rows[0].judged) << read->rows[0].fault;
  EXPECT_THAT(std::string(ReadJudgements(Read("name,decision\nA,IS\n")).status().message()),
              HasSubstr("is no worksheet of \"probity match\""));
}

}  // namespace
}  // namespace probity::cli
