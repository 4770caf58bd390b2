// Search finds what comparing every name finds, whatever happened to the name.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/testing.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;

constexpr size_t kPerWriting = 600;
constexpr size_t kPersons = 800;
constexpr size_t kQueries = 50;

// Where a name came from, for queries that are made of it.
struct Stored {
  std::string name;
  std::string key;
  Kind kind;
};

class Population {
 public:
  Population() {
    Dice dice(7);
    for (Writing writing : {Writing::kLatin, Writing::kLatin, Writing::kCyrillic, Writing::kGreek,
                            Writing::kArabic, Writing::kHan}) {
      for (size_t i = 0; i < kPerWriting; ++i) Add(MakeCompany(writing, &dice), Kind::kCompany);
    }
    for (size_t i = 0; i < kPersons; ++i) Add(MakePerson(&dice), Kind::kPerson);
    // Three segments, as in life.
    for (size_t part = 0; part < 3; ++part) {
      std::vector<IndexedRecord> records;
      for (size_t i = part; i < records_.size(); i += 3) records.push_back(records_[i]);
      views.push_back({Build(records), nullptr, false});
    }
    seen.Set(1, 1);
  }

  std::vector<Stored> stored;
  std::vector<SegmentView> views;
  Visibility seen;

 private:
  void Add(const std::string& name, Kind kind) {
    const std::string key = absl::StrCat("k", stored.size());
    stored.push_back({name, key, kind});
    records_.push_back(MakeRecord(1, key, {name}, kind));
  }

  std::vector<IndexedRecord> records_;
};

const Population& ThePopulation() {
  static const auto* population = new Population();
  return *population;
}

bool Finds(const SearchResult& result, const std::string& key) {
  for (const Hit& hit : result.hits) {
    if (hit.key == key) return true;
  }
  return false;
}

struct Case {
  const char* name;
  Slip slip;
  size_t from, to;  // of the population
};

class RecallTest : public testing::TestWithParam<Case> {};

TEST_P(RecallTest, IsThatOfComparingEveryName) {
  const Population& all = ThePopulation();
  Dice dice(11);
  size_t asked = 0, oracle = 0, found = 0;
  for (size_t tries = 0; asked < kQueries && tries < 20 * kQueries; ++tries) {
    const size_t span = GetParam().to - GetParam().from;
    const Stored& target = all.stored[GetParam().from + dice.Below(span)];
    const std::string text = Spoil(target.name, GetParam().slip, &dice);
    if (text.empty()) continue;
    ++asked;
    const Query query = MakeQuery(text, target.kind);
    if (!Finds(SearchExhaustively(TestMatcher(), all.views, all.seen, query), target.key)) continue;
    ++oracle;
    const SearchResult result = Search(TestMatcher(), all.views, all.seen, query);
    EXPECT_FALSE(result.incomplete);
    if (Finds(result, target.key)) {
      ++found;
    } else {
      std::printf("  missed: \"%s\" for \"%s\"\n", target.name.c_str(), text.c_str());
    }
  }
  std::printf("%-20s asked %zu, by comparing all %zu, found %zu\n", GetParam().name, asked, oracle,
              found);
  EXPECT_GE(oracle, kQueries / 2) << "too few to tell";
  EXPECT_GE(found * 100, oracle * 98);
}

constexpr size_t kCyrillic = 2 * kPerWriting, kGreek = 3 * kPerWriting, kArabic = 4 * kPerWriting,
                 kHan = 5 * kPerWriting, kPerson = 6 * kPerWriting;

constexpr Case kCases[] = {{"Typo", Slip::kTypo, 0, kCyrillic},
                           {"Swapped", Slip::kSwapped, 0, kCyrillic},
                           {"Missing", Slip::kMissing, 0, kCyrillic},
                           {"Extra", Slip::kExtra, 0, kCyrillic},
                           {"Joined", Slip::kJoined, 0, kCyrillic},
                           {"Split", Slip::kSplit, 0, kCyrillic},
                           {"LegalForm", Slip::kLegalForm, 0, kCyrillic},
                           {"Acronym", Slip::kAcronym, 0, kCyrillic},
                           {"Script", Slip::kScript, 0, kCyrillic},
                           {"CyrillicTypo", Slip::kTypo, kCyrillic, kGreek},
                           {"CyrillicSplit", Slip::kSplit, kCyrillic, kGreek},
                           {"GreekTypo", Slip::kTypo, kGreek, kArabic},
                           {"ArabicTypo", Slip::kTypo, kArabic, kHan},
                           {"HanTypo", Slip::kTypo, kHan, kPerson},
                           {"PersonTypo", Slip::kTypo, kPerson, kPerson + kPersons},
                           {"PersonSwapped", Slip::kSwapped, kPerson, kPerson + kPersons},
                           {"PersonInitials", Slip::kInitials, kPerson, kPerson + kPersons},
                           {"PersonScript", Slip::kScript, kPerson, kPerson + kPersons}};

INSTANTIATE_TEST_SUITE_P(Slips, RecallTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace probity::index
