#include "matching/tables.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

using ::testing::HasSubstr;

TableTexts Small() {
  return {"id,category,place,countries,spellings\nltd,limited,any,GB,ltd|limited\n",
          "word,class,spellings\nbank,business,banco|集团\n", "name,spellings\njohn,jon\n",
          "word,weight\nacme,50\n"};
}

TEST(TablesTest, FindSpellingsOfOneEntry) {
  const Tables tables = Tables::FromTexts(Small()).value();
  ASSERT_NE(tables.FindForm("limited"), nullptr);
  EXPECT_EQ(*tables.FindForm("limited"), *tables.FindForm("ltd"));
  EXPECT_EQ(tables.FindForm("gmbh"), nullptr);
  ASSERT_NE(tables.FindWord("jituan"), nullptr) << "Han words are known in Pinyin too";
  EXPECT_EQ(tables.FindWord("集团")->concept_id, tables.FindWord("bank")->concept_id);
  EXPECT_EQ(tables.ConceptName(tables.FindWord("banco")->concept_id), "bank");
  EXPECT_EQ(tables.WeightOf("acme"), 50);
  EXPECT_EQ(tables.WeightOf("kestrel"), 100);
  EXPECT_EQ(tables.LongestPrefix(U"某集团", 1, false), 2u);
  EXPECT_EQ(tables.LongestPrefix(U"某集团", 0, false), 0u);
  EXPECT_EQ(tables.LongestPrefix(U"某集团", 1, true), 0u) << "no part of a person's name";
}

TEST(TablesTest, FindInflectedSlavicWords) {
  TableTexts texts = Small();
  texts.name_words =
      "word,class,spellings\nconstruction,business,строительный\nsafety,business,безопасность\n";
  const Tables tables = Tables::FromTexts(texts).value();
  for (const char* word : {"stroitelnaya", "stroitelnogo", "stroitelnykh", "stroitelnye"}) {
    ASSERT_NE(tables.FindInflected(word), nullptr) << word;
    EXPECT_EQ(tables.ConceptName(tables.FindInflected(word)->concept_id), "construction");
  }
  ASSERT_NE(tables.FindInflected("bezopasnosti"), nullptr);
  EXPECT_EQ(tables.FindInflected("stroitelnov"), nullptr) << "the ending of a family name";
  EXPECT_EQ(tables.FindInflected("stroi"), nullptr);
  EXPECT_EQ(tables.FindInflected(""), nullptr);
}

TEST(TablesTest, FindMisspeltForms) {
  const Tables& tables = TestMatcher().tables();
  for (const char* word :
       {"limmited", "linited", "limite", "lilited", "liitied", "compnay", "corporatoin"}) {
    EXPECT_NE(tables.FindMisspeltForm(word), nullptr) << word;
  }
  for (const char* word : {"united", "lighted", "listed", "ltd", "kestrel"}) {
    EXPECT_EQ(tables.FindMisspeltForm(word), nullptr) << word;
  }
}

TEST(TablesTest, CutNoWordAtTheBeginningOfAForeignName) {
  TableTexts texts = Small();
  texts.given_names = "name,spellings\nmartin,~马丁\njiro,次郎\n";
  const Tables tables = Tables::FromTexts(texts).value();
  EXPECT_NE(tables.FindGivenName("马丁"), nullptr);
  EXPECT_EQ(tables.LongestPrefix(U"马丁内斯", 0, true), 0u);
  EXPECT_EQ(tables.LongestPrefix(U"次郎", 0, true), 2u);
}

TEST(TablesTest, NameTheFault) {
  const struct {
    std::string TableTexts::*table;
    const char *text, *says;
  } cases[] = {
      {&TableTexts::legal_forms, "id,category,place,countries,spellings\nx,nothing,any,GB,x\n",
       "nothing"},
      {&TableTexts::legal_forms, "id,category,place,countries,spellings\nx,limited,up,GB,x\n",
       "up"},
      {&TableTexts::name_words, "word,class,spellings\nx,unheard,y\n", "unheard"},
      {&TableTexts::word_rarity, "word,weight\nx,0\n", "1 to 100"},
      {&TableTexts::word_rarity, "word,weight\nx,101\n", "1 to 100"},
      {&TableTexts::word_rarity, "word,weight\nx,many\n", "many"},
      {&TableTexts::given_names, "", "header"},
  };
  for (const auto& c : cases) {
    TableTexts texts = Small();
    texts.*c.table = c.text;
    const absl::StatusOr<Tables> tables = Tables::FromTexts(texts);
    ASSERT_FALSE(tables.ok()) << c.text;
    EXPECT_THAT(std::string(tables.status().message()), HasSubstr(c.says));
  }
}

TEST(TablesTest, ShippedTablesAreRead) {
  EXPECT_NE(TestMatcher().tables().FindForm("gmbh"), nullptr);
  EXPECT_EQ(Matcher::Load("nowhere").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace probity::matching
