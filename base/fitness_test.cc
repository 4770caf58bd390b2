#include "base/fitness.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const Finding kGood = {"clock", Fitness::kFit, "in step", ""};
const Finding kDoubt = {"files", Fitness::kDoubtful, "1024", "raise LimitNOFILE"};
const Finding kUnknown = {"store", Fitness::kNotChecked, "a server has it open", "stop it"};
const Finding kBad = {"space", Fitness::kUnfit, "3 MiB", "make room"};

TEST(FitnessTest, OnlyWhatIsUnfitMakesAPlaceUnfit) {
  EXPECT_TRUE(IsFit({}));
  EXPECT_TRUE(IsFit({kGood, kDoubt, kUnknown}));
  EXPECT_FALSE(IsFit({kGood, kBad, kGood}));
}

TEST(FitnessTest, TheTextEndsWithTheJudgementAndSaysWhatToDo) {
  EXPECT_EQ(FormatFindings({kGood}), "FIT          clock: in step\nfit\n");
  EXPECT_THAT(FormatFindings({kGood, kDoubt}), EndsWith("raise LimitNOFILE\nfit, with doubts\n"));
  EXPECT_THAT(FormatFindings({kUnknown}), EndsWith("\nfit, with doubts\n"));
  const std::string text = FormatFindings({kDoubt, kBad});
  EXPECT_THAT(text, HasSubstr("NOT FIT      space: 3 MiB\n             make room\n"));
  EXPECT_THAT(text, EndsWith("\nnot fit\n"));
}

TEST(FitnessTest, JsonHoldsTheSameAlsoWithBytesThatAreNoText) {
  const auto json = nlohmann::json::parse(FindingsAsJson({kBad, {"a\xff", {}, "\"\n", ""}}));
  EXPECT_FALSE(json["fit"].get<bool>());
  EXPECT_EQ(json["findings"][0]["fitness"], "NOT FIT");
  EXPECT_EQ(json["findings"][0]["advice"], "make room");
  EXPECT_EQ(json["findings"][1]["seen"], "\"\n");
}

}  // namespace
}  // namespace probity
