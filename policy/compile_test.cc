// Every fault of a text, with its line and what to do.
#include "policy/compile.h"

#include <string>
#include <vector>

#include "base/hash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/compile_testing.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAwarded[] = "purpose { purposes: PURPOSE_AWARD }";

TEST(CompileTest, TakesAGoodPolicy) {
  const std::string text = PolicyText(Whole("PURCHASE", kAwarded));
  const Compilation result = TryCompile(text);
  ASSERT_NE(result.policy, nullptr) << FormatFaults(result.faults);
  EXPECT_EQ(result.policy->name(), "policies/test/versions/1");
  EXPECT_THAT(result.policy->RuleIds(), ElementsAre("R"));
  ASSERT_EQ(result.policy->Refs().size(), 1u);
  EXPECT_EQ(result.policy->Refs()[0].digest(), Sha256(text));
}

TEST(CompileTest, NamesTheLineOfWhatIsNotKnown) {
  const std::vector<FaultRow> rows = {
      {Whole("FACT", "flag_type { types: FLAG_TYPE_BOGUS }"), 7, "", "FLAG_TYPE_BOGUS"},
      // The parser stands on a later line by then.
      {"rules {\n effect: RULE_EFFECT_BLOK\n\n\n id: \"R\" }", 4, "", "RULE_EFFECT_BLOK"},
      {"rules {\n efect: RULE_EFFECT_BLOCK\n }", 4, "", "efect"},
      {"rules {\n id: 5\n }", 4, "", "string"},
      {"rules {\n id: \"R\"\n", 5, "", ""},
      {Whole("FACT", "flag_type { types: 99 }"), 7, "rules[0].when.flag_type.types[0]",
       "99 is no value of FlagType"},
      {Whole("FACT", "flag_type { types: FLAG_TYPE_UNSPECIFIED }"), 7,
       "rules[0].when.flag_type.types[0]", "unspecified"},
  };
  for (const FaultRow& row : rows) ExpectFault(TryCompile(PolicyText(row.body)), row);
}

TEST(CompileTest, TellsOfAllFaultsAtOnce) {
  const std::string text =
      PolicyText("rules {\n effect: RULE_EFFECT_BLOK\n scope: RULE_SCOPE_FAKT\n efect: 1\n }");
  Compilation result = TryCompile(text);
  ASSERT_EQ(result.faults.size(), 3u) << FormatFaults(result.faults);
  EXPECT_EQ(result.faults[0].line, 4);
  EXPECT_EQ(result.faults[1].line, 5);
  EXPECT_EQ(result.faults[2].line, 6);
  result = TryCompile(PolicyText(FieldsOfRule("id: \"R\"")));
  // Basis, discretion, scope, when, effect.
  EXPECT_EQ(result.faults.size(), 5u) << FormatFaults(result.faults);
}

