#include "matching/text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Words(absl::string_view name) {
  std::vector<std::string> out;
  for (const Word& word : Clean(name).words) out.push_back(ToUtf8(word.letters));
  return out;
}

TEST(CleanTest, FoldsLatin) {
  EXPECT_THAT(Words("Société  GÉNÉRALE, S.A."), ElementsAre("societe", "generale", "s", "a"));
  EXPECT_THAT(Words("Straße"), ElementsAre("strasse"));
  EXPECT_THAT(Words("Ørsted Łódź Đặng"), ElementsAre("orsted", "lodz", "dang"));
  EXPECT_THAT(Words("İstanbul ışık"), ElementsAre("istanbul", "isik"));
  EXPECT_THAT(Words("ＡＢＣ　㈱"), ElementsAre("abc", "株"));
}

TEST(CleanTest, SpellsSignsOut) {
  EXPECT_THAT(Words("Procter&Gamble"), ElementsAre("procter", "and", "gamble"));
  EXPECT_THAT(Words("Kuehne + Nagel"), ElementsAre("kuehne", "and", "nagel"));
  EXPECT_THAT(Words("№ 5"), ElementsAre("no", "5"));
}

TEST(CleanTest, JoinsApostrophesAndDropsNoise) {
  EXPECT_THAT(Words("O'Brien L’Oréal"), ElementsAre("obrien", "loreal"));
  EXPECT_THAT(Words("Harv^y"), ElementsAre("harvy"));
  EXPECT_THAT(Words("... --- !!"), IsEmpty());
}

TEST(CleanTest, KeepsTheHebrewApostropheThatMakesAnotherSound) {
  EXPECT_EQ(Words("ג'ים"), Words("ג׳ים"));
  EXPECT_NE(Words("ג'ים"), Words("גים"));
  EXPECT_EQ(Words("א'ים"), Words("אים")) << "changes nothing there";
}

TEST(CleanTest, DropsInvisibleCharacters) {
  EXPECT_THAT(Words("Ac\u200Bme\u200F"), ElementsAre("acme"));  // zero width space, RTL mark
  EXPECT_THAT(Words("\u202Eacme\u202C"), ElementsAre("acme"));
}

TEST(CleanTest, DropsTonesAndLongStrokes) {
  EXPECT_EQ(Clean("กรุ๊ป").words[0].letters, Clean("กรุ้ป").words[0].letters);
  EXPECT_EQ(Clean("شـــركة").words[0].letters, U"شركة");
}

TEST(CleanTest, ReadsDigitsOfAnyScript) {
  EXPECT_THAT(Words("٤٢ ४२ ４２"), ElementsAre("42", "42", "42"));
}

TEST(CleanTest, CutsWhereAnUnspacedScriptMeetsAnother) {
  EXPECT_THAT(Words("ABC株式会社"), ElementsAre("abc", "株式会社"));
  EXPECT_THAT(Words("トヨタ自動車"), ElementsAre("トヨタ", "自動車"));
}

TEST(CleanTest, RemembersTheGap) {
  const CleanText text = Clean("Smith, J.R. Mc-Coy");
  ASSERT_EQ(text.words.size(), 5u);
  EXPECT_EQ(text.words[1].gap, Gap::kComma);
  EXPECT_EQ(text.words[2].gap, Gap::kDot);
  EXPECT_EQ(text.words[3].gap, Gap::kSpace);
  EXPECT_EQ(text.words[4].gap, Gap::kHyphen);
}

TEST(CleanTest, ReplacesLookalikesAndSaysSo) {
  const CleanText mixed = Clean("Аpple Inc");  // Cyrillic А
  EXPECT_EQ(ToUtf8(mixed.words[0].letters), "apple");
  EXPECT_TRUE(mixed.lookalikes);
  EXPECT_FALSE(Clean("Apple Inc").lookalikes);
  EXPECT_FALSE(Clean("ООО Apple").lookalikes);
  EXPECT_EQ(Clean("восток Trading").words[0].script, Script::kCyrillic);
}

TEST(CleanTest, SurvivesAnyBytes) {
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words("a\xff\xfe b"), ElementsAre("a", "b"));
  EXPECT_THAT(Words("a\xED\xA0\x80 b"), ElementsAre("a", "b"));  // an unpaired surrogate
  const CleanText text = Clean(std::string(10000, 'a'));
  EXPECT_TRUE(text.truncated);
  EXPECT_EQ(text.words[0].letters.size(), kMaxWordLetters);
  EXPECT_FALSE(Clean(std::string(kMaxNameBytes, 'a')).truncated);
  std::string many;
  for (size_t i = 0; i < kMaxWords + 1; ++i) many += "w ";
  EXPECT_EQ(Clean(many).words.size(), kMaxWords);
  EXPECT_TRUE(Clean(many).truncated);
}

}  // namespace
}  // namespace probity::matching
