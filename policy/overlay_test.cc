// Policies over packs, what they need, and what their rules read.
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

std::string Pack(const std::string& body) { return "id: \"pack\"\nversion: \"7\"\n" + body; }

TEST(OverlayTest, AddsAndRaises) {
  const std::string pack = Pack("binds: \"US\"\n" + Whole("FACT", "contested: true"));
  const std::string overlay = PolicyText(
      "includes: \"pack\" rules { id: \"OWN\" legal_basis: \"L\" discretion: DISCRETION_POLICY "
      "scope: RULE_SCOPE_PURCHASE when { purpose { purposes: PURPOSE_AWARD } } "
      "effect: RULE_EFFECT_NONE } "
      "raises { rule_id: \"R\" effect: RULE_EFFECT_BLOCK legal_basis: \"Decree 7\" }");
  const CompiledPolicy policy = MustCompile(overlay, {pack, "id: \"other\""});
  EXPECT_THAT(policy.RuleIds(), ElementsAre("OWN", "R"));
  EXPECT_THAT(policy.OwnRuleIds(), ElementsAre("OWN"));
  const auto bundle = TestBundle(
      "subjects { facts { id: \"f1\" basis: FACT_BASIS_IDENTITY flag { state: FLAG_STATE_IN_FORCE "
      "flag { contested: true } legal_measure { regime: \"X\" } } } }");
  const v1::DecisionCore core = Evaluate(policy, bundle);
  const v1::RuleFinding* finding = FindingOf(core);
  ASSERT_NE(finding, nullptr);
  // A raise makes it the authority's own law, wherever the pack binds.
  EXPECT_EQ(finding->purchase_effect(), v1::RULE_EFFECT_BLOCK);
  EXPECT_EQ(finding->discretion(), v1::DISCRETION_MANDATORY);
  EXPECT_EQ(finding->legal_basis(), "L; raised by: Decree 7");
  EXPECT_EQ(finding->policy(), "policies/pack/versions/7");
  ASSERT_EQ(core.policies_size(), 2);
  EXPECT_EQ(core.policies(1).digest(), Sha256(pack));
}

TEST(OverlayTest, RefusesEveryOtherEdit) {
  const std::string pack = Pack(Whole("FACT", "contested: true"));
  const std::string raise = "includes: \"pack\"\nraises { rule_id: \"R\"\n";
  const auto raised = [&](const std::string& effect) {
    return raise + "legal_basis: \"D\" effect: RULE_EFFECT_" + effect + " }";
  };
  const std::vector<FaultRow> rows = {
      {"includes: \"pack\"\n" + Whole("FACT", "contested: false"), 5, "rules[0].id", "not edit"},
      {raised("NONE"), 4, "raises[0]", "never loosen"},
      {raised("REVIEW"), 4, "raises[0]", "never loosen"},
      {raise + "effect: RULE_EFFECT_BLOCK }", 4, "raises[0]", "legal_basis is missing"},
      {"includes: \"pack\"\nraises { rule_id: \"S\" legal_basis: \"D\" effect: RULE_EFFECT_BLOCK }",
       4, "raises[0]", "no rule of a pack"},
      {raised("BLOCK") + raised("BLOCK").substr(raised("BLOCK").find('\n')), 6, "raises[1]",
       "raised above"},
  };
  for (const FaultRow& row : rows) ExpectFault(TryCompile(PolicyText(row.body), {pack}), row);
  const std::string subject_pack = Pack(Whole("SUBJECT", "name_alert { }"));
  ExpectFault(TryCompile(PolicyText(raised("BLOCK")), {subject_pack}),
              {"", 4, "raises[0]", "never blocks"});
}

TEST(OverlayTest, APackSaysNothingThatIsTheAuthoritys) {
  const std::string rule = Whole("FACT", "contested: true");
  for (const char* field :
       {"includes: \"x\"", "identity { allow_asserted: true }",
        "required_sources { dataset: \"datasets/l\" }",
        "raises { rule_id: \"x\" effect: RULE_EFFECT_BLOCK legal_basis: \"L\" }"}) {
    const Compilation result = TryCompile(PolicyText("includes: \"pack\""), {Pack(rule + field)});
    EXPECT_FALSE(result.faults.empty()) << field;
    for (const PolicyFault& fault : result.faults) EXPECT_EQ(fault.text, "pack") << field;
  }
}

TEST(OverlayTest, FaultsOfAllTextsAreToldAtOnce) {
  const Compilation result =
      TryCompile(PolicyText("includes: \"pack\"\nbinds: \"XX\""), {Pack("binds: \"YY\"")});
  EXPECT_THAT(FormatFaults(result.faults), HasSubstr("test: line 4: binds[0]: \"XX\""));
  EXPECT_THAT(FormatFaults(result.faults), HasSubstr("pack: line 3: binds[0]: \"YY\""));
}

TEST(NeedsTest, TakesTheWidestOfAllRules) {
  const auto spread = [](const std::string& id, int steps, int share) {
    return absl::StrCat(
        "rules { id: \"", id, "\" legal_basis: \"L\" reason: ",
        "REVIEW_REASON_ALLEGATION discretion: DISCRETION_MANDATORY effect: ",
        "RULE_EFFECT_REVIEW scope: RULE_SCOPE_FACT when { contested: true } spread { ",
        "max_steps: ", steps,
        " links { type: LINK_TYPE_OWNS subject_end: ", "LINK_END_TO min_share_percent: ", share,
        " } } }\n");
  };
  const CompiledPolicy policy = MustCompile(PolicyText(spread("A", 1, 50) + spread("B", 3, 25)));
  ASSERT_EQ(policy.needs().links.size(), 1u);
  EXPECT_EQ(policy.needs().links[0].min_share_percent(), 25);
  EXPECT_EQ(policy.needs().max_steps, 3);
  EXPECT_FALSE(policy.needs().findings);
  EXPECT_EQ(policy.needs().name_agreement_score, 0.5);
}

TEST(ReadsTest, NamesEveryInput) {
  const CompiledPolicy policy = MustCompile(PolicyText(
      "binds: \"EU\"\n" +
      Whole("FACT",
            "all { conditions { flag_type { types: FLAG_TYPE_MEDIA } } conditions { not { period { "
            "from: EVENT_DATE_DECIDED_ON years: 5 } } } conditions { measure { covers_item: true } "
            "} }",
            "self_cleaning: true cases { when { tender { explained: true } } effect: "
            "RULE_EFFECT_NONE }")));
  EXPECT_THAT(policy.Reads("R"),
              ElementsAre("facts[].flag.decided_on", "facts[].flag.type", "facts[].legal_measure",
                          "facts[].legal_measure.goods", "facts[].legal_measure.origins",
                          "facts[].self_cleaning", "purchase.authority_country",
                          "purchase.buyer_bound_by", "purchase.items[].commodity",
                          "purchase.items[].origin", "purchase.tender.explained"));
  EXPECT_THAT(policy.Reads("X"), IsEmpty());
}

}  // namespace
}  // namespace probity::policy
