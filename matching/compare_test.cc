#include "matching/compare.h"

#include <algorithm>
#include <numeric>

#include "gtest/gtest.h"
#include "matching/params.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

int Company(absl::string_view a, absl::string_view b) { return ScoreOf(a, b, Kind::kCompany); }
int Person(absl::string_view a, absl::string_view b) { return ScoreOf(a, b, Kind::kPerson); }

std::vector<Row> Rows(absl::string_view a, absl::string_view b, Kind kind) {
  std::vector<Row> rows;
  const Matcher& matcher = TestMatcher();
  matcher.Explain(matcher.Normalize(a, kind), matcher.Normalize(b, kind), &rows);
  return rows;
}

const Row* Find(const std::vector<Row>& rows, Feature feature) {
  for (const Row& row : rows) {
    if (row.feature == feature) return &row;
  }
  return nullptr;
}

TEST(ScoreTest, IsFullForTheSameName) {
  for (const char* name : {"Kestrel Trading GmbH", "华为技术有限公司", "Иван Иванович Петров",
                           "Ltd", "12345", "Müller & Söhne"}) {
    EXPECT_EQ(ScoreOf(name, name, Kind::kAny), kFullScore) << name;
  }
}

TEST(CompareWordsTest, LeavesOutWhatIsLessAlikeOnly) {
  const char* words[] = {"Mohammed", "محمد",    "Mehmet", "Khrushchev", "Хрущёв",  "Nikita",
                         "Toyota",   "トヨタ",  "Toyoda", "Hussein",    "Husayn",  "Hassan",
                         "Trading",  "Tradnig", "Trdg",   "삼성",       "Samsung", "Samsong",
                         "Şahin",    "Sahyn",   "Шахин",  "शर्मा",       "Sharma",  "Sarmat"};
  int compared = 0;
  for (Kind kind : {Kind::kAny, Kind::kCompany, Kind::kPerson}) {
    for (const char* a : words) {
      for (const char* b : words) {
        const NormalizedName left = TestMatcher().Normalize(a, kind);
        const NormalizedName right = TestMatcher().Normalize(b, kind);
        if (left.tokens.empty() || right.tokens.empty()) continue;
        const int all = CompareWords(left.tokens[0], right.tokens[0], kind).similarity;
        for (int at_least : {1, 420, 600, 700, 800, 900, 1000}) {
          const int some = CompareWords(left.tokens[0], right.tokens[0], kind, at_least).similarity;
          EXPECT_TRUE(some == all || (some == 0 && all < at_least))
              << a << " " << b << " " << at_least << ": " << some << " of " << all;
          compared += all > 0;
        }
      }
    }
  }
  EXPECT_GT(compared, 500);
}

TEST(ScoreTest, IsNothingForNothing) {
  EXPECT_EQ(Company("", ""), 0);
  EXPECT_EQ(Company("Kestrel", "..."), 0);
  EXPECT_EQ(Company("CORP", "11420 CORP."), 0);
}

