#include "benchmarks/names/corpus.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "benchmarks/names/letters.h"
#include "benchmarks/names/queries.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::benchmarks {
namespace {

constexpr uint32_t kParties = 20000;

std::vector<std::string> TextsOf(const Corpus& corpus, uint32_t party) {
  std::vector<std::string> texts;
  for (const PartyName& name : corpus.NamesOf(party)) texts.push_back(name.Text());
  return texts;
}

bool IsAscii(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

TEST(CorpusTest, LanguagesShareAllParties) {
  int sum = 0;
  for (const Language& language : Languages()) {
    sum += language.share;
    EXPECT_GE(language.syllables.size(), 13u) << language.id;
    EXPECT_FALSE(language.trades.empty() || language.forms.empty() || language.places.empty());
  }
  EXPECT_EQ(sum, 1000);
}

TEST(CorpusTest, LatinSpellingsAreLatin) {
  for (const Language& language : Languages()) {
    if (language.latin) continue;
    for (const auto* list : {&language.syllables, &language.trades, &language.forms,
                             &language.places, &language.given, &language.families}) {
      for (const Spelling& spelling : *list) {
        EXPECT_TRUE(IsAscii(spelling.latin) || spelling.latin == "lü") << spelling.latin;
        EXPECT_FALSE(IsAscii(spelling.native)) << spelling.native;
      }
    }
  }
}

TEST(CorpusTest, NamesDependOnPartyAndSeedAlone) {
  const Corpus one(1, Scripts::kMixed), again(1, Scripts::kMixed), other(2, Scripts::kMixed);
  int equal = 0;
  for (uint32_t party = 0; party < 1000; ++party) {
    EXPECT_EQ(TextsOf(one, party), TextsOf(again, party));
    equal += TextsOf(one, party) == TextsOf(other, party);
  }
  EXPECT_LT(equal, 10);
}

TEST(CorpusTest, IsMixedAsPromised) {
  const Corpus corpus(1, Scripts::kMixed);
  double names = 0, foreign = 0, persons = 0;
  std::map<std::string, int> times;
  for (uint32_t party = 0; party < kParties; ++party) {
    for (const PartyName& name : corpus.NamesOf(party)) {
      ++names;
      foreign += !name.latin();
      ++times[name.Text()];
      EXPECT_EQ(Utf8(Letters(name.Text())), name.Text());  // valid UTF-8
    }
    persons += corpus.FullName(party, true).person;
  }
  EXPECT_NEAR(names / kParties, 2.2, 0.05);
  EXPECT_NEAR(foreign / names, 0.20, 0.01);
  EXPECT_NEAR(persons / kParties, 0.25, 0.02);
  EXPECT_GT(static_cast<double>(times.size()) / names, 0.9);
}

TEST(CorpusTest, LatinOnlyIsLatinOnly) {
  const Corpus corpus(1, Scripts::kLatinOnly);
  for (uint32_t party = 0; party < 1000; ++party) {
    for (const PartyName& name : corpus.NamesOf(party)) EXPECT_TRUE(name.latin());
  }
}

TEST(LettersTest, RoundTrip) {
  for (const char* text : {"", "abc", "Şti", "Щукин", "华为", "𠮷", "a华Ö"}) {
    EXPECT_EQ(Utf8(Letters(text)), text);
  }
  EXPECT_EQ(Letters("华為").size(), 2u);
}

TEST(QueriesTest, EveryClassFindsParties) {
  const Corpus corpus(1, Scripts::kMixed);
  const QueryMaker maker(&corpus, kParties);
  const auto queries = maker.MakeMixed(0, 3 * ErrorClasses().size());
  std::map<ErrorClass, std::set<std::string>> texts;
  for (const NameQuery& query : queries) texts[query.error].insert(query.text);
  EXPECT_EQ(texts.size(), ErrorClasses().size());
  for (const auto& [error, different] : texts) EXPECT_GE(different.size(), 2u) << NameOf(error);
}

TEST(QueriesTest, OnlyExactQuestionsAreStoredNames) {
  const Corpus corpus(1, Scripts::kMixed);
  const QueryMaker maker(&corpus, kParties);
  for (const NameQuery& query : maker.MakeMixed(0, 20 * ErrorClasses().size())) {
    const auto texts = TextsOf(corpus, query.party);
    const bool stored = std::count(texts.begin(), texts.end(), query.text) > 0;
    const bool whole = query.error == ErrorClass::kExact || query.error == ErrorClass::kCommonWords;
    EXPECT_EQ(stored, whole) << NameOf(query.error) << " " << query.text;
  }
}

TEST(QueriesTest, ALanguageAsksInItsOwnScript) {
  const Corpus corpus(1, Scripts::kMixed);
  const QueryMaker maker(&corpus, kParties, "zh");
  const auto queries = maker.MakeMixed(0, 50);
  ASSERT_EQ(queries.size(), 50u);
  for (const NameQuery& query : queries) {
    EXPECT_EQ(corpus.FullName(query.party, true).language->id, "zh");
    EXPECT_FALSE(IsAscii(query.text)) << query.text;
  }
}

}  // namespace
}  // namespace probity::benchmarks
