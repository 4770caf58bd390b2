#include "screening/policies/opinion.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::screening {
namespace {

using policy::MustCompile;
using policy::PolicyText;
using policy::RuleText;
using policy::TestBundle;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Every fact that is in force is looked at.
std::string LooksAtFacts(const std::string& more = "") {
  return PolicyText(RuleText("FACT", "in_force: true", "effect: RULE_EFFECT_REVIEW " + more));
}
// Nothing that is in force is.
std::string LooksAway(const std::string& more) {
  return PolicyText(RuleText("FACT", "in_force: false")) + more;
}
std::string Scores(double alert, double agreement) {
  return absl::StrCat("identity { alert_score: ", alert, " name_agreement_score: ", agreement,
                      " }\n");
}

Opinion OpinionOf(const std::string& policy, const std::string& decided,
                  const std::string& bundle) {
  return screening::OpinionOf(MustCompile(policy), MustCompile(decided), TestBundle(bundle));
}

TEST(OpinionTest, IsWhatThePolicySaysOfTheBundle) {
  const std::string bundle = "subjects { " + policy::ConvictionText() + " }";
  const Opinion strict = OpinionOf(LooksAtFacts(), LooksAway(Scores(0.9, 0.5)), bundle);
  EXPECT_THAT(strict.unmet, IsEmpty());
  EXPECT_EQ(strict.core.verdict(), v1::VERDICT_REVIEW);
  const Opinion lax = OpinionOf(LooksAway(Scores(0.9, 0.5)), LooksAtFacts(), bundle);
  EXPECT_EQ(lax.core.verdict(), v1::VERDICT_CLEAR) << lax.core.DebugString();
}

TEST(OpinionTest, WhatWasNotGatheredIsNamed) {
  const std::string spread =
      "spread { links { type: LINK_TYPE_OWNS subject_end: LINK_END_TO } max_steps: 1 }";
  const std::string scores = Scores(0.9, 0.5);
  EXPECT_THAT(OpinionOf(LooksAtFacts(spread) + scores, LooksAtFacts() + scores, "").unmet,
              ElementsAre("links OWNS"));
  const Opinion met = OpinionOf(LooksAtFacts() + scores, LooksAtFacts(spread) + scores, "");
  EXPECT_THAT(met.unmet, IsEmpty());
  const std::string list =
      "required_sources { dataset: \"datasets/register\" purposes: PURPOSE_AWARD }\n";
  const Opinion unasked = OpinionOf(LooksAway(list + scores), LooksAway(scores), "");
  EXPECT_THAT(unasked.unmet, ElementsAre("datasets/register"));
  EXPECT_FALSE(unasked.core.has_as_of());
  EXPECT_THAT(OpinionOf(LooksAway(list + scores), LooksAway(scores),
                        "sources { dataset: \"datasets/register\" }")
                  .unmet,
              IsEmpty());
  EXPECT_THAT(
      OpinionOf(LooksAway(list + scores), LooksAway(scores), "purchase { purpose: PURPOSE_ORDER }")
          .unmet,
      IsEmpty());
}

// The bundle's alert score is 0.9: below it nobody looked for facts of a candidate.
TEST(OpinionTest, CandidatesBetweenTwoAlertScoresCount) {
  const std::string then = LooksAway(Scores(0.9, 0.5));
  const auto candidate = [](double score) {
    return absl::StrCat("subjects { candidates { supplier: \"suppliers/s\" score: ", score, " } }");
  };
  const std::string lower = LooksAway(Scores(0.8, 0.5));
  EXPECT_THAT(OpinionOf(lower, then, candidate(0.79)).unmet, IsEmpty());
  EXPECT_THAT(OpinionOf(lower, then, candidate(0.8)).unmet, ElementsAre("candidates"));
  EXPECT_THAT(OpinionOf(lower, then, candidate(0.89)).unmet, ElementsAre("candidates"));
  EXPECT_THAT(OpinionOf(lower, then, candidate(0.9)).unmet, IsEmpty());
}

TEST(OpinionTest, AHigherAlertScoreLeavesFactsOfNamesOut) {
  const std::string then = LooksAtFacts() + Scores(0.9, 0.5);
  const auto named = [](double score) {
    return absl::StrCat("subjects { candidates { supplier: \"suppliers/s\" score: ", score,
                        " adverse: true } ", policy::ConvictionText("", "NAME"), " }");
  };
  const std::string higher = LooksAtFacts() + Scores(0.95, 0.5);
  EXPECT_THAT(OpinionOf(higher, then, named(0.94)).core.findings(), IsEmpty());
  EXPECT_EQ(OpinionOf(higher, then, named(0.95)).core.findings_size(), 1);
  // Facts that are the subject's own stay.
  EXPECT_EQ(
      OpinionOf(higher, then, "subjects { " + policy::ConvictionText() + " }").core.findings_size(),
      1);
}

TEST(OpinionTest, AgreementBetweenTwoScoresCannotBeTold) {
  const std::string then = LooksAway(Scores(0.9, 0.5)), now = LooksAway(Scores(0.9, 0.6));
  const auto agreement = [](double score) {
    return absl::StrCat("subjects { name_agreement: ", score, " }");
  };
  EXPECT_THAT(OpinionOf(now, then, agreement(0.49)).unmet, IsEmpty());
  EXPECT_THAT(OpinionOf(now, then, agreement(0.5)).unmet, ElementsAre("name_agreement"));
  EXPECT_THAT(OpinionOf(now, then, agreement(0.59)).unmet, ElementsAre("name_agreement"));
  EXPECT_THAT(OpinionOf(now, then, agreement(0.6)).unmet, IsEmpty());
  EXPECT_THAT(OpinionOf(then, now, agreement(0.5)).unmet, ElementsAre("name_agreement"));
  EXPECT_THAT(OpinionOf(now, then, "").unmet, IsEmpty());
}

TEST(DifferenceTest, NamesRulesOfOneAlone) {
  v1::DecisionCore stable, candidate;
  stable.set_verdict(v1::VERDICT_REVIEW);
  candidate.set_verdict(v1::VERDICT_REVIEW);
  for (const char* rule : {"B", "A", "B"}) stable.add_findings()->set_rule_id(rule);
  for (const char* rule : {"D", "A", "C"}) candidate.add_findings()->set_rule_id(rule);
  const v1::PolicyDifference difference = DifferenceOf(stable, candidate);
  EXPECT_TRUE(Differs(difference));
  EXPECT_THAT(difference.appearing_rules(), ElementsAre("C", "D"));
  EXPECT_THAT(difference.vanishing_rules(), ElementsAre("B"));
  EXPECT_FALSE(Differs(DifferenceOf(stable, stable)));
  v1::DecisionCore milder = stable;
  milder.set_verdict(v1::VERDICT_CLEAR);
  EXPECT_TRUE(Differs(DifferenceOf(stable, milder)));
}

}  // namespace
}  // namespace probity::screening
