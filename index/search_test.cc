#include "index/search.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/testing.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// Names of one record each, keys "0", "1", … of dataset 1, seen at version 1.
class Register {
 public:
  explicit Register(const std::vector<std::string>& names, Kind kind = Kind::kCompany) {
    std::vector<IndexedRecord> records;
    for (const std::string& name : names) {
      records.push_back(MakeRecord(1, absl::StrCat(records.size()), {name}, kind));
    }
    Set(records);
  }
  explicit Register(const std::vector<IndexedRecord>& records) { Set(records); }

  SearchResult Ask(const Query& query) const {
    return Search(TestMatcher(), {&view, 1}, seen, query);
  }
  std::vector<std::string> Keys(const Query& query) const {
    std::vector<std::string> keys;
    for (const Hit& hit : Ask(query).hits) keys.push_back(hit.key);
    return keys;
  }
  std::vector<std::string> Keys(absl::string_view name, Kind kind = Kind::kCompany) const {
    return Keys(MakeQuery(name, kind));
  }

  SegmentView view;
  Visibility seen;

 private:
  void Set(const std::vector<IndexedRecord>& records) {
    view.segment = Build(records);
    seen.Set(1, 1);
  }
};

struct Pair {
  const char* query;
  const char* stored;
  Kind kind;
};

class FindsTest : public testing::TestWithParam<Pair> {};

TEST_P(FindsTest, TheNameAmongOthers) {
  const Pair& pair = GetParam();
  const Register all({"Mandor Textiles SA", pair.stored, "Belcrew Foods Inc"}, pair.kind);
  EXPECT_THAT(all.Keys(pair.query, pair.kind), Contains("1"));
  EXPECT_FALSE(SharedKeys(TestMatcher(), TestMatcher().Normalize(pair.query, pair.kind),
                          TestMatcher().Normalize(pair.stored, pair.kind))
                   .empty());
}

constexpr Kind kCompany = Kind::kCompany, kPerson = Kind::kPerson, kAny = Kind::kAny;
constexpr Pair kPairs[] = {
    // As written, misspelt, in other letters.
    {"Kestrel Haven Ltd", "Kestrel Haven Ltd", kCompany},
    {"Kestral Havne", "Kestrel Haven Ltd", kCompany},
    {"Кестрел Хавен", "Kestrel Haven Ltd", kCompany},
    {"Kestrel Haven", "ООО Кестрел Хавен", kCompany},
    // One meaning in several languages, other legal forms.
    {"Banco Kestrel", "Kestrel Bank", kCompany},
    {"银行", "Bank", kCompany},
    {"Kestrel Haven GmbH", "Kestrel Haven Limited", kCompany},
    // Acronyms both ways, with the legal form's letters too.
    {"CNPC", "China National Petroleum Corporation", kCompany},
    {"SLH", "Simec Lochaber Hydropower 2 Limited", kCompany},
    {"Gazflot", "Gazprom Flot OOO", kCompany},
    {"China National Petroleum Corporation", "CNPC", kCompany},
    {"Kestrel Haven Maritime Union", "KHMU", kAny},
    // Joined and split.
    {"Sun Flower Estates", "Sunflower Estates", kCompany},
    {"Sunflower", "Sun Flower", kCompany},
    {"Hunterdouglas Ind", "Hunter Douglasind", kCompany},
    // Short for something.
    {"Kestrel Mfg", "Kestrel Manufacturing", kCompany},
    {"Kestrel Manufacturing", "Kestrel Mfg", kCompany},
    // Scripts that write no vowels, and characters against Pinyin.
    {"Sabrin Marulin", "صبرين مارولين", kPerson},
    {"华为技术有限公司", "Huawei Technologies Co., Ltd.", kCompany},
    {"Huawei", "华为技术有限公司", kCompany},
    {"华为", "华为技术有限公司", kCompany},
    {"Bao Long Da Xinxi", "宝龙达信息技术有限公司", kCompany},
    // Persons.
    {"Bill Kestrel", "William Kestrel", kPerson},
    {"W. Kestrel", "William Kestrel", kPerson},
    {"William Kestrel", "W. Kestrel", kPerson},
    {"Иван Петров", "Ivan Petrov", kPerson},
    {"Kestrel, William", "William Kestrel", kPerson},
    // Words that many names share, numbers alone.
    {"Trading Group", "Trading Group", kCompany},
    {"1234", "1234", kCompany},
    {"The And Of", "The And Of", kCompany},
};
INSTANTIATE_TEST_SUITE_P(Pairs, FindsTest, testing::ValuesIn(kPairs));

