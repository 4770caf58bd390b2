// Subjects and items, dates, reasons and next steps of a core.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kConvicted[] = "flag_type { types: FLAG_TYPE_TRAFFICKING_CONVICTION }";

v1::DecisionCore Ask(const std::string& policy, const std::string& bundle) {
  return Evaluate(MustCompile(PolicyText(policy)), TestBundle(bundle));
}

std::string Convicted(const std::string& more = "") {
  return "subjects { " + ConvictionText(more) + " } ";
}

std::string BlockRule(const std::string& rest = "") {
  return RuleText("FACT", kConvicted, "effect: RULE_EFFECT_BLOCK " + rest);
}

std::vector<std::string> StepsOf(const v1::DecisionCore& core) {
  std::vector<std::string> steps;
  for (const v1::NextStep& step : core.next_steps()) {
    std::string text = v1::NextAction_Name(step.action()).substr(sizeof("NEXT_ACTION"));
    if (step.has_by()) absl::StrAppend(&text, " by ", FormatDate(step.by()));
    steps.push_back(text);
  }
  return steps;
}

TEST(RollUpTest, APartyThatCanBeReplacedIsReviewOfThePurchase) {
  const std::string parties =
      "subjects { } subjects { path: \"parties[0].subject\" role: PARTY_ROLE_SUBCONTRACTOR "
      "identity: IDENTITY_STATE_CONFIRMED " +
      ConvictionText() + " }";
  const v1::DecisionCore core = Ask(BlockRule(), parties);
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_BINDING_GROUND);
  ASSERT_EQ(core.subjects_size(), 2);
  EXPECT_EQ(core.subjects(0).verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(core.subjects(0).risk(), v1::RISK_STATE_NONE_FOUND);
  EXPECT_EQ(core.subjects(1).verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_REPLACE_PARTY));
  EXPECT_EQ(core.next_steps(0).action(), v1::NEXT_ACTION_REPLACE_PARTY);
  EXPECT_EQ(core.next_steps(0).about(), "parties[0].subject");
}

TEST(RollUpTest, APartyNobodyKnowsKeepsThePurchaseFromClear) {
  const v1::DecisionCore core =
      Ask(BlockRule(),
          "subjects { } subjects { path: \"parties[0].subject\" role: "
          "PARTY_ROLE_SUBCONTRACTOR identity: IDENTITY_STATE_UNIDENTIFIED }");
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.identity(), v1::IDENTITY_STATE_CONFIRMED);
  EXPECT_EQ(core.subjects(0).verdict(), v1::VERDICT_CLEAR);
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_MISSING_IDENTIFIER));
  EXPECT_THAT(StepsOf(core), ElementsAre("ASK_IDENTIFIER"));
}

