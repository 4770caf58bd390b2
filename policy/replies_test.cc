// What suppliers reply is weighed by people: it changes the steps, and nothing else.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/promises_testing.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;

v1::DecisionCore Ask(const std::string& replies, const std::string& effect = "REVIEW") {
  auto bundle = TestBundle("subjects { " + ConvictionText() + " }");
  auto more = Parse<v1::ListedRiskFlag>(replies);
  bundle.mutable_subjects(0)->mutable_facts(0)->mutable_flag()->MergeFrom(more);
  return Evaluate(MustCompile(PolicyText(
                      RuleText("FACT", "contested: false", "effect: RULE_EFFECT_" + effect))),
                  bundle);
}

std::string Reply(const std::string& kind, const std::string& day) {
  return "replies { kind: REPLY_KIND_" + kind + " received_on " + D(day) + " } ";
}

std::vector<std::string> StepsOf(const v1::DecisionCore& core) {
  std::vector<std::string> steps;
  for (const auto& step : core.next_steps()) {
    steps.push_back(v1::NextAction_Name(step.action()).substr(sizeof("NEXT_ACTION")));
  }
  return steps;
}

TEST(RepliesTest, EachKindHasItsStep) {
  EXPECT_THAT(StepsOf(Ask("")), ElementsAre("WEIGH_DISCRETION"));
  EXPECT_THAT(StepsOf(Ask(Reply("STATEMENT", "2026-11-20"))),
              ElementsAre("WEIGH_DISCRETION", "WEIGH_REPLY"));
  EXPECT_THAT(StepsOf(Ask(Reply("CORRECTION_REQUEST", "2026-11-20"))),
              ElementsAre("WEIGH_DISCRETION", "WEIGH_REPLY", "ASK_CORRECTION"));
  EXPECT_THAT(StepsOf(Ask(Reply("SELF_CLEANING", "2026-11-20"))), ElementsAre("WEIGH_DISCRETION"));
  EXPECT_THAT(StepsOf(Ask(Reply("STATEMENT", "2026-11-20"), "NONE")), ElementsAre());
}

TEST(RepliesTest, TheLatestDayUpToTheAskedOneIsSaid) {
  const auto replied = [](const std::string& replies) {
    return FindingOf(Ask(replies))->replied_on().ShortDebugString();
  };
  EXPECT_EQ(replied(""), "");
  EXPECT_EQ(replied(Reply("STATEMENT", "2026-11-26") + Reply("SELF_CLEANING", "2026-11-20")),
            "year: 2026 month: 11 day: 26");
  EXPECT_EQ(replied(Reply("STATEMENT", "2026-11-27") + Reply("STATEMENT", "2026-11-20")),
            "year: 2026 month: 11 day: 20");
}

TEST(RepliesTest, AReplyTakesNothingAway) {
  ForAll(31, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    v1::DecisionCore before = Evaluate(policy, bundle);
    const auto reply = Parse<v1::ListedRiskFlag>(Reply("STATEMENT", "2026-11-20") +
                                                 Reply("CORRECTION_REQUEST", "2026-11-21"));
    for (auto& subject : *bundle.mutable_subjects()) {
      for (auto& fact : *subject.mutable_facts()) fact.mutable_flag()->MergeFrom(reply);
    }
    v1::DecisionCore after = Evaluate(policy, bundle);
    for (v1::DecisionCore* core : {&before, &after}) {
      core->clear_next_steps();
      for (auto& finding : *core->mutable_findings()) finding.clear_replied_on();
    }
    return TextOf(before) == TextOf(after);
  });
}

}  // namespace
}  // namespace probity::policy
