// The verdict table cell by cell, and what limits an effect.
#include "policy/evaluate.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const char kConviction[] =
    "all { conditions { flag_type { types: FLAG_TYPE_TRAFFICKING_CONVICTION } } "
    "conditions { stage { at_least: FLAG_STAGE_CONVICTION_FINAL } } "
    "conditions { period { from: EVENT_DATE_DECIDED_ON years: 5 } } }";

std::string Block(const std::string& more = "") { return "effect: RULE_EFFECT_BLOCK " + more; }

v1::DecisionCore Ask(const std::string& policy, const std::string& bundle) {
  return Evaluate(MustCompile(PolicyText(policy)), TestBundle(bundle));
}

std::string Subject(const std::string& fields) { return "subjects { " + fields + " } "; }

// Short names of what a core says.
std::string Short(const v1::DecisionCore& core) {
  static const char* const kIdentity[] = {"-", "CONFIRMED", "ASSERTED", "AMBIGUOUS",
                                          "UNIDENTIFIED"};
  static const char* const kVerdict[] = {"-", "CLEAR", "REVIEW", "BLOCK"};
  static const char* const kEvidence[] = {"-", "COMPLETE", "INCOMPLETE", "STALE"};
  static const char* const kRisk[] = {"-", "NONE", "WEIGH", "BINDING"};
  return absl::StrCat(kIdentity[core.identity()], " ", kEvidence[core.evidence()], " ",
                      kRisk[core.risk()], " ", kVerdict[core.verdict()]);
}

// DESIGN: "The verdict". Each row is a cell: identity, evidence, facts.
TEST(VerdictTableTest, CellByCell) {
  const std::vector<std::string> identities = {"CONFIRMED", "ASSERTED", "AMBIGUOUS",
                                               "UNIDENTIFIED"};
  struct Evidence {
    const char* name;
    std::string policy, bundle;
  };
  const std::string required = "required_sources { dataset: \"datasets/l\" max_age_days: 7 } ";
  const auto age = [](int days) {
    return absl::StrCat("sources { dataset: \"datasets/l\" edition { } age_days: ", days, " } ");
  };
  const std::vector<Evidence> evidence = {
      {"COMPLETE", required, age(7)}, {"STALE", required, age(8)}, {"INCOMPLETE", required, ""}};
  struct Facts {
    const char* risk;
    std::string rule, fact;
  };
  const std::vector<Facts> facts = {
      {"NONE", RuleText("FACT", kConviction, Block()), ""},
      {"WEIGH", RuleText("FACT", kConviction), ConvictionText()},
      {"BINDING", RuleText("FACT", kConviction, Block()), ConvictionText()}};
  for (const bool allow : {false, true}) {
    for (const std::string& identity : identities) {
      for (const Evidence& state : evidence) {
        for (const Facts& fact : facts) {
          const std::string policy = absl::StrCat(fact.rule, state.policy,
                                                  allow ? "identity { allow_asserted: true }" : "");
          const v1::DecisionCore core =
              Ask(policy,
                  Subject("identity: IDENTITY_STATE_" + identity + " " + fact.fact) + state.bundle);
          const bool certain = identity == "CONFIRMED";
          const std::string risk =
              fact.risk == std::string("BINDING") && !certain ? "WEIGH" : fact.risk;
          const bool clear = risk == "NONE" && state.name == std::string("COMPLETE") &&
                             (certain || (identity == "ASSERTED" && allow));
          const std::string verdict = risk == "BINDING" ? "BLOCK" : clear ? "CLEAR" : "REVIEW";
          EXPECT_EQ(Short(core), absl::StrCat(identity, " ", state.name, " ", risk, " ", verdict))
              << allow;
          EXPECT_EQ(core.next_steps().empty(), verdict == "CLEAR");
          EXPECT_EQ(
              core.reasons().empty(),
              verdict == "CLEAR" || (verdict == "BLOCK" && state.name == std::string("COMPLETE")));
        }
      }
    }
  }
}

