// What waivers make of findings, and what holds of them whatever a policy says.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/promises_testing.h"

namespace probity::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr char kConviction[] = "flag_type { types: FLAG_TYPE_TRAFFICKING_CONVICTION }";
constexpr char kLawful[] =
    "effect: RULE_EFFECT_BLOCK hearing_required: true self_cleaning: true next_steps { action: "
    "NEXT_ACTION_HOLD } derogations { id: 'EU-57.3' legal_basis: 'Directive art. 57(3)' } ";

std::string Rule(const std::string& rest = kLawful) { return RuleText("FACT", kConviction, rest); }

using Fields = std::map<std::string, std::string>;

// A waiver of R for procedure P until 2027-01-31, of a contract until 2027-06-30, with
// other values of some fields; an empty one is left out.
std::string WaiverText(const Fields& other = {}) {
  Fields fields = {{"name", "'waivers/1'"},
                   {"rule_id", "'R'"},
                   {"derogation", "'EU-57.3'"},
                   {"procedure", "'P'"},
                   {"state", "WAIVER_STATE_IN_FORCE"},
                   {"in_force_from", D("2026-11-01")},
                   {"last_day", D("2027-01-31")},
                   {"contract_end", D("2027-06-30")}};
  for (const auto& [field, value] : other) fields[field] = value;
  std::string text;
  for (const auto& [field, value] : fields) {
    if (!value.empty()) absl::StrAppend(&text, field, ": ", value, " ");
  }
  return "waivers { " + text + "} ";
}

// The supplier, convicted, in procedure P.
std::string Subject(const std::string& fields, const std::string& purchase = "") {
  return "subjects { " + ConvictionText() + " " + fields + " } purchase { procedure: 'P' " +
         purchase + " } ";
}

v1::DecisionCore Ask(const std::string& rules, const std::string& bundle) {
  return Evaluate(MustCompile(PolicyText(rules)), TestBundle(bundle));
}

TEST(WaiveTest, ABlockComesToReviewAndTheGroundStaysOnRecord) {
  const v1::DecisionCore core = Ask(Rule(), Subject(WaiverText()));
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_BINDING_GROUND);
  EXPECT_EQ(core.subjects(0).risk(), v1::RISK_STATE_BINDING_GROUND);
  EXPECT_FALSE(core.hearing_required());
  EXPECT_EQ(TextOf(core.valid_until()), TextOf(Parse<v1::Date>("year: 2027 month: 1 day: 31")));
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_WAIVED));
  ASSERT_EQ(core.next_steps_size(), 1);
  EXPECT_EQ(core.next_steps(0).action(), v1::NEXT_ACTION_CHECK_WAIVER);
  const v1::RuleFinding* finding = FindingOf(core);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->waiver(), "waivers/1");
  EXPECT_EQ(finding->rule_effect(), v1::RULE_EFFECT_BLOCK);
  EXPECT_EQ(finding->effect(), v1::RULE_EFFECT_REVIEW);
  EXPECT_EQ(finding->purchase_effect(), v1::RULE_EFFECT_REVIEW);
  EXPECT_THAT(finding->limits(), ElementsAre(v1::EFFECT_LIMIT_WAIVED));
}

struct WaiverRow {
  const char* name;
  std::string rules, bundle;
  v1::Verdict verdict;
  bool waived;
};

