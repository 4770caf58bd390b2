#include "policy/suite.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A rule that stands nowhere but here: a contract let without any notice of
// quarrying by children blocks. No line of C++ knows it.
constexpr char kQuarry[] = R"(
id: "quarry" version: "1"
rules {
  id: "QUARRY-1"
  legal_basis: "Quarry Decree 12, art. 3"
  discretion: DISCRETION_MANDATORY
  scope: RULE_SCOPE_FACT
  reason: REVIEW_REASON_DISCRETIONARY_GROUND
  effect: RULE_EFFECT_BLOCK
  when { all {
    conditions { flag_type { types: FLAG_TYPE_CHILD_LABOUR_CONVICTION } }
    conditions { fact_jurisdiction { codes: "EU" } }
    conditions { period { from: EVENT_DATE_DECIDED_ON years: 4 } }
  } }
})";

constexpr char kBase[] = R"(
policy: "quarry"
bases { name: "convicted" bundle {
  purchase { authority_country: "FR" purpose: PURPOSE_AWARD }
  as_of { year: 2026 month: 11 day: 26 }
  sources { dataset: "datasets/x" edition { } searched: true }
  subjects { path: "subject" role: PARTY_ROLE_LEAD identity: IDENTITY_STATE_CONFIRMED
    facts { id: "f1" basis: FACT_BASIS_IDENTITY flag { state: FLAG_STATE_IN_FORCE flag {
      type: FLAG_TYPE_CHILD_LABOUR_CONVICTION stage: FLAG_STAGE_CONVICTION_FINAL
      jurisdiction: "BE" decided_on { year: 2024 month: 5 day: 31 } } } } } } }
)";

std::string Case(const std::string& kind, const std::string& day, const std::string& more) {
  return absl::StrCat("cases { rule_id: \"QUARRY-1\" base: \"convicted\" kind: CASE_KIND_", kind,
                      " with { as_of ", D(day), " ", more);
}

const std::string& GoodCases() {
  static const auto& cases = *new std::string(absl::StrCat(
      kBase,
      Case("FIRES", "2026-11-26",
           "} expect { effect: RULE_EFFECT_BLOCK purchase_effect: "
           "RULE_EFFECT_BLOCK verdict: VERDICT_BLOCK } }"),
      Case("DOES_NOT_FIRE", "2026-11-26",
           "subjects { facts { flag { flag { jurisdiction: \"US\" } } } } } "
           "expect { verdict: VERDICT_CLEAR evidence: EVIDENCE_STATE_COMPLETE } }"),
      Case("FIRST_DAY", "2024-05-31", "} expect { effect: RULE_EFFECT_BLOCK } }"),
      Case("DAY_AFTER_LAST", "2028-05-31", "} }"),
      Case("NOT_CHECKED", "2026-11-26",
           "subjects { facts { flag { flag { decided_on { month: 13 } } } } } } "
           "expect { not_checked_input: \"subject.facts[f1].flag.decided_on\" verdict: "
           "VERDICT_REVIEW } }")));
  return cases;
}

TEST(SuiteTest, ARuleWrittenNowhereElseRuns) {
  const SuiteRun run = RunSuite(MustCompile(kQuarry), GoodCases());
  ASSERT_THAT(run.faults, IsEmpty()) << FormatFaults(run.faults);
  ASSERT_EQ(run.results.size(), 5u);
  for (const v1::CaseResult& result : run.results) {
    EXPECT_TRUE(result.passed()) << v1::CaseKind_Name(result.kind()) << ": " << result.detail();
  }
  EXPECT_THAT(run.rules_without_cases, IsEmpty());
}

TEST(SuiteTest, StopsWhereNobodyWaitsForMore) {
  int asked = 0;
  const SuiteRun run =
      RunSuite(MustCompile(kQuarry), GoodCases(), [&asked] { return ++asked < 3; });
  EXPECT_EQ(run.results.size(), 2u);
}