TEST(AssertedTest, NeedsAWholeSearchWithoutAlert) {
  const std::string policy = RuleText("FACT", kConviction) + "identity { allow_asserted: true }";
  const std::string asserted = "identity: IDENTITY_STATE_ASSERTED ";
  const std::string like = "candidates { supplier: \"suppliers/x\" basis: MATCH_BASIS_NAME score: ";
  EXPECT_EQ(Ask(policy, Subject(asserted + like + "0.89 }")).verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(Ask(policy, Subject(asserted + like + "0.9 }")).verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(Ask(policy, Subject(asserted + "candidates_incomplete: true")).verdict(),
            v1::VERDICT_REVIEW);
}

TEST(GoodsBlockTest, NeedsASupplierWhoIsKnown) {
  const std::string rule = RuleText("ITEM", "goods { origins: \"CN-XJ\" }", Block());
  const std::string item = "purchase { items { item_id: \"i\" origin: \"CN-XJ\" } }";
  v1::DecisionCore core = Ask(rule, item);
  EXPECT_EQ(core.verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(core.items(0).verdict(), v1::VERDICT_BLOCK);
  core = Ask(rule, item + Subject("identity: IDENTITY_STATE_AMBIGUOUS"));
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.items(0).verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(FindingOf(core)->limits(), ElementsAre(v1::EFFECT_LIMIT_IDENTITY));
}

TEST(SpreadTest, ReachesAsFarAsTheRuleSays) {
  const std::string spread = Block(
      "spread { max_steps: 2 links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO } "
      "links { type: LINK_TYPE_OWNS subject_end: LINK_END_TO min_share_percent: 25 } }");
  const std::string director = "path { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO } ";
  const auto owner = [](const std::string& more) {
    return "path { type: LINK_TYPE_OWNS subject_end: LINK_END_TO " + more + " } ";
  };
  const std::vector<std::tuple<std::string, std::string, std::string>> rows = {
      {"", director, "silent"},
      {spread, director, "fires"},
      {spread, director + director, "fires"},
      {spread, director + director + director, "silent"},
      {spread, "path { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_FROM }", "silent"},
      {spread, "path { type: LINK_TYPE_SUPPLIES_TO subject_end: LINK_END_TO }", "silent"},
      {spread, owner("share_percent: 25"), "fires"},
      {spread, owner("share_percent: 24"), "silent"},
      {spread, owner(""), "subject.facts[f1].path[0].share_percent"},
      {spread, owner("share_percent: 25 period { to " + D("2026-11-27") + " }"), "fires"},
      {spread, owner("share_percent: 25 period { to " + D("2026-11-26") + " }"), "silent"},
  };
  for (const auto& [rest, path, state] : rows) {
    const std::string rule = RuleText("FACT", kConviction, rest.empty() ? Block() : rest);
    EXPECT_EQ(StateOf(Ask(rule, Subject(ConvictionText(path)))), state) << rest << path;
  }
}

TEST(CasesTest, TheFirstThatHoldsDecides) {
  const std::string rule = RuleText(
      "FACT", kConviction,
      Block("cases { when { purpose { purposes: PURPOSE_MONITORING } } effect: RULE_EFFECT_NONE } "
            "cases { when { tender { derogation_claimed: true } } effect: RULE_EFFECT_REVIEW "
            "reason: REVIEW_REASON_PUBLIC_INTEREST_DEROGATION }"));
  const std::string claimed = "tender { derogation_claimed: true } ";
  const auto ask = [&](const std::string& purchase) {
    return *FindingOf(Ask(rule, Subject(ConvictionText()) + "purchase { " + purchase + " }"));
  };
  EXPECT_EQ(ask("").effect(), v1::RULE_EFFECT_BLOCK);
  EXPECT_EQ(ask(claimed).effect(), v1::RULE_EFFECT_REVIEW);
  EXPECT_EQ(ask(claimed).reason(), v1::REVIEW_REASON_PUBLIC_INTEREST_DEROGATION);
  EXPECT_EQ(ask(claimed + "purpose: PURPOSE_MONITORING").effect(), v1::RULE_EFFECT_NONE);
}

TEST(CasesTest, NothingBlocksOnAGuess) {
  const std::string rule =
      RuleText("FACT", kConviction,
               Block("cases { when { tender { explained: true } } effect: RULE_EFFECT_NONE }"));
  const v1::DecisionCore core = Ask(rule, Subject(ConvictionText()));
  EXPECT_EQ(FindingOf(core)->effect(), v1::RULE_EFFECT_REVIEW);
  EXPECT_THAT(FindingOf(core)->limits(), ElementsAre(v1::EFFECT_LIMIT_UNPROVEN));
  ASSERT_EQ(core.not_checked_size(), 1);
  EXPECT_EQ(core.not_checked(0).input(), "tender.explained");
}

TEST(NotCheckedTest, AFactThatCannotBeWeighedIsNeverClear) {
  const std::string rule = RuleText("FACT", kConviction, Block());
  v1::EvidenceBundle bundle = TestBundle(Subject(ConvictionText()));
  bundle.mutable_subjects(0)->mutable_facts(0)->mutable_flag()->mutable_flag()->clear_decided_on();
  const v1::DecisionCore core = Evaluate(MustCompile(PolicyText(rule)), bundle);
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_FACTS_TO_WEIGH);
  EXPECT_EQ(core.subjects(0).verdict(), v1::VERDICT_REVIEW);
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_MISSING_INPUT));
  EXPECT_EQ(core.not_checked(0).input(), "subject.facts[f1].flag.decided_on");
  EXPECT_EQ(core.next_steps(0).action(), v1::NEXT_ACTION_GIVE_INPUT);
}

TEST(EvidenceTest, SilenceCountsOnlyWhereAListWasSearched) {
  v1::EvidenceBundle bundle = TestBundle();
  bundle.mutable_sources(0)->set_searched(false);
  const v1::DecisionCore core =
      Evaluate(MustCompile(PolicyText(RuleText("FACT", kConviction))), bundle);
  EXPECT_EQ(Short(core), "CONFIRMED INCOMPLETE NONE REVIEW");
  EXPECT_EQ(core.not_checked(0).input(), "sources");
  EXPECT_TRUE(core.not_checked(0).required());
}

TEST(AddressesBuyerTest, NeverCountsAgainstTheSupplier) {
  const std::string rule = RuleText("PURCHASE", "demand { lead_time_days_below: 14 }",
                                    "effect: RULE_EFFECT_REVIEW addresses_buyer: true");
  const v1::DecisionCore core = Ask(rule, "purchase { demand { lead_time_days: 3 } }");
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_NONE_FOUND);
  EXPECT_EQ(core.subjects(0).verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(Ask(rule, "").verdict(), v1::VERDICT_CLEAR);
}

}  // namespace
}  // namespace probity::policy
