#include "base/names.h"

#include "gtest/gtest.h"

namespace probity {
namespace {

TEST(FoldNameTest, JoinsSpellingsOfOneName) {
  EXPECT_EQ(FoldName("Société  Générale, S.A."), "societe generale s a");
  EXPECT_EQ(FoldName("SOCIETE GENERALE S.A."), "societe generale s a");
  EXPECT_EQ(FoldName("Müller & Söhne"), "muller and sohne");
  EXPECT_EQ(FoldName("Ørsted"), "orsted");
  EXPECT_EQ(FoldName("Łódź"), "lodz");
  EXPECT_EQ(FoldName("Straße"), "strasse");
  EXPECT_EQ(FoldName("ＡＢＣ　株式会社"), "abc 株式会社");
}

TEST(FoldNameTest, LeavesMarksOfOtherScriptsAlone) {
  EXPECT_EQ(FoldName("ООО «Ёлка»"), FoldName("ооо ёлка"));
  EXPECT_NE(FoldName("की"), FoldName("क"));  // a vowel sign makes another word
}

TEST(FoldNameTest, SurvivesAnyBytes) {
  EXPECT_EQ(FoldName(""), "");
  EXPECT_EQ(FoldName(" .,- "), "");
  EXPECT_NE(FoldName("a\xff\xfe"), "");
  EXPECT_LE(FoldName(std::string(100000, 'a')).size(), 1000u);
  FoldName(std::string(999, 'a') + "é");  // cut inside a character
}

}  // namespace
}  // namespace probity
