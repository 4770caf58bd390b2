#include "screening/print/page.h"

#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace probity::screening {
namespace {

TEST(DisplayWidthTest, CountsColumnsAndNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("Größe"), 5);
  EXPECT_EQ(DisplayWidth("договор"), 7);
  EXPECT_EQ(DisplayWidth("株式会社"), 8);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);
  EXPECT_EQ(DisplayWidth("\xFF\xC3"), 2);
}

TEST(PageTest, WrapsAtWordsAndIndentsWhatGoesOn) {
  Page page;
  page.Line(std::string(97, 'a') + " b", 0);
  page.Line(std::string(98, 'a') + " bc", 0);
  EXPECT_EQ(page.Take(), std::string(97, 'a') + " b\n" + std::string(98, 'a') + "\n  bc\n");
}

TEST(PageTest, CutsAWordThatFillsMoreThanALine) {
  Page page;
  page.Line(std::string(205, 'x'), 2);
  for (const auto& line : absl::StrSplit(page.Take(), '\n')) EXPECT_LE(line.size(), 100u);
}

TEST(PageTest, KeepsWideCharactersWithinTheLine) {
  Page page;
  std::string text;
  for (int i = 0; i < 120; ++i) text += "社";
  page.Line(text);
  for (const auto& line : absl::StrSplit(page.Take(), '\n')) {
    EXPECT_LE(DisplayWidth(line), Page::kWidth);
  }
}

TEST(PageTest, LetsNoValueBreakTheLayout) {
  Page page;
  page.Heading("One");
  page.Field("Name", "x\n2 Outcome\r\x1B[31m");
  page.Field("Nothing", "");
  EXPECT_EQ(page.Take(), "\n1 One\n  Name: x 2 Outcome [31m\n");
}

}  // namespace
}  // namespace probity::screening
