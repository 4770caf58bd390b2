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

struct LimitRow {
  const char* name;
  std::string policy;  // around the rule
  std::string rest;    // of the rule
  std::string bundle;
  std::vector<v1::EffectLimit> limits;
  v1::RuleEffect effect;
  v1::RuleEffect purchase_effect;
};

TEST(LimitTest, EachTakesAwayWhatItSays) {
  constexpr auto kNone = v1::RULE_EFFECT_NONE;
  constexpr auto kReview = v1::RULE_EFFECT_REVIEW;
  constexpr auto kBlock = v1::RULE_EFFECT_BLOCK;
  const std::string conviction = Subject(ConvictionText());
  const std::string accepted = "self_cleaning { dossier { outcome: SELF_CLEANING_OUTCOME_ACCEPTED ";
  const std::string self_cleaning = Block("self_cleaning: true");
  const auto as = [](const std::string& role) {
    return Subject("role: PARTY_ROLE_" + role + " " + ConvictionText());
  };
  const std::string pay = conviction + " purchase { purpose: PURPOSE_PAYMENT }";
  const std::vector<LimitRow> rows = {
      {"none", "", Block(), conviction, {}, kBlock, kBlock},
      {"a name alone",
       "",
       Block(),
       Subject(ConvictionText("", "NAME")),
       {v1::EFFECT_LIMIT_NAME_ALONE},
       kReview,
       kReview},
      {"a record joined without a reason",
       "",
       Block(),
       Subject(ConvictionText("edges { }")),
       {v1::EFFECT_LIMIT_NAME_ALONE},
       kReview,
       kReview},
      {"a record joined by a judgement",
       "",
       Block(),
       Subject(ConvictionText("edges { basis: EDGE_BASIS_JUDGEMENT }")),
       {},
       kBlock,
       kBlock},
      {"an identity that is not certain",
       "",
       Block(),
       Subject("identity: IDENTITY_STATE_ASSERTED " + ConvictionText()),
       {v1::EFFECT_LIMIT_IDENTITY},
       kReview,
       kReview},
      {"a fact that has ended",
       "",
       Block(),
       Subject(ConvictionText("", "IDENTITY", "ENDED")),
       {v1::EFFECT_LIMIT_UNPROVEN},
       kReview,
       kReview},
      {"foreign law",
       "binds: \"FR\"",
       Block(),
       conviction,
       {v1::EFFECT_LIMIT_FOREIGN_LAW},
       kReview,
       kReview},
      {"foreign law that is of no interest",
       "binds: \"FR\"",
       Block("foreign_effect: RULE_EFFECT_NONE"),
       conviction,
       {v1::EFFECT_LIMIT_FOREIGN_LAW},
       kNone,
       kNone},
      {"the law of the buyer's union", "binds: \"EU\"", Block(), conviction, {}, kBlock, kBlock},
      {"a regime that binds the buyer",
       "binds: \"OFAC\"",
       Block(),
       conviction + "purchase { buyer_bound_by: \"OFAC\" }",
       {},
       kBlock,
       kBlock},
      {"a payment", "", Block(), pay, {v1::EFFECT_LIMIT_PAYMENT}, kReview, kReview},
      {"a payment under freeze", "", Block("freeze: true"), pay, {}, kBlock, kBlock},
      {"a payment under a foreign freeze",
       "binds: \"OFAC\"",
       Block("freeze: true"),
       pay,
       {v1::EFFECT_LIMIT_FOREIGN_LAW},
       kReview,
       kReview},
      {"self-cleaning accepted",
       "",
       self_cleaning,
       Subject(ConvictionText(accepted + "} }")),
       {v1::EFFECT_LIMIT_SELF_CLEANED},
       kNone,
       kNone},
      {"self-cleaning that the rule does not know",
       "",
       Block(),
       Subject(ConvictionText(accepted + "} }")),
       {},
       kBlock,
       kBlock},
      {"self-cleaning accepted for another authority",
       "",
       self_cleaning,
       Subject(ConvictionText(accepted + "valid_for: \"authorities/b\" } }")) +
           "authority: \"authorities/a\"",
       {},
       kBlock,
       kBlock},
      {"self-cleaning accepted for this authority",
       "",
       self_cleaning,
       Subject(ConvictionText(accepted + "valid_for: \"authorities/a\" } }")) +
           "authority: \"authorities/a\"",
       {v1::EFFECT_LIMIT_SELF_CLEANED},
       kNone,
       kNone},
      {"self-cleaning accepted on the day",
       "",
       self_cleaning,
       Subject(ConvictionText(accepted + "assessed_on " + D("2026-11-26") + " } }")),
       {v1::EFFECT_LIMIT_SELF_CLEANED},
       kNone,
       kNone},
      {"self-cleaning accepted a day later",
       "",
       self_cleaning,
       Subject(ConvictionText(accepted + "assessed_on " + D("2026-11-27") + " } }")),
       {},
       kBlock,
       kBlock},
      {"a member of the consortium", "", Block(), as("MEMBER"), {}, kBlock, kBlock},
      {"an entity relied on",
       "",
       Block(),
       as("RELIED_ON"),
       {v1::EFFECT_LIMIT_OTHER_PARTY},
       kBlock,
       kReview},
      {"a sub-contractor",
       "",
       Block(),
       as("SUBCONTRACTOR"),
       {v1::EFFECT_LIMIT_OTHER_PARTY},
       kBlock,
       kReview},
      {"a labour agent",
       "",
       Block(),
       as("LABOUR_AGENT"),
       {v1::EFFECT_LIMIT_OTHER_PARTY},
       kBlock,
       kReview},
      {"a connected person",
       "",
       Block(),
       as("CONNECTED"),
       {v1::EFFECT_LIMIT_OTHER_PARTY},
       kBlock,
       kReview},
      {"a maker", "", Block(), as("MANUFACTURER"), {v1::EFFECT_LIMIT_OTHER_PARTY}, kBlock, kReview},
      {"a maker whose goods are banned",
       "",
       Block("effect_on_purchase: RULE_EFFECT_BLOCK"),
       as("MANUFACTURER"),
       {},
       kBlock,
       kBlock},
  };
  for (const LimitRow& row : rows) {
    SCOPED_TRACE(row.name);
    const v1::DecisionCore core =
        Ask(row.policy + RuleText("FACT", kConviction, row.rest), row.bundle);
    const v1::RuleFinding* finding = FindingOf(core);
    ASSERT_NE(finding, nullptr);
    std::vector<v1::EffectLimit> limits;
    for (int limit : finding->limits()) limits.push_back(static_cast<v1::EffectLimit>(limit));
    EXPECT_EQ(limits, row.limits);
    EXPECT_EQ(finding->effect(), row.effect);
    EXPECT_EQ(finding->purchase_effect(), row.purchase_effect);
    EXPECT_EQ(finding->rule_effect(), kBlock);
  }
}