TEST(CompileTest, RefusesWhatARuleMustSay) {
  const std::vector<FaultRow> rows = {
      {FieldsOfRule("legal_basis: \"L\""), 3, "rules[0].id", "is missing"},
      {FieldsOfRule("id: \"R S\""), 4, "rules[0].id", "holds other"},
      {FieldsOfRule("id: \"R\"\nlegal_basis: \" \""), 5, "rules[0].legal_basis", "name the law"},
      {FieldsOfRule("id: \"R\""), 3, "rules[0].discretion", "is missing"},
      {FieldsOfRule("id: \"R\""), 3, "rules[0].scope", "is missing"},
      {FieldsOfRule("id: \"R\""), 3, "rules[0].when", "is missing"},
      {FieldsOfRule("id: \"R\""), 3, "rules[0].effect", "is missing"},
      {FieldsOfRule("id: \"R\" effect: RULE_EFFECT_REVIEW"), 3, "rules[0].reason", "is missing"},
      {Whole("PURCHASE", "all { }"), 7, "rules[0].when.all", "is empty"},
      {Whole("PURCHASE", "not { }"), 7, "rules[0].when.not", "says nothing"},
      {Whole("PURCHASE", "purpose { }"), 7, "rules[0].when", "names nothing"},
      {Whole("FACT", "period { years: 5 }"), 7, "rules[0].when", "counts from no date"},
      {Whole("FACT", "period { from: EVENT_DATE_DECIDED_ON }"), 7, "rules[0].when", "no duration"},
      {Whole("FACT", "period { from: EVENT_DATE_DECIDED_ON years: 5 months: -1 }"), 7,
       "rules[0].when", "no duration"},
      {Whole("FACT",
             "stage { at_least: FLAG_STAGE_CONVICTION_FINAL at_most: FLAG_STAGE_ALLEGATION }"),
       7, "rules[0].when", "reversed"},
      {Whole("FACT", "stage { at_least: FLAG_STAGE_DISMISSED }"), 7, "rules[0].when",
       "lie in no range"},
      {Whole("FACT", "relation { own: true links: LINK_TYPE_OWNS }"), 7, "rules[0].when",
       "one of both"},
      {Whole("FACT", "fact_jurisdiction { codes: \"UK\" }"), 7,
       "rules[0].when.fact_jurisdiction.codes[0]", "\"UK\""},
      {Whole("ITEM", "goods { origins: \"EU\" }"), 7, "rules[0].when.goods.origins[0]", "\"EU\""},
      {Whole("ITEM", "goods { commodities { scheme: COMMODITY_SCHEME_HS code: \"520\" } }"), 7,
       "rules[0].when.goods.commodities[0]", "2, 4 or 6"},
      {Whole("PURCHASE", "demand { price_below_estimate_percent: 101 }"), 7, "rules[0].when",
       "0 to 100"},
      {Whole("PURCHASE", "value_at_least { currency: \"euro\" minor_units: 1 }"), 7,
       "rules[0].when.value_at_least", "ISO 4217"},
      {Whole("SUBJECT", "phoenix { shared_at_least: 5 }"), 7, "rules[0].when", "1 to 4"},
      {Whole("FINDING", "finding { severities: FINDING_SEVERITY_MAJOR months_after_closure: 3 }"),
       7, "rules[0].when", "without open"},
      {"rules { id: \"R\" }\nrules {\n id: \"R\" }", 5, "rules[1].id", "twice"},
      {"binds: \"GERMANY\"\n binds: \"XX\"", 4, "binds[1]", "\"XX\""},
      {"required_sources { dataset: \"l\" }", 3, "required_sources[0]", "datasets/"},
      {"identity { alert_score: 0.4 }", 3, "identity.alert_score", "0.5 to 1"},
      {"includes: \"eu\"", 3, "includes[0]", "no pack \"eu\" is known"},
      {"", 1, "", "holds no rules"},
  };
  for (const FaultRow& row : rows) ExpectFault(TryCompile(PolicyText(row.body)), row);
}

TEST(CompileTest, RefusesAPredicateInTheWrongScope) {
  ExpectFault(
      TryCompile(PolicyText(Whole("SUBJECT", "flag_type { types: FLAG_TYPE_MEDIA }"))),
      {"", 7, "rules[0].when.flag_type", "cannot stand in scope SUBJECT, only in FACT, GOODS"});
  // A certificate can be looked at by rules about requirements alone, so that
  // none ever cancels a flag.
  ExpectFault(TryCompile(PolicyText(
                  Whole("FACT",
                        "all { conditions { contested: true } conditions { not { "
                        "certification_result { results: CERTIFICATION_RESULT_VALID } } } }"))),
              {"", 7, "rules[0].when.all.conditions[1].not.certification_result", "REQUIREMENT"});
}