// Each pair: what contradicts costs more than what is missing.
TEST(ScoreTest, OrdersAsPeopleDo) {
  struct Case {
    const char *name, *nearer, *farther;
  };
  const Case companies[] = {
      {"Kestrel Fund II", "Kestrel Fund 2", "Kestrel Fund III"},
      {"Kestrel Fund II", "Kestrel Fund", "Kestrel Fund III"},
      {"North Kestrel", "Kestrel", "South Kestrel"},
      {"Kestrel Steel", "Kestrel", "Kestrel Textiles"},
      {"Kestrel Steel", "Kestrel Stahl", "Kestrel Oil"},
      {"Kestrel Mfg Intl", "Kestrel Manufacturing International", "Kestrel Mining Insurance"},
      {"Sunflower Ltd", "Sun Flower Ltd", "Sunrise Ltd"},
      {"Kestrel Robins Bros", "Kestrel Robins Brothers", "Kestrel Robins Sons"},
      {"Badische Anilin Soda Fabrik", "BASF", "BASX"},
      {"Harrow Brickworks", "Harrow Brickworks GmbH", "Harrow Brick Works"},
      {"Harrow Brickworks", "Harrow Brick Works", "Harow Brick Works"},
      {"Kestrel", "Kestrel Ltd", "Kestrell"},
      {"Kestrel Ltd", "Kestrel", "Kestrel AG"},
      {"Robin Kestrel Steel Mills", "Robin Kestrel Steel Mill", "Robin RKSM"},
  };
  for (const Case& c : companies) {
    EXPECT_GT(Company(c.name, c.nearer), Company(c.name, c.farther)) << c.name << " " << c.nearer;
  }
  const Case persons[] = {
      {"Johann Sebastian Bach", "J. S. Bach", "J. C. Bach"},
      {"Johann Sebastian Bach", "Bach, Johann Sebastian", "Johann Christian Bach"},
      {"Martin Luther King Jr", "Martin Luther King", "Martin Luther King Sr"},
      {"William Shakespeare", "Bill Shakespeare", "Walter Shakespeare"},
      {"Lev Nikolaevich Tolstoy", "Lev Tolstoy", "Lev Sergeevich Tolstoy"},
      {"Winston Churchill", "Dr Winston Churchill", "Winston Spencer"},
      {"Simon Bolivar", "Simón Bolívar", "Simona Bolivar"},
      {"Kim Jong-un", "김정은", "Kim Jong-il"},
      {"Anton Pavlovich Chekhov", "Чехов А.П.", "Чехов М.П."},
  };
  for (const Case& c : persons) {
    EXPECT_GT(Person(c.name, c.nearer), Person(c.name, c.farther)) << c.name << " " << c.nearer;
  }
}

TEST(ScoreTest, DoesNotRestOnCommonWordsAlone) {
  EXPECT_LT(Company("A-B-C Company", "Company"), kThreshold);
  EXPECT_LT(Company("General Trading Company", "Trading Company"), kThreshold);
  EXPECT_LT(Person("Shota Abashidze", "A. S. Pushkin"), kThreshold);
  EXPECT_LT(Company("PT Kestrel", "PT Robin"), 3000);
  EXPECT_LT(Company("ООО Ромашка", "ООО Росинка"), 6000);
}

TEST(ScoreTest, FindsAcronymsOnEitherSide) {
  const struct {
    const char *full, *acronym;
  } cases[] = {
      {"China National Offshore Oil Corporation", "CNOOC"},
      {"Badische Anilin und Soda Fabrik", "BASF"},
      {"International Business Machines Corp", "I.B.M."},
      {"China North Industries Group Corporation", "Norinco"},
      {"International Police", "Interpol"},
      {"Hennes & Mauritz AB", "H&M"},
      {"Agency of Roads and Bridges for Kestrel", "ARBK"},
      {"Agency of Roads and Bridges for Kestrel", "AORABFK"},
      {"China Precision Machinery Import Export Corporation", "CPMIEC"},
  };
  for (const auto& c : cases) {
    EXPECT_GE(Company(c.full, c.acronym), 4500) << c.acronym;
    EXPECT_EQ(Company(c.full, c.acronym), Company(c.acronym, c.full)) << c.acronym;
  }
  EXPECT_GE(Company("China National Offshore Oil Corporation", "CNOOC"), kThreshold);
  EXPECT_GE(Company("International Business Machines Corp", "IBM"), kThreshold);
  EXPECT_LT(Company("North Industries", "Norwood"), 5000) << "beginnings that do not fill it";
}

// Brothers: the family name is not enough where the tables know both others.
TEST(ScoreTest, TellsGivenNamesOfOneFamilyApart) {
  EXPECT_LT(Person("Manuel Morales Vega", "Carlos Morales Vega"), kThreshold - 500);
  EXPECT_GE(Person("Manuel Jesús Morales", "Manuel Carlos Morales"), 5000) << "one agrees";
}

TEST(ScoreTest, ComparesLettersAsLetters) {
  EXPECT_LT(ScoreOf("NTS", "NCC", Kind::kAny), kThreshold) << "they sound alike";
  EXPECT_LT(Company("VTB Ltd", "VEB Ltd"), kThreshold);
  EXPECT_LT(ScoreOf("RHS", "RGC", Kind::kAny), kThreshold) << "two of three are others";
  EXPECT_GE(Company("Kia Motors", "기아자동차"), kThreshold) << "a word of three letters";
}