TEST(LimitTest, AFactThatNobodyEstablishedDoesNotBlock) {
  const std::string rule = RuleText("FACT", "contested: false", Block());
  const auto fact = [](const std::string& flag) {
    return Subject(
        "facts { id: \"f1\" basis: FACT_BASIS_IDENTITY flag { state: "
        "FLAG_STATE_IN_FORCE " +
        flag + " } }");
  };
  const std::string date = "decided_on { year: 2025 } ";
  const std::vector<std::pair<std::string, v1::Verdict>> rows = {
      {"flag { type: FLAG_TYPE_MEDIA stage: FLAG_STAGE_INVESTIGATION_OPEN " + date + "}",
       v1::VERDICT_REVIEW},
      {"flag { type: FLAG_TYPE_MEDIA stage: FLAG_STAGE_ADMIN_DETERMINATION " + date + "}",
       v1::VERDICT_BLOCK},
      {"flag { type: FLAG_TYPE_MEDIA stage: FLAG_STAGE_ADMIN_DETERMINATION }", v1::VERDICT_REVIEW},
      {"flag { type: FLAG_TYPE_MEDIA " + date + "}", v1::VERDICT_REVIEW},
      {"legal_measure { regime: \"X\" effect: MEASURE_EFFECT_MUST_EXCLUDE }", v1::VERDICT_BLOCK},
      {"legal_measure { regime: \"X\" effect: MEASURE_EFFECT_INFO_ONLY }", v1::VERDICT_REVIEW},
  };
  for (const auto& [flag, verdict] : rows) {
    EXPECT_EQ(Ask(rule, fact(flag)).verdict(), verdict) << flag;
  }
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
