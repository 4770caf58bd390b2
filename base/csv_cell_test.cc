#include "base/csv_cell.h"

#include "gtest/gtest.h"

namespace probity {
namespace {

TEST(CsvCellTest, StandsInQuotesWhereItMust) {
  const struct {
    const char* text;
    char delimiter;
    const char* cell;
  } cases[] = {
      {"", ',', ""},
      {"plain", ',', "plain"},
      {"a;b", ',', "a;b"},
      {"a;b", ';', "\"a;b\""},
      {"a,b", ',', "\"a,b\""},
      {"say \"x\"", ',', "\"say \"\"x\"\"\""},
      {"a\nb", ',', "\"a\nb\""},
      {"a\rb", ',', "\"a\rb\""},
      {" a", ',', "\" a\""},
      {"a ", ',', "\"a \""},
  };
  for (const auto& one : cases) EXPECT_EQ(CsvCell(one.text, one.delimiter), one.cell);
}

TEST(CsvCellTest, NoTextIsAFormula) {
  const struct {
    const char* text;
    const char* neutral;
  } cases[] = {
      {"", ""},      {"A=1", "A=1"},  {"=1+1", "'=1+1"}, {"+44", "'+44"}, {"-1", "'-1"},
      {"@a", "'@a"}, {"\tx", "'\tx"}, {"\rx", "'\rx"},   {"\nx", "'\nx"}, {"'x", "'x"},
      {"''", "''"},  {"'=1", "''=1"}, {"''-", "'''-"},   {"0=", "0="},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(NeutralText(one.text), one.neutral);
    EXPECT_EQ(WithoutNeutralizing(one.neutral), one.text);
  }
}

TEST(CsvCellTest, WhatWasNeverNeutralizedStaysAsItIs) {
  for (const char* text : {"=1", "x", "'x", "'"}) EXPECT_EQ(WithoutNeutralizing(text), text);
}

}  // namespace
}  // namespace probity