TEST(ScoreTest, JoinsWordsOfWhichBothAgree) {
  EXPECT_GE(ScoreOf("Hunter Kestrel", "Hunterkestrel", Kind::kAny), kThreshold);
  EXPECT_GE(ScoreOf("Hunter Kestrel", "Hunterkestrl", Kind::kAny), kThreshold);
  EXPECT_LT(ScoreOf("Alexander Zhukov", "Alexandervolkov", Kind::kAny), kThreshold);
  EXPECT_LT(ScoreOf("Alexander Novikov", "Alexandervolkov", Kind::kAny), kThreshold);
  EXPECT_LT(ScoreOf("Salrnaj Services", "Salnorservices", Kind::kAny), kThreshold);
  EXPECT_LT(ScoreOf("岭富昌集团有限公司", "鈴木誠", Kind::kAny), kThreshold) << "they sound alike";
}

TEST(ScoreTest, ComparesWithoutSpacesWhereTheyStandElsewhere) {
  EXPECT_EQ(Company("Hunterkestrel Ind", "Hunter Kestrelind"), kFullScore);
  EXPECT_LT(Company("Hunterkestrel Ind", "Hunter Kestrelint"), kFullScore);
}

TEST(ScoreTest, WantsMoreThanACommonWordAcrossWaysOfWriting) {
  EXPECT_LT(Company("Zhengkai Trading Group", "长志贸易股份有限公司"), kThreshold);
  EXPECT_LT(Company("Nontyn Engineering", "נרדנק הנדסה בע\"מ"), kThreshold);
  EXPECT_GE(Company("Zhengkai Trading Group", "正凯贸易股份有限公司"), kThreshold);
}

TEST(ScoreTest, ForgivesASlipInANumberThatIsSpelledOut) {
  EXPECT_GE(Company("Fist Kestrel Company", "First Kestrel Company"), kThreshold);
  EXPECT_LT(Company("Kestrel Fund 1", "Kestrel Fund 7"), kThreshold);
}

TEST(ScoreTest, TakesNoFamilyNameForAnAcronym) {
  EXPECT_LT(Company("Robert Scott", "Shell Company of Turkey (The)"), kThreshold);
  EXPECT_LT(Company("Medi Physics Inc", "MPI"), Company("Medi Physics Institute", "MPI"));
  EXPECT_LT(Company("Kestrel Commercial S.n.c.", "KCC"), kThreshold) << "its form begins with S";
  EXPECT_LT(ScoreOf("立盛科技有限公司", "李盛志", Kind::kAny), kThreshold);
}

// A person has no legal form.
TEST(ScoreTest, TellsAFirmFromAPerson) {
  const NormalizedName firm = TestMatcher().Normalize("Ann Kestrel Limited", Kind::kCompany);
  const auto person = [](Kind kind) { return TestMatcher().Normalize("Ann Kestrel", kind); };
  EXPECT_LT(TestMatcher().Score(firm, person(Kind::kPerson)),
            TestMatcher().Score(firm, person(Kind::kCompany)));
}

TEST(ScoreTest, TakesAnInitialForAHyphenatedName) {
  EXPECT_GE(Person("Lee Hyun-woo", "Lee H."), kThreshold);
  EXPECT_GT(Person("Lee Hyun-woo", "Lee H."), Person("Lee Hyun-woo", "Lee S."));
}

TEST(ScoreTest, ForgivesASlipInAShortCommonWord) {
  EXPECT_GE(Company("Zenith Batk PLC", "Zenith Bank PLC"), kThreshold);
  EXPECT_GE(Person("Nancy Smtih", "Nancy Smith"), kThreshold);
}