TEST(CompileTest, RefusesEffectsThatNoRuleCanHave) {
  const std::string spread = "spread {\nmax_steps: 1 links {\n";
  const auto effect = [](const std::string& scope, const std::string& when,
                         const std::string& discretion, const std::string& rest) {
    return FieldsOfRule(
        absl::StrCat("id: \"R\" legal_basis: \"L\" reason: REVIEW_REASON_ALLEGATION\n",
                     "discretion: DISCRETION_", discretion, " scope: RULE_SCOPE_", scope,
                     " when { ", when, " }\n", rest));
  };
  const std::string block = "effect: RULE_EFFECT_BLOCK ";
  const std::vector<FaultRow> rows = {
      {effect("PURCHASE", kAwarded, "POLICY", block), 6, "rules[0].effect", "MANDATORY"},
      {effect("SUBJECT", "name_alert { }", "MANDATORY", block), 6, "rules[0].effect",
       "cannot BLOCK"},
      {effect("PURCHASE", kAwarded, "MANDATORY", block + "addresses_buyer: true"), 6,
       "rules[0].effect", "addresses the buyer"},
      {effect("PURCHASE", kAwarded, "DISCRETIONARY",
              "effect: RULE_EFFECT_REVIEW\ncases { when { " + std::string(kAwarded) + " } " +
                  block + "}"),
       7, "rules[0].cases[0].effect", "MANDATORY"},
      {Whole("PURCHASE", kAwarded, "foreign_effect: RULE_EFFECT_BLOCK"), 8,
       "rules[0].foreign_effect", "cannot be BLOCK"},
      {Whole("PURCHASE", kAwarded, "self_cleaning: true"), 8, "rules[0].self_cleaning", "no use"},
      {Whole("PURCHASE", kAwarded, "derogations {\nid: \"a b\" legal_basis: \"L\" }"), 8,
       "rules[0].derogations[0]", "id is missing"},
      {Whole("PURCHASE", kAwarded, "derogations { id: \"D\" legal_basis: \" \" }"), 8,
       "rules[0].derogations[0]", "legal_basis is missing"},
      {Whole("PURCHASE", kAwarded,
             "derogations { id: \"D\" legal_basis: \"L\" }\nderogations { id: \"D\" legal_basis: "
             "\"L\" }"),
       9, "rules[0].derogations[1].id", "twice"},
      {Whole("PURCHASE", kAwarded,
             "derogations { id: \"D\" legal_basis: \"L\"\nmax_months: 1201 }"),
       9, "rules[0].derogations[0].max_months", "0 to 1200"},
      {Whole("PURCHASE", kAwarded, "derogations { id: \"D\" legal_basis: \"L\"\nmax_months: -1 }"),
       9, "rules[0].derogations[0].max_months", "0 to 1200"},
      {Whole("FACT", "contested: true", "effect_on_purchase: RULE_EFFECT_NONE"), 8,
       "rules[0].effect_on_purchase", "cannot be NONE"},
      {Whole("SUBJECT", "name_alert { }", "spread { max_steps: 1 }"), 8, "rules[0].spread",
       "outside scope FACT"},
      {Whole("FACT", "contested: true",
             "spread { links { type: LINK_TYPE_OWNS subject_end: "
             "LINK_END_TO } }"),
       8, "rules[0].spread", "1 to 4"},
      {Whole("FACT", "contested: true", "spread { max_steps: 2 }"), 8, "rules[0].spread",
       "no links"},
      {Whole("FACT", "contested: true", spread + "type: LINK_TYPE_OWNS } }"), 9,
       "rules[0].spread.links[0]", "subject_end"},
      {Whole("FACT", "contested: true",
             spread + "type: LINK_TYPE_OWNS subject_end: LINK_END_TO min_share_percent: 101 } }"),
       9, "rules[0].spread.links[0]", "0 to 100"},
      {Whole("FACT", "contested: true",
             spread +
                 "type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO min_share_percent: 5 } }"),
       9, "rules[0].spread.links[0]", "hold shares"},
      {Whole("FACT", "contested: true",
             "purposes: PURPOSE_AWARD next_steps { action: "
             "NEXT_ACTION_HOLD purposes: PURPOSE_ORDER }"),
       8, "rules[0].next_steps[0]", "never asked"},
  };
  for (const FaultRow& row : rows) ExpectFault(TryCompile(PolicyText(row.body)), row);
}

