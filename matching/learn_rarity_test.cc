#include "matching/learn_rarity.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

// Words that no table knows, each with its own letters.
std::string Invented(int i) {
  return absl::StrCat("zq", std::string(1, static_cast<char>('a' + i % 26)),
                      std::string(1, static_cast<char>('a' + i / 26 % 26)),
                      std::string(1, static_cast<char>('a' + i / 676)), "ubrix");
}

void AddNames(int count, RarityLearner* learner) {
  for (int i = 0; i < count; ++i) {
    const char* middle = i % 2 == 0 ? " Wolfram" : i % 10 == 1 ? " Basalt" : "";
    learner->Add({absl::StrCat(Invented(i), middle, " Ltd")}, Kind::kCompany);
  }
}

TEST(LearnRarityTest, WeighsCommonWordsLess) {
  RarityLearner learner(&TestMatcher());
  AddNames(1000, &learner);
  for (int i = 0; i < 4; ++i) learner.Add({"Feldspar GmbH"}, Kind::kCompany);
  for (int i = 0; i < 3; ++i) learner.Add({"Gneiss GmbH"}, Kind::kCompany);
  const absl::StatusOr<std::string> table = learner.Table();
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(absl::StrContains(*table, "\nwolfram,12\n")) << *table;
  EXPECT_TRUE(absl::StrContains(*table, "\nbasalt,40\n")) << *table;
  EXPECT_TRUE(absl::StrContains(*table, "\nfeldspar,95\n")) << *table;
  EXPECT_FALSE(absl::StrContains(*table, "gneiss")) << "three companies are too few";
  EXPECT_FALSE(absl::StrContains(*table, "ltd")) << "legal forms are no words";
}

TEST(LearnRarityTest, IsReadByTheMatcherAndChangesItsVersion) {
  RarityLearner learner(&TestMatcher());
  AddNames(1000, &learner);
  TableTexts texts;
  texts.legal_forms = "id,category,place,countries,spellings\nltd,limited,any,GB,ltd\n";
  texts.name_words = "word,class,spellings\n";
  texts.given_names = "name,spellings\n";
  texts.word_rarity = "word,weight\n";
  const Matcher before = Matcher::FromTexts(texts).value();
  texts.word_rarity = learner.Table().value();
  const absl::StatusOr<Matcher> after = Matcher::FromTexts(texts);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->tables().WeightOf("wolfram"), 12);
  EXPECT_EQ(before.tables().WeightOf("wolfram"), 100);
  EXPECT_NE(after->version(), before.version());
}

TEST(LearnRarityTest, DependsOnTheNamesNotOnTheirOrder) {
  RarityLearner one(&TestMatcher()), other(&TestMatcher());
  AddNames(1000, &one);
  one.Add({"Basalt Works"}, Kind::kCompany);
  other.Add({"Basalt Works"}, Kind::kCompany);
  AddNames(1000, &other);
  EXPECT_EQ(one.Table().value(), other.Table().value());
}

TEST(LearnRarityTest, AWordCountsOnceForAParty) {
  RarityLearner learner(&TestMatcher());
  AddNames(1000, &learner);
  const std::vector<std::string> aliases(9, "Feldspar");
  for (int i = 0; i < 3; ++i) learner.Add(aliases, Kind::kCompany);
  EXPECT_EQ(learner.companies(), 1003);
  EXPECT_FALSE(absl::StrContains(learner.Table().value(), "feldspar"));
  learner.Add({"Granite GmbH", "Feldspar & Co"}, Kind::kCompany);
  EXPECT_TRUE(absl::StrContains(learner.Table().value(), "\nfeldspar,95\n"));
}

TEST(LearnRarityTest, PassesOverPersons) {
  RarityLearner learner(&TestMatcher());
  AddNames(1000, &learner);
  for (int i = 0; i < 50; ++i) learner.Add({"Leopold Feldspar"}, Kind::kPerson);
  EXPECT_EQ(learner.companies(), 1000);
  EXPECT_FALSE(absl::StrContains(learner.Table().value(), "feldspar"));
}

TEST(LearnRarityTest, RefusesTooFewNames) {
  RarityLearner learner(&TestMatcher());
  AddNames(999, &learner);
  EXPECT_EQ(learner.Table().status().code(), absl::StatusCode::kFailedPrecondition);
  learner.Add({"Basalt Works"}, Kind::kCompany);
  EXPECT_TRUE(learner.Table().ok());
}

}  // namespace
}  // namespace probity::matching