// 48 words of 24 letters on either side: the work has a bound, and the words
// that are equal are found all the same.
TEST(ScoreTest, IsBoundedForLongNames) {
  std::string a, b;
  for (int i = 0; i < 48; ++i) {
    std::string word = "abcdefghijklmnopqrstuvwx";
    std::rotate(word.begin(), word.begin() + i % 24, word.end());
    a += word + " ";
    b += std::string(word.rbegin(), word.rend()) + " ";
  }
  EXPECT_EQ(Company(a, a), kFullScore);
  EXPECT_LT(Company(a, b), kThreshold);
}

// 47 small words, each of which an acronym may leave out: more ways than anybody
// can wait for.
TEST(ScoreTest, IsBoundedForAcronymsOfSmallWords) {
  std::string small;
  for (int i = 0; i < 47; ++i) small += "of ";
  EXPECT_LT(Company(small + "Kestrel", "OOOOOOX"), kThreshold);
}

TEST(ScoreTest, IsSymmetric) {
  const char* names[] = {
      "Kestrel Trading GmbH", "Kestrel Handels AG", "IBM", "International Business Machines",
      "Sun Flower",           "Sunflower Oil Ltd"};
  for (const char* a : names) {
    for (const char* b : names) EXPECT_EQ(Company(a, b), Company(b, a)) << a << " " << b;
  }
}

TEST(ExplainTest, SumsToTheScore) {
  const char* names[] = {"Kestrel Trading GmbH",
                         "Kestrel Handels AG II",
                         "North Kestrel Oil",
                         "Kestrl Trdg",
                         "Аpple Inc",
                         "",
                         "Шоколадная фабрика",
                         "华为技术有限公司",
                         "Xinjiang Corps (XC)"};
  for (const char* a : names) {
    for (const char* b : names) {
      const std::vector<Row> rows = Rows(a, b, Kind::kCompany);
      const int sum = std::accumulate(rows.begin(), rows.end(), 0, [](int sum, const Row& row) {
        return sum + row.contribution;
      });
      EXPECT_EQ(sum, Company(a, b)) << a << " | " << b;
    }
  }
}

TEST(ExplainTest, NamesFeatureAndWords) {
  const std::vector<Row> rows =
      Rows("Kestrel Mfg GmbH No. 4", "Kestral Manufacturing AG No. 5", Kind::kCompany);
  const Row* meaning = Find(rows, Feature::kSameMeaning);
  ASSERT_NE(meaning, nullptr);
  EXPECT_EQ(meaning->query, "mfg");
  EXPECT_EQ(meaning->candidate, "manufacturing");
  EXPECT_NE(Find(rows, Feature::kSimilarWord), nullptr);
  ASSERT_NE(Find(rows, Feature::kLegalForm), nullptr);
  EXPECT_EQ(Find(rows, Feature::kLegalForm)->query, "gmbh");
  ASSERT_NE(Find(rows, Feature::kNumber), nullptr);
  EXPECT_LT(Find(rows, Feature::kNumber)->contribution, 0);
  EXPECT_EQ(Find(rows, Feature::kQueryOnly)->query, "4");
}

TEST(ExplainTest, SaysWhenLettersOfAnotherScriptStoodIn) {
  const std::vector<Row> rows = Rows("Аpple", "Apple", Kind::kCompany);
  ASSERT_NE(Find(rows, Feature::kLookalikes), nullptr);
  EXPECT_EQ(Find(rows, Feature::kLookalikes)->contribution, 0);
  EXPECT_EQ(Find(Rows("Apple", "Apple", Kind::kCompany), Feature::kLookalikes), nullptr);
}

TEST(MatcherTest, VersionFollowsTheTables) {
  TableTexts texts;
  texts.legal_forms = "id,category,place,countries,spellings\nltd,limited,any,GB,ltd\n";
  texts.name_words = "word,class,spellings\nbank,business,banco\n";
  texts.given_names = "name,spellings\njohn,jon\n";
  texts.word_rarity = "word,weight\nbank,50\n";
  const std::string version = Matcher::FromTexts(texts)->version();
  EXPECT_EQ(Matcher::FromTexts(texts)->version(), version);
  texts.word_rarity = "word,weight\nbank,51\n";
  EXPECT_NE(Matcher::FromTexts(texts)->version(), version);
}

}  // namespace
}  // namespace probity::matching