// Each is refused; the one after it, which differs in one word, is not.
TEST(ReachabilityTest, RefusesWhatCanNeverHoldAndNothingElse) {
  const auto all = [](const std::vector<std::string>& parts) {
    std::string text = "all { ";
    for (const std::string& part : parts) absl::StrAppend(&text, "conditions { ", part, " } ");
    return text + "}";
  };
  const std::string media = "flag_type { types: FLAG_TYPE_MEDIA }";
  const std::string grievance = "flag_type { types: FLAG_TYPE_GRIEVANCE }";
  const std::string both = "flag_type { types: [FLAG_TYPE_GRIEVANCE, FLAG_TYPE_MEDIA] }";
  const std::string low = "stage { at_most: FLAG_STAGE_CREDIBLE_REPORT }";
  const std::string high = "stage { at_least: FLAG_STAGE_INVESTIGATION_OPEN }";
  const std::string mid = "stage { at_least: FLAG_STAGE_CREDIBLE_REPORT }";
  const auto any = [](const std::string& a, const std::string& b) {
    return "any { conditions { " + a + " } conditions { " + b + " } }";
  };
  const std::string director = "relation { links: LINK_TYPE_DIRECTOR_OF }";
  const std::string follows =
      "spread { max_steps: 1 links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO } }";
  struct Pair {
    std::string refused, rest, allowed, allowed_rest;
  };
  const std::vector<Pair> pairs = {
      {all({media, "not { " + media + " }"}), "", all({media, "not { " + grievance + " }"}), ""},
      {all({media, grievance}), "", all({media, both}), ""},
      {all({low, high}), "", all({low, mid}), ""},
      {all({"in_force: true", "in_force: false"}), "", all({"in_force: true"}), ""},
      {all({media, any(grievance, "not { " + both + " }")}), "", all({media, any(grievance, both)}),
       ""},
      {"not { " + any(media, "not { " + media + " }") + " }", "",
       "not { " + any(media, grievance) + " }", ""},
      {all({media, all({"contested: true", grievance})}), "",
       all({media, all({"contested: true", both})}), ""},
      {director, "", director, follows},
      {all({media, "purpose { purposes: PURPOSE_AWARD }"}), "purposes: PURPOSE_PAYMENT",
       all({media, "purpose { purposes: PURPOSE_AWARD }"}), "purposes: PURPOSE_AWARD"},
      {media, "cases { when { " + grievance + " } effect: RULE_EFFECT_NONE }", media,
       "cases { when { " + both + " } effect: RULE_EFFECT_NONE }"},
      {media,
       "cases { when { contested: true } effect: RULE_EFFECT_NONE } "
       "cases { when { contested: true } effect: RULE_EFFECT_REVIEW }",
       media,
       "cases { when { contested: true } effect: RULE_EFFECT_NONE } "
       "cases { when { contested: false } effect: RULE_EFFECT_REVIEW }"},
      // A flag that has ended lies in no range of stages, so that both can fail.
      {all({low, "not { " + low + " }"}), "", all({"not { " + low + " }", "not { " + mid + " }"}),
       ""},
  };
  for (const Pair& pair : pairs) {
    const Compilation refused = TryCompile(PolicyText(Whole("FACT", pair.refused, pair.rest)));
    EXPECT_THAT(FormatFaults(refused.faults), HasSubstr("can never")) << pair.refused << pair.rest;
    const Compilation taken =
        TryCompile(PolicyText(Whole("FACT", pair.allowed, pair.allowed_rest)));
    EXPECT_THAT(taken.faults, IsEmpty()) << FormatFaults(taken.faults) << pair.allowed;
  }
}

TEST(PolicyTextTest, DeepTextsAndLongOnesAreRefused) {
  std::string deep = "rules { when { ";
  for (int i = 0; i < 100; ++i) deep += "not { ";
  for (int i = 0; i < 102; ++i) deep += "} ";
  EXPECT_THAT(FormatFaults(TryCompile(PolicyText(deep)).faults), HasSubstr("deep"));
  EXPECT_THAT(FormatFaults(TryCompile(std::string(kMaxPolicyText + 1, ' ')).faults),
              HasSubstr("longer than"));
}

TEST(PolicyHeaderTest, TellsWhatIsNeededToCompile) {
  const PolicyHeader header = ReadPolicyHeader(PolicyText("title: \"T\" includes: \"eu\""));
  EXPECT_EQ(header.id, "test");
  EXPECT_EQ(header.version, "1");
  EXPECT_THAT(header.includes, ElementsAre("eu"));
  EXPECT_EQ(ReadPolicyHeader("id: 5").faults.size(), 1u);
}

}  // namespace
}  // namespace probity::policy