TEST(RollUpTest, AnItemTakesInItsMakersAndInputs) {
  const std::string rules =
      BlockRule() +
      "rules { id: \"S\" legal_basis: \"L\" discretion: "
      "DISCRETION_POLICY scope: RULE_SCOPE_COMMODITY_RISK reason: REVIEW_REASON_COMMODITY_RISK "
      "when { in_force: true } effect: RULE_EFFECT_REVIEW }";
  const v1::DecisionCore core =
      Ask(rules,
          "purchase { items { item_id: \"made\" } items { item_id: \"risky\" inputs { } } items { "
          "item_id: \"good\" } } subjects { } subjects { path: \"items[0].manufacturer\" role: "
          "PARTY_ROLE_MANUFACTURER identity: IDENTITY_STATE_CONFIRMED " +
              ConvictionText() +
              " } items { item_id: \"made\" subjects: 1 } items { item_id: \"risky\" input: 1 "
              "risks { id: "
              "\"c1\" } }");
  ASSERT_EQ(core.items_size(), 3);
  EXPECT_EQ(core.items(0).verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(core.items(0).risk(), v1::RISK_STATE_BINDING_GROUND);
  EXPECT_EQ(core.items(1).verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.items(1).risk(), v1::RISK_STATE_FACTS_TO_WEIGH);
  EXPECT_EQ(core.items(2).verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(FindingOf(core, "S")->item_id(), "risky");
}

TEST(EvidenceTest, EveryRequiredInputHasItsName) {
  struct Row {
    std::string required, purchase, missing;  // missing: "" when it is there
  };
  const std::vector<Row> rows = {
      {"input: INPUT_KIND_COMMODITY", "", "items"},
      {"input: INPUT_KIND_COMMODITY", "items { }", "items[0].commodity"},
      {"input: INPUT_KIND_COMMODITY", "items { } items { commodity { code: \"52\" } }", ""},
      {"input: INPUT_KIND_ORIGIN", "items { origin: \"TR\" } items { }", "items[1].origin"},
      {"input: INPUT_KIND_MANUFACTURER", "items { }", "items[0].manufacturer"},
      {"input: INPUT_KIND_MANUFACTURER", "items { site { } }", ""},
      {"input: INPUT_KIND_VALUE", "items { }", "items[0].value"},
      {"input: INPUT_KIND_SITE", "items { }", "items[].site"},
      {"input: INPUT_KIND_SITE", "requirements { site { } requirement_id: \"q\" }",
       "requirements[q]"},
      {"input: INPUT_KIND_PARTIES", "", ""},
      {"input: INPUT_KIND_PARTIES", "no_other_parties: false", "parties"},
      {"input: INPUT_KIND_CONTRACT_DATES", "dates { start { year: 2027 } }", "dates.end"},
      {"input: INPUT_KIND_DEMAND_SIGNALS", "demand { }", "demand"},
      {"input: INPUT_KIND_DEMAND_SIGNALS purposes: PURPOSE_ORDER", "", ""},
      {"input: INPUT_KIND_ORIGIN value_at_least { currency: \"EUR\" minor_units: 2 }",
       "items { value { currency: \"EUR\" minor_units: 1 } }", ""},
      {"input: INPUT_KIND_ORIGIN value_at_least { currency: \"EUR\" minor_units: 2 }",
       "items { value { currency: \"EUR\" minor_units: 2 } }", "items[0].origin"},
      // A value that is not known might be enough.
      {"input: INPUT_KIND_ORIGIN value_at_least { currency: \"EUR\" minor_units: 2 }", "items { }",
       "items[0].origin"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.required + " / " + row.purchase);
    v1::EvidenceBundle bundle = TestBundle();
    google::protobuf::TextFormat::Parser parser;
    const auto purchase = Parse<v1::PurchaseContext>(row.purchase);
    bundle.mutable_purchase()->MergeFrom(purchase);
    if (row.purchase == "no_other_parties: false") {
      bundle.mutable_purchase()->set_no_other_parties(false);
    }
    const v1::DecisionCore core = Evaluate(
        MustCompile(PolicyText(BlockRule() + "required_inputs { " + row.required + " }")), bundle);
    EXPECT_EQ(core.not_checked_size() == 0 ? "" : core.not_checked(0).input(), row.missing);
    EXPECT_EQ(core.evidence(),
              row.missing.empty() ? v1::EVIDENCE_STATE_COMPLETE : v1::EVIDENCE_STATE_INCOMPLETE);
    EXPECT_EQ(core.verdict(), row.missing.empty() ? v1::VERDICT_CLEAR : v1::VERDICT_REVIEW);
  }
}

TEST(EvidenceTest, ARequirementThatIsNotMet) {
  const std::string required = "purchase { requirements { requirement_id: \"q\" } } ";
  const v1::DecisionCore core =
      Ask(BlockRule(), required +
                           "requirements { requirement_id: \"q\" certification { result: "
                           "CERTIFICATION_RESULT_SUSPENDED } }");
  EXPECT_EQ(core.evidence(), v1::EVIDENCE_STATE_INCOMPLETE);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_NONE_FOUND);
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_CERT_NOT_VALID));
  EXPECT_THAT(StepsOf(core), ElementsAre("ASK_CERTIFICATE"));
}