TEST(WaiveTest, OnlyOneThatHoldsAndIsLawfulCounts) {
  const auto dated = [](const char* day) {
    return Subject(WaiverText()) + "as_of " + D(day) + " ";
  };
  const auto ends = [](const char* day) {
    return Subject(WaiverText(), "dates { end " + D(day) + " }") + "as_of " + D("2026-12-31");
  };
  const std::string mandatory = "effect: RULE_EFFECT_BLOCK ";
  const std::string discretionary =
      "rules { id: 'R' legal_basis: 'L' discretion: DISCRETION_DISCRETIONARY scope: "
      "RULE_SCOPE_FACT reason: REVIEW_REASON_DISCRETIONARY_GROUND effect: RULE_EFFECT_REVIEW when "
      "{ " +
      std::string(kConviction) + " } }";
  constexpr auto kBlock = v1::VERDICT_BLOCK;
  constexpr auto kReview = v1::VERDICT_REVIEW;
  const std::vector<WaiverRow> rows = {
      {"on its first day", Rule(), dated("2026-11-01"), kReview, true},
      {"a day before", Rule(), dated("2026-10-31"), kBlock, false},
      {"on its last day", Rule(), dated("2027-01-31"), kReview, true},
      {"a day after", Rule(), dated("2027-02-01"), kBlock, false},
      {"on the contract's last day", Rule(), ends("2026-12-31"), kReview, true},
      {"after the contract", Rule(), ends("2026-12-30"), kBlock, false},
      {"asked for", Rule(), Subject(WaiverText({{"state", "WAIVER_STATE_REQUESTED"}})), kBlock,
       false},
      {"revoked", Rule(), Subject(WaiverText({{"state", "WAIVER_STATE_REVOKED"}})), kBlock, false},
      {"reopened", Rule(), Subject(WaiverText({{"state", "WAIVER_STATE_REOPENED"}})), kBlock,
       false},
      {"of another rule", Rule(), Subject(WaiverText({{"rule_id", "'S'"}})), kBlock, false},
      {"of another procedure", Rule(), Subject(WaiverText({{"procedure", "'Q'"}})), kBlock, false},
      {"of no procedure", Rule(),
       "subjects { " + ConvictionText() + WaiverText({{"procedure", ""}}) + " } ", kBlock, false},
      {"without a derogation", Rule(), Subject(WaiverText({{"derogation", ""}})), kBlock, false},
      {"by one the rule does not have", Rule(), Subject(WaiverText({{"derogation", "'X'"}})),
       kBlock, false},
      {"of a rule that cannot be waived", Rule(mandatory), Subject(WaiverText()), kBlock, false},
      {"without a name", Rule(), Subject(WaiverText({{"name", ""}})), kBlock, false},
      {"of a rule that leaves a choice", discretionary, Subject(WaiverText({{"derogation", ""}})),
       kReview, true},
      {"for another party", Rule(),
       "subjects { " + ConvictionText() +
           " } subjects { path: 'parties[0].subject' role: "
           "PARTY_ROLE_SUBCONTRACTOR identity: IDENTITY_STATE_CONFIRMED " +
           WaiverText() + " } purchase { procedure: 'P' } ",
       kBlock, false},
  };
  for (const WaiverRow& row : rows) {
    SCOPED_TRACE(row.name);
    const v1::DecisionCore core = Ask(row.rules, row.bundle);
    EXPECT_EQ(core.verdict(), row.verdict);
    ASSERT_NE(FindingOf(core), nullptr);
    EXPECT_EQ(!FindingOf(core)->waiver().empty(), row.waived);
  }
}

TEST(WaiveTest, WhatIsLimitedAlreadyIsNotWaived) {
  const std::string procedure = " purchase { procedure: 'P' } ";
  for (const std::string& bundle :
       {"subjects { identity: IDENTITY_STATE_ASSERTED " + ConvictionText() + WaiverText() + " } " +
            procedure,
        "subjects { " + ConvictionText("", "NAME") + WaiverText() + " } " + procedure,
        Subject(WaiverText(), "purpose: PURPOSE_PAYMENT")}) {
    const v1::DecisionCore core = Ask(Rule(), bundle);
    EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW) << bundle;
    EXPECT_EQ(FindingOf(core)->waiver(), "") << bundle;
    EXPECT_THAT(core.reasons(), Not(Contains(v1::REVIEW_REASON_WAIVED))) << bundle;
  }
}

// A waived ground of goods or of the purchase is the supplier's to be waived for.
TEST(WaiveTest, WhatIsAboutNoPartyIsWaivedForTheSupplier) {
  const std::string rule = RuleText("PURCHASE", "tender { abnormally_low: true }", kLawful);
  std::string low = rule;
  low.erase(low.find("self_cleaning: true"), sizeof("self_cleaning: true") - 1);
  const std::string bundle = "purchase { procedure: 'P' tender { abnormally_low: true } } ";
  EXPECT_EQ(Ask(low, bundle).verdict(), v1::VERDICT_BLOCK);
  const v1::DecisionCore core = Ask(low, bundle + "subjects { " + WaiverText() + " }");
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_BINDING_GROUND);
}

TEST(WaiveTest, TheOneThatHoldsLongestIsNamedInWhateverOrder) {
  const std::string longer = WaiverText({{"name", "'waivers/2'"}, {"last_day", D("2027-03-31")}});
  for (const std::string& both : {WaiverText() + longer, longer + WaiverText()}) {
    const v1::DecisionCore core = Ask(Rule(), Subject(both));
    EXPECT_EQ(FindingOf(core)->waiver(), "waivers/2");
    EXPECT_EQ(core.valid_until().month(), 3);
  }
}

