#include "cli/separation.h"

#include "gmock/gmock.h"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr char kA[] = "datasets/d/records/a";
constexpr char kB[] = "datasets/d/records/b";
constexpr char kC[] = "datasets/d/records/c";
constexpr char kOwn[] = "datasets/own/records/o";

v1::Supplier Of(const std::vector<std::string>& records) {
  v1::Supplier supplier;
  supplier.set_name("suppliers/s");
  for (const std::string& record : records) supplier.add_source_records(record);
  return supplier;
}

TEST(SeparationOfTest, TakesTheRestAsTheOtherSide) {
  const auto separation = SeparationOf(Of({kC, kOwn, kB, kA}), {kB, kB}, {"datasets/own"});
  ASSERT_TRUE(separation.ok()) << separation.status();
  EXPECT_THAT(separation->records(), ElementsAre(kB));
  EXPECT_THAT(separation->apart_from(), ElementsAre(kA, kC));
}

TEST(SeparationOfTest, SaysWhyThereAreNoTwoSides) {
  const struct {
    std::vector<std::string> members, named;
    std::string message;
  } all[] = {
      {{kA}, {kA}, "suppliers/s was put together from one record alone"},
      {{kA, kB}, {kC}, "datasets/d/records/c is no record of suppliers/s"},
      {{kA, kB}, {kC}, "\n  datasets/d/records/a\n  datasets/d/records/b"},
      {{kA, kB}, {kB, kA}, "all records of suppliers/s"},
      {{kA, kOwn}, {kA}, "all records of suppliers/s that everybody sees"},
      {{kA, kOwn}, {kOwn}, "datasets/own/records/o is your authority's own"},
  };
  for (const auto& one : all) {
    const auto separation = SeparationOf(Of(one.members), one.named, {"datasets/own"});
    ASSERT_FALSE(separation.ok()) << one.message;
    EXPECT_THAT(separation.status().message(), HasSubstr(one.message));
  }
}

TEST(SeparationKeyTest, DependsOnTheTwoSidesAlone) {
  const auto key = [](const std::vector<std::string>& members,
                      const std::vector<std::string>& named) {
    return SeparationKey(SeparationOf(Of(members), named, {}).value());
  };
  EXPECT_THAT(key({kA, kB, kC}, {kA}), MatchesRegex("split-[0-9a-f]{16}"));
  EXPECT_EQ(key({kA, kB, kC}, {kA}), key({kC, kA, kB}, {kC, kB}));
  EXPECT_NE(key({kA, kB, kC}, {kA}), key({kA, kB, kC}, {kB}));
  EXPECT_NE(key({kA, kB, kC}, {kA}), key({kA, kB}, {kA}));
}

}  // namespace
}  // namespace probity::cli