TEST(DatesTest, AClearEndsWithAnythingItRestsOn) {
  const std::string sources = "required_sources { dataset: \"datasets/l\" max_age_days: 7 } ";
  const std::string fresh = "sources { dataset: \"datasets/l\" edition { } age_days: 2 } ";
  const std::string valid =
      "requirements { requirement_id: \"q\" certification { result: CERTIFICATION_RESULT_VALID "
      "valid_until " +
      D("2026-11-30") + " } } ";
  struct Row {
    std::string policy, bundle, valid_until, next_review;
  };
  const std::string later = RuleText("PURCHASE", "as_of_from " + D("2026-12-14"));
  const std::vector<Row> rows = {
      {BlockRule(), "", "", "2027-11-26"},
      {BlockRule() + "review_after_days: 90", "", "", "2027-02-24"},
      // Two days old, seven allowed: stale on the sixth day from now.
      {BlockRule() + sources, fresh, "2026-12-01", "2026-12-02"},
      {BlockRule() + sources, fresh + valid, "2026-11-30", "2026-12-01"},
      {later, "", "2026-12-13", "2026-12-14"},
      {later + sources, fresh, "2026-12-01", "2026-12-02"},
  };
  for (const Row& row : rows) {
    const v1::DecisionCore core = Ask(row.policy, row.bundle);
    EXPECT_EQ(core.verdict(), v1::VERDICT_CLEAR) << row.policy;
    EXPECT_EQ(core.has_valid_until() ? FormatDate(core.valid_until()) : "", row.valid_until);
    EXPECT_EQ(FormatDate(core.next_review_on()), row.next_review);
  }
}

