#include "index/keys.h"

#include <algorithm>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/name_keys.h"
#include "index/testing.h"
#include "matching/sound.h"

namespace probity::index {
namespace {

using matching::Kind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

size_t Shared(const std::vector<KeyHash>& a, const std::vector<KeyHash>& b) {
  const std::set<KeyHash> set(a.begin(), a.end());
  return static_cast<size_t>(
      std::count_if(b.begin(), b.end(), [&](KeyHash key) { return set.count(key) != 0; }));
}

bool MeetBySound(absl::string_view a, absl::string_view b) {
  std::vector<KeyHash> x, y;
  AppendSoundKeys(a, kMaxEdits, &x);
  AppendSoundKeys(b, kMaxEdits, &y);
  return Shared(x, y) > 0;
}

TEST(SoundKeysTest, WordsMeetWithinTheirEdits) {
  struct Case {
    const char *a, *b;
    bool meet;
  };
  constexpr Case kCases[] = {{"ab", "ab", true},
                             {"ab", "ac", false},  // too short for edits
                             {"abc", "abd", true},
                             {"abc", "ade", false},  // one
                             {"abcd", "abdc", true},
                             {"abcd", "badc", false},  // one, swapped
                             {"abcde", "abxdy", true},
                             {"abcde", "xbydz", false},  // two
                             {"abcdefgh", "adefgh", true},
                             {"abcdefgh", "cdefgh", false},         // the first sound stays
                             {"abcdefghijk", "abcdefghxyz", true},  // behind the prefix
                             {"abcdef", "abcdefg", true},
                             {"abcdefg", "abcdefgh", true}};
  for (const Case& c : kCases) EXPECT_EQ(MeetBySound(c.a, c.b), c.meet) << c.a << " " << c.b;
}

TEST(SkeletonKeysTest, VowelsAndKindredConsonantsDoNotCount) {
  const auto meet = [](absl::string_view stored, absl::string_view asked, bool same = true) {
    std::vector<KeyHash> x, y;
    AppendSkeletonKeys(matching::SoundsOf(stored), true, &x);
    AskSkeletonKeys(matching::SoundsOf(asked), same, &y);
    return Shared(x, y) > 0;
  };
  EXPECT_TRUE(meet("marulin", "mrln"));
  EXPECT_TRUE(meet("marulin", "nlrm")) << "l and r, m and n are of one class";
  EXPECT_TRUE(meet("marulint", "mrln"));
  EXPECT_TRUE(meet("marulin", "mrlnt"));
  EXPECT_TRUE(meet("vartan", "artan")) << "v may be a vowel";
  EXPECT_FALSE(meet("martin", "mrkn")) << "one consonant for another";
  EXPECT_FALSE(meet("marulin", "mrln", false)) << "alphabets are kept apart";
}

TEST(AcronymsTest, SmallWordsAndTheFormCountOrNot) {
  const auto of = [](absl::string_view name) {
    return AcronymsOf(matching::TestMatcher().Normalize(name, Kind::kCompany));
  };
  EXPECT_THAT(of("Kestrel Haven Maritime"), ElementsAre("khm"));
  EXPECT_THAT(of("Kestrel Haven"), IsEmpty());
  EXPECT_THAT(of("Union of Kestrel Havens"), UnorderedElementsAre("ukh", "uokh"));
  EXPECT_THAT(of("Kestrel Haven Co., Ltd."), UnorderedElementsAre("khc", "khcl"));
}

TEST(PairTest, WordsOfOtherScriptsMeetTwoNeighbours) {
  const auto sounds = [](absl::string_view text, Kind kind) {
    return JoinedSounds(matching::TestMatcher().Normalize(text, kind).tokens);
  };
  const auto find = [](absl::string_view stored, Kind kind, absl::string_view asked, bool spaced) {
    return FindPair(matching::TestMatcher().Normalize(stored, kind), asked, spaced);
  };
  const std::string hyphened = sounds("jiyeong", Kind::kPerson);
  EXPECT_NE(find("Kang Ji-young", Kind::kPerson, hyphened, false), "");
  EXPECT_EQ(find("Kang Ji-hoon", Kind::kPerson, hyphened, false), "") << "another name";
  EXPECT_EQ(find("Kang Ji young", Kind::kPerson, hyphened, false), "") << "no hyphen";
  const std::string kana =
      sounds("\u30d5\u30a1\u30fc\u30b9\u30c8\u30ea\u30c6\u30a4\u30ea\u30f3\u30b0", Kind::kCompany);
  EXPECT_NE(find("Fast Retailing", Kind::kCompany, kana, true), "");
  EXPECT_EQ(find("Fast Retailing", Kind::kCompany, kana, false), "") << "asked by an alphabet";
  EXPECT_EQ(find("Past Rotting Lane", Kind::kCompany, kana, true), "");
}

TEST(JoinedTest, NeighboursWithoutGaps) {
  const auto name = matching::TestMatcher().Normalize("Sun Flower Kestrel 12", Kind::kCompany);
  EXPECT_TRUE(HasJoined(name, matching::SoundsOf("sunflower")));
  EXPECT_TRUE(HasJoined(name, matching::SoundsOf("flowerkestrel")));
  EXPECT_FALSE(HasJoined(name, matching::SoundsOf("sunkestrel")));
  EXPECT_TRUE(HasJoined(name, matching::SoundsOf("kestrel12")));
  EXPECT_FALSE(HasJoined(name, matching::SoundsOf("flower")));
}

TEST(KeyTableTest, HoldsEveryPairOnce) {
  KeyTableBuilder builder;
  Dice dice(2);
  std::vector<std::pair<KeyHash, uint32_t>> pairs;
  for (uint32_t i = 0; i < 5000; ++i) {
    pairs.push_back({dice.Below(~size_t{0}), static_cast<uint32_t>(dice.Below(1000))});
  }
  pairs.push_back({0, 0});
  pairs.push_back({~KeyHash{0}, 999});
  for (int twice = 0; twice < 2; ++twice) {
    for (const auto& [hash, id] : pairs) builder.Add(hash, id);
  }
  const std::string bytes = builder.Finish(1000);
  const KeyTable table(bytes);
  size_t strangers = 0;
  for (const auto& [hash, id] : pairs) {
    size_t found = 0;
    table.ForEach(hash, [&, want = id](uint32_t got) { ++(got == want ? found : strangers); });
    EXPECT_EQ(found, 1u);
  }
  EXPECT_LT(strangers, 20u);
}

TEST(KeyTableTest, OfNothingHoldsNothing) {
  const std::string bytes = KeyTableBuilder().Finish(0);
  size_t found = 0;
  KeyTable(bytes).ForEach(~KeyHash{0}, [&](uint32_t) { ++found; });
  KeyTable("").ForEach(5, [&](uint32_t) { ++found; });
  EXPECT_EQ(found, 0u);
}

}  // namespace
}  // namespace probity::index
