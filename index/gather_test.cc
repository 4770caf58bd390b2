// What the search skips because it cannot be good enough must not be.
#include "index/gather.h"

#include <functional>
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/testing.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;

constexpr int64_t kUnlimited = int64_t{1} << 40;
const std::function<bool()> kNever;

Agreement RandomAgreement(Dice* dice) {
  Agreement found;
  for (size_t links = dice->Below(4); links > 0; --links) {
    found.Link(uint32_t{1} << links, 20 + static_cast<int>(dice->Below(100)),
               20 + static_cast<int>(dice->Below(100)), 420 + static_cast<int>(dice->Below(581)));
  }
  return found;
}

TEST(HeaviestThatReachesTest, IsWhatTryingAllWeightsFinds) {
  Dice dice(3);
  for (int i = 0; i < 2000; ++i) {
    const Agreement found = RandomAgreement(&dice);
    const int query = found.query + static_cast<int>(dice.Below(300));
    const int score = 1 + static_cast<int>(dice.Below(matching::kFullScore));
    const bool person = dice.Below(2) == 0;
    constexpr int kHeavy = 20'000;
    int heaviest = -1;
    for (int weight = 0; weight <= kHeavy; ++weight) {
      if (!Estimate(found, query, weight, person).Reaches(score)) break;
      heaviest = weight;
    }
    const int answer = HeaviestThatReaches(found, query, person, score);
    if (heaviest == kHeavy) {
      ASSERT_GE(answer, kHeavy);
    } else if (heaviest < found.candidate) {
      ASSERT_EQ(answer, -1);
    } else {
      ASSERT_EQ(answer, heaviest) << score;
    }
  }
}

// The names that `lists` hold, each with what it has from all of them.
std::map<uint32_t, Agreement> AddPlainly(const SegmentTables& tables,
                                         const std::vector<NameList>& lists,
                                         std::map<uint32_t, bool>* found_by_one) {
  std::map<uint32_t, Agreement> names;
  for (const NameList& list : lists) {
    for (PostingCursor names_of = list.names; !names_of.done(); names_of.Next()) {
      names_of.ForEach([&](uint32_t within) {
        const uint32_t name = names_of.block() << kBlockBits | within;
        const int all = tables.name_weights[name] & ~kPersonBit;
        Agreement& found = names[name];
        (*found_by_one)[name] |= list.use != Use::kCounts;
        if ((found.words & list.cover) != 0) return;
        found.Link(list.cover, list.query, list.candidate == kWholeName ? all : list.candidate,
                   list.similarity);
      });
    }
  }
  return names;
}

std::string Described(const Agreement& found) {
  return absl::StrCat(found.words, " ", found.agreed, " ", found.both, " ", found.query, " ",
                      found.candidate, " ", found.strong);
}

class GatherTest : public testing::TestWithParam<Kind> {
 protected:
  static const SegmentTables& Tables() {
    static const std::shared_ptr<const Segment>* segment = [] {
      Dice dice(5);
      std::vector<IndexedRecord> records;
      for (size_t i = 0; i < kBlockSize + 2000; ++i) {
        const auto writing = static_cast<Writing>(i % 3 == 0 ? i / 3 % 5 : 0);
        const bool person = i % 4 == 0;
        records.push_back(MakeRecord(1, absl::StrCat(i),
                                     {person ? MakePerson(&dice) : MakeCompany(writing, &dice)},
                                     person ? Kind::kPerson : Kind::kCompany));
      }
      return new std::shared_ptr<const Segment>(Build(records));
    }();
    return (*segment)->tables();
  }

  // All that reach `least`, by name.
  static std::map<uint32_t, std::string> Gathered(const Plan& plan,
                                                  const std::vector<NameList>& lists, int least) {
    std::map<uint32_t, std::string> out;
    Budget budget(kUnlimited, kNever);
    Gatherer().Run(Tables(), plan, lists, least, &budget,
                   [&](uint32_t name, const Agreement& found) {
                     if (Reaches(plan, name, found, least)) out[name] = Described(found);
                     return least;
                   });
    return out;
  }

  // Single letters of the query may still stand for words; the search adds them.
  static bool Reaches(const Plan& plan, uint32_t name, const Agreement& found, int least) {
    const uint16_t weight = Tables().name_weights[name];
    return Estimate(found, plan.weight, weight & ~kPersonBit,
                    plan.IsPerson((weight & kPersonBit) != 0))
        .Reaches(least);
  }
};

TEST_P(GatherTest, FindsWhatReadingAllListsFinds) {
  Dice dice(13);
  size_t compared = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string text =
        i % 3 == 0 ? MakePerson(&dice) : MakeCompany(static_cast<Writing>(i % 5), &dice);
    const auto name = TestMatcher().Normalize(text, GetParam());
    if (name.tokens.empty()) continue;
    const Plan plan = MakePlan(name, kTailScore);
    Budget budget(kUnlimited, kNever);
    Lookup lookup(plan, &budget);
    const std::vector<NameList> lists = lookup.ListsOf(Tables());
    std::map<uint32_t, bool> found_by_one;
    const auto plainly = AddPlainly(Tables(), lists, &found_by_one);
    for (int least : {1, 3200, 5000, 7000, 9000}) {
      std::map<uint32_t, std::string> expected;
      for (const auto& [number, found] : plainly) {
        if (found_by_one[number] && Reaches(plan, number, found, least)) {
          expected[number] = Described(found);
        }
      }
      ASSERT_EQ(Gathered(plan, lists, least), expected) << text << " from " << least;
      compared += expected.size();
    }
  }
  EXPECT_GT(compared, 1000u) << "too few to tell";
}

INSTANTIATE_TEST_SUITE_P(Kinds, GatherTest,
                         testing::Values(Kind::kAny, Kind::kCompany, Kind::kPerson));

}  // namespace
}  // namespace probity::index
