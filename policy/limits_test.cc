// What limits an effect, one limit after the other.
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

const char kConviction[] =
    "all { conditions { flag_type { types: FLAG_TYPE_TRAFFICKING_CONVICTION } } "
    "conditions { stage { at_least: FLAG_STAGE_CONVICTION_FINAL } } "
    "conditions { period { from: EVENT_DATE_DECIDED_ON years: 5 } } }";

std::string Block(const std::string& more = "") { return "effect: RULE_EFFECT_BLOCK " + more; }

v1::DecisionCore Ask(const std::string& policy, const std::string& bundle) {
  return Evaluate(MustCompile(PolicyText(policy)), TestBundle(bundle));
}

std::string Subject(const std::string& fields) { return "subjects { " + fields + " } "; }

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
       Subject(ConvictionText("edges { basis: EDGE_BASIS_JUDGEMENT judgement: 'judgements/1' }")),
       {},
       kBlock,
       kBlock},
      {"a record joined by a judgement that is not named",
       "",
       Block(),
       Subject(ConvictionText("edges { basis: EDGE_BASIS_JUDGEMENT }")),
       {v1::EFFECT_LIMIT_NAME_ALONE},
       kReview,
       kReview},
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

}  // namespace
}  // namespace probity::policy