TEST(SearchTest, NamesThatShareNothingHaveNoKeysAndAreNotFound) {
  const Register all({"Mandor Textiles SA"});
  EXPECT_THAT(all.Keys("Kestrel Haven"), IsEmpty());
  EXPECT_THAT(SharedKeys(TestMatcher(), TestMatcher().Normalize("Kestrel Haven", kCompany),
                         TestMatcher().Normalize("Mandor Textiles SA", kCompany)),
              IsEmpty());
}

TEST(SearchTest, SharedKeysSayHowNamesMeet) {
  const auto keys = SharedKeys(TestMatcher(), TestMatcher().Normalize("Kestral Bank", kCompany),
                               TestMatcher().Normalize("Banco Kestrel", kCompany));
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].kind, "similar_word");
  EXPECT_EQ(keys[0].query_text, "kestral");
  EXPECT_EQ(keys[0].stored_text, "kestrel");
  EXPECT_EQ(keys[1].kind, "same_meaning");
}

TEST(SearchTest, BadInputHasAnAnswer) {
  const Register all({"Kestrel Haven", "--", "1234", "Trading"});
  std::string words;
  for (int i = 0; i < 48; ++i) words += "kestrel ";
  EXPECT_THAT(all.Keys(""), IsEmpty());
  EXPECT_THAT(all.Keys("?!. -- ()"), IsEmpty());
  EXPECT_THAT(all.Keys("\xFF\xFE\xC0"), IsEmpty());
  EXPECT_THAT(all.Keys(std::string(10'000, '9')), IsEmpty());
  EXPECT_FALSE(all.Ask(MakeQuery(words, kCompany)).incomplete);
  Query none = MakeQuery("Kestrel Haven", kCompany);
  none.limit = 0;
  EXPECT_THAT(all.Keys(none), IsEmpty());
  EXPECT_THAT(Search(TestMatcher(), {}, all.seen, MakeQuery("Kestrel", kCompany)).hits, IsEmpty());
}

TEST(SearchTest, BestFirstAndTiesByDatasetAndKey) {
  std::vector<IndexedRecord> records;
  for (const char* key : {"c", "a", "b"}) {
    records.push_back(MakeRecord(1, key, {"Kestrel Haven"}, kCompany));
  }
  records.push_back(MakeRecord(1, "d", {"Kestral Haven"}, kCompany));
  const Register all(records);
  EXPECT_THAT(all.Keys("Kestrel Haven"), ElementsAre("a", "b", "c", "d"));
  Query two = MakeQuery("Kestrel Haven", kCompany);
  two.limit = 2;
  EXPECT_THAT(all.Keys(two), ElementsAre("a", "b"));
}

TEST(SearchTest, ARecordStandsThereOnceByItsBestName) {
  const Register all({MakeRecord(1, "r", {"Kestral Haven", "Kestrel Haven"}, kCompany)});
  EXPECT_THAT(Described(all.Ask(MakeQuery("Kestrel Haven", kCompany))), ElementsAre("1/r#1 10000"));
}

TEST(SearchTest, MinScoreIsInclusive) {
  const Register all({"Kestral Haven"});
  Query query = MakeQuery("Kestrel Haven", kCompany);
  const int score = all.Ask(query).hits.at(0).score;
  query.min_score = score;
  EXPECT_THAT(all.Keys(query), ElementsAre("0"));
  query.min_score = score + 1;
  EXPECT_THAT(all.Keys(query), IsEmpty());
}

TEST(SearchTest, VersionsAndRemovalsBoundWhatIsSeen) {
  IndexedRecord record = MakeRecord(1, "r", {"Kestrel Haven"}, kCompany);
  record.from_version = 3;
  record.to_version = 8;
  const Register all({record});
  auto removals = std::make_shared<Removals>();
  removals->to_version[0] = 6;
  const Query query = MakeQuery("Kestrel Haven", kCompany);
  for (uint32_t version = 1; version < 10; ++version) {
    Visibility seen;
    seen.Set(1, version);
    SegmentView view{all.view.segment, nullptr, false};
    EXPECT_EQ(Search(TestMatcher(), {&view, 1}, seen, query).hits.size(),
              version >= 3 && version < 8 ? 1u : 0u);
    view.removals = removals;
    EXPECT_EQ(Search(TestMatcher(), {&view, 1}, seen, query).hits.size(),
              version >= 3 && version < 6 ? 1u : 0u);
  }
  EXPECT_THAT(Search(TestMatcher(), {&all.view, 1}, Visibility(), query).hits, IsEmpty());
}

class FilterTest : public testing::Test {
 protected:
  static Register Make() {
    std::vector<IndexedRecord> records;
    records.push_back(MakeRecord(1, "de", {"Kestrel Haven"}, kCompany));
    records.back().countries = {"DE", "AT"};
    records.push_back(MakeRecord(2, "fr", {"Kestrel Haven"}, kPerson));
    records.back().countries = {"FR"};
    records.push_back(MakeRecord(3, "none", {"Kestrel Haven"}, kAny));
    Register all(records);
    all.seen.Set(2, 1);
    all.seen.Set(3, 1);
    return all;
  }

  const Register all_ = Make();
  Query query_ = MakeQuery("Kestrel Haven", kAny);
};

TEST_F(FilterTest, ByCountryKindAndDataset) {
  EXPECT_THAT(all_.Keys(query_), ElementsAre("de", "fr", "none"));
  query_.countries = {"AT", "FR"};
  EXPECT_THAT(all_.Keys(query_), ElementsAre("de", "fr", "none"));
  query_.kinds = {kPerson};
  EXPECT_THAT(all_.Keys(query_), ElementsAre("fr", "none"));
  query_.countries = {"AT"};
  EXPECT_THAT(all_.Keys(query_), ElementsAre("none"));
  query_.countries.clear();
  query_.kinds = {kCompany};
  EXPECT_THAT(all_.Keys(query_), ElementsAre("de", "none"));
  query_.datasets = {3, 2};
  EXPECT_THAT(all_.Keys(query_), ElementsAre("none"));
}

TEST_F(FilterTest, FactsRaiseAndLowerButNeverHide) {
  query_.facts.countries = {"FR"};
  query_.name.tokens[0].text = "kestral";  // so that there is room to rise
  matching::FillSounds(&query_.name.tokens[0]);
  const SearchResult result = all_.Ask(query_);
  ASSERT_EQ(result.hits.size(), 3u);
  EXPECT_EQ(result.hits[0].key, "fr");
  EXPECT_EQ(result.hits[1].key, "none");
  EXPECT_EQ(result.hits[2].key, "de");
}

TEST(SearchTest, ADateTellsManyOfOneNameApart) {
  std::vector<IndexedRecord> records;
  for (int i = 0; i < 400; ++i) {
    records.push_back(MakeRecord(1, absl::StrCat("k", i), {"William Kestrel"}, kPerson));
    records.back().date = {1900 + i % 100, 1 + i / 100, 2};
  }
  const Register all(records);
  Query query = MakeQuery("Wiliam Kestrel", kPerson);
  query.facts.date = {1993, 4, 2};
  EXPECT_EQ(all.Keys(query).at(0), "k393");
}

// A query of common words costs at most what it may, and says so.
TEST(SearchTest, CostIsBounded) {
  std::vector<std::string> names;
  Dice dice(1);
  for (int i = 0; i < 3000; ++i) names.push_back(MakeCompany(Writing::kLatin, &dice));
  const Register all(names);
  Query query = MakeQuery("Trading Group Holding Shipping Services", kCompany);
  EXPECT_FALSE(all.Ask(query).incomplete);
  query.cost_limit = 1000;
  const SearchResult result = all.Ask(query);
  EXPECT_TRUE(result.incomplete);
  EXPECT_LT(result.cost, 500'000);
}

TEST(SearchTest, CancellationStopsIt) {
  std::vector<std::string> names;
  Dice dice(1);
  for (int i = 0; i < 3000; ++i) names.push_back(MakeCompany(Writing::kLatin, &dice));
  const Register all(names);
  Query query = MakeQuery("Trading Group Holding Shipping Services", kCompany);
  int asked = 0;
  query.cancelled = [&asked] { return ++asked > 1; };
  const SearchResult result = all.Ask(query);
  EXPECT_TRUE(result.cancelled);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace probity::index
