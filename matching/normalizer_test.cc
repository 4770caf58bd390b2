#include "matching/normalizer.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matching/testing.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

using ::testing::ElementsAre;

NormalizedName Of(absl::string_view name, Kind kind) { return TestMatcher().Normalize(name, kind); }

std::vector<std::string> Texts(absl::string_view name, Kind kind) {
  std::vector<std::string> out;
  for (const Token& token : Of(name, kind).tokens) out.push_back(token.text);
  return out;
}

TokenClass ClassOf(absl::string_view name, absl::string_view text, Kind kind) {
  for (const Token& token : Of(name, kind).tokens) {
    if (token.text == text) return token.cls;
  }
  ADD_FAILURE() << text << " is no token of " << name;
  return TokenClass::kWord;
}

TEST(NormalizeTest, JoinsSingleLettersOfCompaniesOnly) {
  EXPECT_THAT(Texts("I.B.M. Corp", Kind::kCompany), ElementsAre("ibm"));
  EXPECT_THAT(Texts("H & M Ltd", Kind::kCompany), ElementsAre("hm"));
  EXPECT_THAT(Texts("H & Kestrel Ltd", Kind::kCompany), ElementsAre("h", "and", "kestrel"));
  EXPECT_THAT(Texts("J. R. R. Tolkien", Kind::kPerson), ElementsAre("j", "r", "r", "tolkien"));
}

TEST(NormalizeTest, ReadsLettersOfUnknownKindAsTheWordsSay) {
  EXPECT_THAT(Texts("J. S. Bach", Kind::kAny), ElementsAre("j", "s", "bach"));
  EXPECT_THAT(Texts("J. S. Trading", Kind::kAny), ElementsAre("js", "trading"));
  EXPECT_THAT(Texts("A.B.C. Ltd", Kind::kAny), ElementsAre("abc"));
  EXPECT_EQ(ClassOf("W. Churchill", "w", Kind::kAny), TokenClass::kInitial);
}

TEST(NormalizeTest, JoinsPhrasesOfTheTables) {
  EXPECT_THAT(Texts("Hong Kong Kestrel", Kind::kCompany), ElementsAre("hongkong", "kestrel"));
  EXPECT_THAT(Texts("Железная Дорога", Kind::kCompany), ElementsAre("zheleznayadoroga"));
}

TEST(NormalizeTest, CutsUnspacedScriptsAtKnownWords) {
  EXPECT_THAT(Texts("华为技术有限公司", Kind::kCompany), ElementsAre("huawei", "jishu"));
  EXPECT_THAT(Texts("삼성전자주식회사", Kind::kCompany), ElementsAre("samseong", "jeonja"));
  EXPECT_THAT(Texts("孙中山", Kind::kPerson), ElementsAre("sun", "zhongshan"));
  EXPECT_THAT(Texts("欧阳修", Kind::kPerson), ElementsAre("ouyang", "xiu"));
}

TEST(NormalizeTest, ClassifiesWords) {
  EXPECT_EQ(ClassOf("Kestrel Trading", "trading", Kind::kCompany), TokenClass::kBusiness);
  EXPECT_EQ(ClassOf("Kestrel Trading", "kestrel", Kind::kCompany), TokenClass::kWord);
  EXPECT_EQ(ClassOf("Kestrel China", "china", Kind::kCompany), TokenClass::kPlace);
  EXPECT_EQ(ClassOf("North Kestrel", "north", Kind::kCompany), TokenClass::kDirection);
  EXPECT_EQ(ClassOf("Kestrel 42", "42", Kind::kCompany), TokenClass::kNumber);
  EXPECT_EQ(ClassOf("Kestrel III", "iii", Kind::kCompany), TokenClass::kNumber);
  EXPECT_EQ(ClassOf("Kestrel I", "i", Kind::kCompany), TokenClass::kNumber);
  EXPECT_EQ(ClassOf("Ivan Ivanovich Petrov", "ivanovich", Kind::kPerson), TokenClass::kPatronymic);
  EXPECT_EQ(ClassOf("Petrov Ivan Ivanovich", "ivanovich", Kind::kPerson), TokenClass::kPatronymic);
  EXPECT_EQ(ClassOf("David Berkovich", "berkovich", Kind::kPerson), TokenClass::kWord);
  EXPECT_EQ(ClassOf("Dr Jekyll", "dr", Kind::kPerson), TokenClass::kTitle);
  EXPECT_EQ(ClassOf("Ludwig van Beethoven", "van", Kind::kPerson), TokenClass::kParticle);
  EXPECT_EQ(ClassOf("Harun ar-Rashid", "ar", Kind::kPerson), TokenClass::kParticle);
  EXPECT_EQ(ClassOf("J. Watson", "j", Kind::kPerson), TokenClass::kInitial);
  EXPECT_EQ(ClassOf("W. Churchill", "w", Kind::kPerson), TokenClass::kInitial);
  EXPECT_EQ(ClassOf("Henry Ford Jr", "jr", Kind::kPerson), TokenClass::kGeneration);
}