// Another ground still blocks.
TEST(WaiveTest, OneRuleAtATime) {
  std::string other = Rule("effect: RULE_EFFECT_BLOCK");
  other.replace(other.find("\"R\""), 3, "\"S\"");
  EXPECT_EQ(Ask(Rule() + other, Subject(WaiverText())).verdict(), v1::VERDICT_BLOCK);
}

// A waiver of every rule for every subject, in procedure P.
v1::EvidenceBundle Waived(v1::EvidenceBundle bundle, const Fields& other = {}) {
  bundle.mutable_purchase()->set_procedure("P");
  for (int rule = 0; rule < 6; ++rule) {
    Fields fields = {{"rule_id", absl::StrCat("'R", rule, "'")}, {"derogation", "'D'"}};
    for (const auto& [field, value] : other) fields[field] = value;
    const auto waiver = Parse<v1::SubjectEvidence>(WaiverText(fields)).waivers(0);
    for (auto& subject : *bundle.mutable_subjects()) *subject.add_waivers() = waiver;
  }
  return bundle;
}

bool AnyWaived(const v1::DecisionCore& core) {
  return std::any_of(core.findings().begin(), core.findings().end(),
                     [](const auto& finding) { return !finding.waiver().empty(); });
}

TEST(WaiverPromisesTest, NoneRaisesTheVerdictClearsItOrHidesTheRisk) {
  int lowered = 0, stayed = 0;
  ForAll(21, [&](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    bundle.mutable_purchase()->set_procedure("P");
    const v1::DecisionCore before = Evaluate(policy, bundle);
    const v1::DecisionCore after = Evaluate(policy, Waived(bundle));
    const bool blocked = before.verdict() == v1::VERDICT_BLOCK;
    lowered += blocked && after.verdict() == v1::VERDICT_REVIEW;
    stayed += blocked && after.verdict() == v1::VERDICT_BLOCK;
    const bool same = after.verdict() == before.verdict();
    return after.risk() == before.risk() &&
           (same || (blocked && after.verdict() == v1::VERDICT_REVIEW)) &&
           (after.verdict() == v1::VERDICT_CLEAR || !after.next_steps().empty());
  });
  EXPECT_GT(lowered, kRuns / 50);
  // Rules without a derogation.
  EXPECT_GT(stayed, kRuns / 50);
}

TEST(WaiverPromisesTest, OneThatDoesNotHoldChangesNothing) {
  const std::vector<std::pair<std::string, std::string>> broken = {
      {"state", "WAIVER_STATE_REQUESTED"},
      {"state", "WAIVER_STATE_ENDED"},
      {"state", "WAIVER_STATE_REVOKED"},
      {"state", "WAIVER_STATE_REOPENED"},
      {"last_day", D("2026-11-25")},
      {"contract_end", D("2026-11-25")},
      {"in_force_from", D("2026-11-27")},
      {"rule_id", "'another'"},
      {"procedure", "'Q'"},
      {"procedure", ""},
      {"derogation", ""},
      {"derogation", "'X'"},
      {"name", ""},
      {"last_day", ""}};
  ForAll(22, [&](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    bundle.mutable_purchase()->set_procedure("P");
    const auto& one = broken[random->Below(static_cast<int>(broken.size()))];
    return TextOf(Evaluate(policy, bundle)) == TextOf(Evaluate(policy, Waived(bundle, {one})));
  });
}

TEST(WaiverPromisesTest, TheVerdictStandsNoLongerThanTheWaiver) {
  int waived = 0;
  ForAll(23, [&](const auto& policy, const auto& bundle, auto* random) {
    const v1::EvidenceBundle with = Waived(bundle);
    const v1::DecisionCore core = Evaluate(policy, with);
    if (core.verdict() == v1::VERDICT_BLOCK || !AnyWaived(core)) return true;
    ++waived;
    if (!core.has_valid_until()) return false;
    const DayNumber last = FirstDay(core.valid_until());
    const DayNumber between = kRandomAsOf + random->Below(last - kRandomAsOf + 1);
    return last <= DayOf("2027-01-31") &&
           Evaluate(policy, MoveTo(between, with)).verdict() == core.verdict() &&
           Evaluate(policy, MoveTo(last, with)).verdict() == core.verdict();
  });
  EXPECT_GT(waived, kRuns / 20);
}

TEST(WaiverPromisesTest, ALesserEffectSaysWhy) {
  ForAll(24, [](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, Waived(bundle));
    return std::all_of(core.findings().begin(), core.findings().end(), [](const auto& finding) {
      const bool less =
          finding.effect() < finding.rule_effect() || finding.purchase_effect() < finding.effect();
      return less == (finding.limits_size() > 0);
    });
  });
}

}  // namespace
}  // namespace probity::policy