TEST(DatesTest, ABlockEndsWithItsGround) {
  const std::string period = RuleText("FACT", "period { from: EVENT_DATE_DECIDED_ON years: 5 }",
                                      "effect: RULE_EFFECT_BLOCK");
  v1::DecisionCore core = Ask(period, Convicted());
  EXPECT_EQ(FormatDate(core.valid_until()), "2029-02-28");
  EXPECT_EQ(FormatDate(FindingOf(core)->period().ends()), "2029-03-01");
  EXPECT_EQ(FormatDate(core.next_review_on()), "2027-11-26");
  // What runs out beside it changes nothing.
  core = Ask(period + "required_sources { dataset: \"datasets/l\" max_age_days: 7 }",
             Convicted() + "sources { dataset: \"datasets/l\" edition { } }");
  EXPECT_EQ(FormatDate(core.valid_until()), "2029-02-28");
  EXPECT_FALSE(Ask(BlockRule(), Convicted()).has_valid_until());
  core = Ask(BlockRule(),
             "subjects { facts { id: \"f1\" basis: FACT_BASIS_IDENTITY flag { state: "
             "FLAG_STATE_IN_FORCE listing_intervals { from " +
                 D("2026-01-01") + " to " + D("2026-12-31") +
                 " } flag { type: "
                 "FLAG_TYPE_TRAFFICKING_CONVICTION stage: FLAG_STAGE_CONVICTION_FINAL } "
                 "} } }");
  EXPECT_EQ(core.verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(FormatDate(core.valid_until()), "2026-12-30");
}

TEST(NextStepsTest, HoldAndHearBeforeAllElse) {
  const v1::DecisionCore core =
      Ask(BlockRule("hearing_required: true self_cleaning: true next_steps { action: "
                    "NEXT_ACTION_REFER_VICTIMS within_days: 3 } next_steps { action: "
                    "NEXT_ACTION_TERMINATE_LAST purposes: PURPOSE_CONTRACT }"),
          Convicted());
  EXPECT_TRUE(core.hearing_required());
  EXPECT_THAT(StepsOf(core), ElementsAre("HOLD", "HEAR_SUPPLIER", "REFER_VICTIMS by 2026-11-29",
                                         "ASK_SELF_CLEANING"));
}

TEST(NextStepsTest, AContractInForceIsMendedFirstAndEndedLast) {
  const v1::DecisionCore core =
      Ask(BlockRule("hearing_required: true next_steps { action: NEXT_ACTION_REFER_VICTIMS }"),
          Convicted() + "purchase { purpose: PURPOSE_CONTRACT }");
  EXPECT_EQ(core.verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(StepsOf(core), ElementsAre("CORRECTIVE_PLAN", "WORKER_REMEDY", "REFER_VICTIMS",
                                         "HEAR_SUPPLIER", "TERMINATE_LAST"));
}

TEST(NextStepsTest, EachOnceWithAllWhoAskAndTheEarliestDay) {
  const auto rule = [](const std::string& id, int days) {
    return absl::StrCat(
        "rules { id: \"", id, "\" legal_basis: \"L\" discretion: ",
        "DISCRETION_POLICY scope: RULE_SCOPE_FACT reason: REVIEW_REASON_ALLEGATION ", "when { ",
        kConvicted, " } effect: RULE_EFFECT_REVIEW next_steps { action: ",
        "NEXT_ACTION_CORRECTIVE_PLAN within_days: ", days, " } }");
  };
  v1::DecisionCore core = Ask(rule("A", 30) + rule("B", 10), Convicted());
  ASSERT_THAT(StepsOf(core), ElementsAre("CORRECTIVE_PLAN by 2026-12-06"));
  EXPECT_THAT(core.next_steps(0).rule_ids(), ElementsAre("A", "B"));
  core = Ask(rule("A", 30) + rule("B", 0), Convicted());
  EXPECT_THAT(StepsOf(core), ElementsAre("CORRECTIVE_PLAN"));
}

TEST(SelfCleaningTest, ADossierThatNobodyAssessedIsAReason) {
  const v1::DecisionCore core =
      Ask(RuleText("FACT", kConvicted, "effect: RULE_EFFECT_REVIEW self_cleaning: true"),
          Convicted("self_cleaning { dossier { } }"));
  EXPECT_EQ(FindingOf(core)->self_cleaning(), v1::SELF_CLEANING_STATE_PENDING);
  EXPECT_THAT(core.reasons(), ElementsAre(v1::REVIEW_REASON_DISCRETIONARY_GROUND,
                                          v1::REVIEW_REASON_SELF_CLEANING_PENDING));
  EXPECT_THAT(StepsOf(core), ElementsAre("WEIGH_DISCRETION", "ASSESS_SELF_CLEANING"));
}

TEST(SelfCleaningTest, TheLatestAssessmentCounts) {
  const auto assessed = [](const std::string& outcome, const std::string& on) {
    return absl::StrCat("self_cleaning { dossier { outcome: SELF_CLEANING_OUTCOME_", outcome,
                        " assessed_on ", D(on), " } } ");
  };
  const std::string rule = BlockRule("self_cleaning: true");
  EXPECT_EQ(Ask(rule, Convicted(assessed("INSUFFICIENT", "2025-01-01") +
                                assessed("ACCEPTED", "2026-01-01")))
                .verdict(),
            v1::VERDICT_CLEAR);
  EXPECT_EQ(Ask(rule, Convicted(assessed("ACCEPTED", "2025-01-01") +
                                assessed("INSUFFICIENT", "2026-01-01")))
                .verdict(),
            v1::VERDICT_BLOCK);
  EXPECT_EQ(Ask(rule, Convicted(assessed("ACCEPTED", "2026-01-01") +
                                assessed("INSUFFICIENT", "2026-01-01")))
                .verdict(),
            v1::VERDICT_BLOCK);
}

TEST(OrderTest, GravestForThePurchaseFirstThenAsThePolicySays) {
  const auto rule = [](const std::string& id, const std::string& effect) {
    return absl::StrCat(
        "rules { id: \"", id, "\" legal_basis: \"L\" discretion: ",
        "DISCRETION_MANDATORY scope: RULE_SCOPE_FACT reason: ", "REVIEW_REASON_ALLEGATION when { ",
        kConvicted, " } effect: RULE_EFFECT_", effect, " }");
  };
  const v1::DecisionCore core =
      Ask(rule("N", "NONE") + rule("R2", "REVIEW") + rule("R1", "REVIEW") + rule("B", "BLOCK"),
          Convicted());
  std::vector<std::string> ids;
  for (const auto& finding : core.findings()) ids.push_back(finding.rule_id());
  EXPECT_THAT(ids, ElementsAre("B", "R2", "R1", "N"));
}

}  // namespace
}  // namespace probity::policy