TEST(NormalizeTest, JoinsSpellingsOfNumbers) {
  EXPECT_THAT(Texts("Kestrel 007", Kind::kCompany), ElementsAre("kestrel", "7"));
  EXPECT_THAT(Texts("1st Kestrel", Kind::kCompany), ElementsAre("1", "kestrel"));
  EXPECT_EQ(Of("Kestrel II", Kind::kCompany).tokens[1].concept_id,
            Of("Kestrel 2", Kind::kCompany).tokens[1].concept_id);
}

TEST(NormalizeTest, AsksTablesInTheWordsOwnScript) {
  // أم is romanised "am", which in Latin letters is a small word.
  EXPECT_EQ(Of("أم كلثوم", Kind::kPerson).tokens[0].cls, TokenClass::kWord);
}

TEST(NormalizeTest, SpellsGivenNamesAsListedWhereTheScriptHidesTheirSound) {
  EXPECT_THAT(Texts("小林由美", Kind::kPerson), ElementsAre("kobayashi", "yumi"));
  EXPECT_THAT(Texts("محمد", Kind::kPerson), ElementsAre("muhammad"));
  EXPECT_THAT(Texts("بول", Kind::kPerson), ElementsAre("bul")) << "Paul is listed under Pavel";
}

TEST(NormalizeTest, WeighsShortFamilyNames) {
  const NormalizedName name = Of("Lê Vu", Kind::kPerson);
  EXPECT_GE(name.tokens[0].weight, 40) << "no particle in front";
  EXPECT_GE(name.tokens[1].weight, 70);
  EXPECT_LT(Of("Jean de Vu", Kind::kPerson).tokens[1].weight, 40);
}

TEST(NormalizeTest, SeesNoParticleBehindAName) {
  EXPECT_NE(ClassOf("Kim Jong-il", "il", Kind::kPerson), TokenClass::kParticle);
  EXPECT_EQ(ClassOf("Hassan al-Banna", "al", Kind::kPerson), TokenClass::kParticle);
}

TEST(NormalizeTest, TakesOneLetterOfAnyAlphabetForAnInitial) {
  EXPECT_EQ(ClassOf("Чехов А.", "a", Kind::kPerson), TokenClass::kInitial);
  EXPECT_EQ(ClassOf("Гагарин Ю.", "yu", Kind::kPerson), TokenClass::kInitial);
  EXPECT_NE(ClassOf("Yu Gagarin", "yu", Kind::kPerson), TokenClass::kInitial);
}

TEST(NormalizeTest, ReadsLettersThatAreSpelledAsSpoken) {
  EXPECT_THAT(Texts("ซีพี", Kind::kCompany), ElementsAre("cp"));
  EXPECT_THAT(Texts("엘지전자", Kind::kCompany), ElementsAre("lg", "jeonja"));
  EXPECT_THAT(Texts("ジェイティービー", Kind::kCompany), ElementsAre("jtb"));
  EXPECT_THAT(Texts("이지", Kind::kCompany), ElementsAre("iji")) << "two syllables of any word";
  EXPECT_THAT(Texts("엘비", Kind::kPerson), ElementsAre("el", "bi")) << "a person";
  EXPECT_THAT(Texts("เอ็นจอย", Kind::kCompany), ElementsAre("enchoy")) << "one letter";
}

TEST(NormalizeTest, GuessesTheKind) {
  EXPECT_EQ(Of("Kestrel GmbH", Kind::kAny).kind, Kind::kCompany);
  EXPECT_EQ(Of("Kestrel Trading", Kind::kAny).kind, Kind::kCompany);
  EXPECT_EQ(Of("Dr. Henry Jekyll", Kind::kAny).kind, Kind::kPerson);
  EXPECT_EQ(Of("Kestrel", Kind::kAny).kind, Kind::kAny);
  EXPECT_EQ(Of("Kestrel GmbH", Kind::kVessel).kind, Kind::kVessel);
}

TEST(NormalizeTest, MarksAnAcronymOfItsOwnWords) {
  const NormalizedName name =
      Of("Xinjiang Production and Construction Corp (XPCC)", Kind::kCompany);
  EXPECT_TRUE(name.tokens.back().acronym);
  EXPECT_FALSE(name.tokens.front().acronym);
}

TEST(NormalizeTest, IsBoundedAndNeverFails) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "x ";
  const std::string cases[] = {"",  "...",   std::string(10000, 'x'),        many, "\xff\xfe",
                               "و", "12345", std::string(3000, ' ') + "acme"};
  for (Kind kind : {Kind::kAny, Kind::kPerson, Kind::kCompany, Kind::kVessel, Kind::kSite}) {
    for (const std::string& name : cases) {
      const NormalizedName normalized = Of(name, kind);
      EXPECT_LE(normalized.tokens.size(), kMaxWords);
      for (const Token& token : normalized.tokens) EXPECT_FALSE(token.text.empty());
    }
  }
  EXPECT_TRUE(Of(std::string(10000, 'x'), Kind::kAny).truncated);
}

}  // namespace
}  // namespace probity::matching