TEST(SuiteTest, SaysWhatWasExpectedAndWhatCame) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {Case("FIRES", "2028-05-31", "} }"), "expected a finding, came no finding"},
      {Case("DOES_NOT_FIRE", "2028-05-30", "} }"), "expected no finding, came a finding"},
      {Case("DOES_NOT_FIRE", "2026-11-26",
            "subjects { facts { flag { flag { jurisdiction: \"\" } } } } } }"),
       "came a finding"},
      {Case("NOT_CHECKED", "2026-11-26", "} }"), "expected NOT_CHECKED, came a finding"},
      {Case("FIRES", "2026-11-26", "} expect { effect: RULE_EFFECT_REVIEW } }"),
       "expected RULE_EFFECT_REVIEW, came RULE_EFFECT_BLOCK"},
      {Case("FIRES", "2026-11-26", "} expect { verdict: VERDICT_CLEAR } }"),
       "expected VERDICT_CLEAR, came VERDICT_BLOCK"},
      {Case("FIRES", "2026-11-26", "} expect { evidence: EVIDENCE_STATE_STALE } }"),
       "came EVIDENCE_STATE_COMPLETE"},
      {Case("FIRES", "2026-11-26", "} expect { not_checked_input: \"x\" } }"),
       "expected NOT_CHECKED for want of x"},
  };
  for (const auto& [text, detail] : rows) {
    const SuiteRun run = RunSuite(MustCompile(kQuarry), kBase + text);
    ASSERT_EQ(run.results.size(), 1u) << FormatFaults(run.faults);
    EXPECT_FALSE(run.results[0].passed()) << text;
    EXPECT_THAT(run.results[0].detail(), HasSubstr(detail));
    EXPECT_THAT(run.rules_without_cases, ElementsAre("QUARRY-1"));
  }
}

TEST(SuiteTest, RefusesWhatCannotBeRun) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"policy: \"else\"", "line 1: policy: is not the id"},
      {"policy: \"quarry\"\ncases {\n rule_id: \"R\" kind: CASE_KIND_FIRES }",
       "line 3: cases[0].rule_id: \"R\" is no rule"},
      {"policy: \"quarry\"\ncases { rule_id: \"QUARRY-1\" }", "line 2: cases[0]: rule_id and kind"},
      {"policy: \"quarry\"\ncases { }", "line 2: cases[0]: expects nothing"},
      {"policy: \"quarry\"\ncases { base: \"b\" expect { verdict: VERDICT_CLEAR } }",
       "line 2: cases[0].base: no base \"b\""},
      {"policy: \"quarry\"\nbases { name: \"b\" } bases { name: \"b\" }", "bases[1]"},
      {"policy: \"quarry\"\ncases { kind: CASE_KIND_NEVER }", "line 2: Unknown enumeration"},
  };
  for (const auto& [text, problem] : rows) {
    const SuiteRun run = RunSuite(MustCompile(kQuarry), text);
    EXPECT_THAT(FormatFaults(run.faults), HasSubstr(problem)) << text;
    EXPECT_THAT(run.results, IsEmpty());
  }
}

TEST(LayOverTest, ReplacesMergesAndAdds) {
  auto base = Parse<v1::EvidenceBundle>(
      "authority: \"a\" subjects { path: \"s\" conflicts: [\"1\", \"2\"] facts { id: \"f1\" } } ");
  LayOver(Parse<v1::EvidenceBundle>("authority: \"b\" subjects { conflicts: \"3\" facts { basis: "
                                    "FACT_BASIS_NAME } facts { id: \"f2\" } } subjects { path: "
                                    "\"t\" }"),
          &base);
  const auto expected = Parse<v1::EvidenceBundle>(
      "authority: \"b\" subjects { path: \"s\" conflicts: \"3\" facts { id: \"f1\" basis: "
      "FACT_BASIS_NAME } facts { id: \"f2\" } } subjects { path: \"t\" }");
  EXPECT_EQ(base.SerializeAsString(), expected.SerializeAsString());
}

}  // namespace
}  // namespace probity::policy
