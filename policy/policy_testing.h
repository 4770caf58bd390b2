// Policies and bundles for tests, written as short texts.
#ifndef PROBITY_POLICY_POLICY_TESTING_H_
#define PROBITY_POLICY_POLICY_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "policy/compile.h"
#include "policy/evaluate.h"
#include "policy/testing.h"

namespace probity::policy {

inline CountryGroups TestGroups() {
  return CountryGroups::FromCsv(ReadFile(TablePath("country_groups.csv")).value()).value();
}

inline Compilation TryCompile(const std::string& text, const std::vector<std::string>& packs = {}) {
  static const auto& countries = *new Countries(TestCountries());
  static const auto& groups = *new CountryGroups(TestGroups());
  return CompilePolicy(text, packs, {countries, groups});
}

inline CompiledPolicy MustCompile(const std::string& text,
                                  const std::vector<std::string>& packs = {}) {
  Compilation result = TryCompile(text, packs);
  if (result.policy == nullptr) {
    ADD_FAILURE() << FormatFaults(result.faults);
    std::abort();
  }
  return *result.policy;
}

// A policy around rules and other fields.
inline std::string PolicyText(const std::string& body) {
  return "id: \"test\"\nversion: \"1\"\n" + body;
}

// A mandatory rule R of a scope with what is given beside it.
inline std::string RuleText(const std::string& scope, const std::string& when,
                            const std::string& rest = "effect: RULE_EFFECT_REVIEW") {
  return absl::StrCat("rules { id: \"R\" legal_basis: \"Law art. 1\" ",
                      "discretion: DISCRETION_MANDATORY ",
                      "reason: REVIEW_REASON_DISCRETIONARY_GROUND scope: RULE_SCOPE_", scope,
                      "\n when { ", when, " }\n ", rest, " }\n");
}

// A German award on 2026-11-26 from a supplier whose identity is certain, with
// nothing against it; `more` is merged in.
inline v1::EvidenceBundle TestBundle(const std::string& more = "") {
  auto bundle = Parse<v1::EvidenceBundle>(R"(
      purchase { authority_country: "DE" purpose: PURPOSE_AWARD no_other_parties: true }
      as_of { year: 2026 month: 11 day: 26 }
      alert_score: 0.9
      sources { dataset: "datasets/flags" edition { } searched: true }
      subjects { path: "subject" role: PARTY_ROLE_LEAD identity: IDENTITY_STATE_CONFIRMED
                 kind: PARTY_KIND_COMPANY })");
  // Merged by hand: of subjects the first, of other lists what is added.
  auto patch = Parse<v1::EvidenceBundle>(more);
  if (!patch.subjects().empty()) {
    bundle.mutable_subjects(0)->MergeFrom(patch.subjects(0));
    patch.mutable_subjects()->DeleteSubrange(0, 1);
  }
  bundle.MergeFrom(patch);
  return bundle;
}

// A conviction by final judgment of 2024-03-01 about the supplier, in force.
inline std::string ConvictionText(const std::string& more = "",
                                  const std::string& basis = "IDENTITY",
                                  const std::string& state = "IN_FORCE") {
  return absl::StrCat("facts { id: \"f1\" basis: FACT_BASIS_", basis, " flag { state: FLAG_STATE_",
                      state, R"( flag { type: FLAG_TYPE_TRAFFICKING_CONVICTION
      stage: FLAG_STAGE_CONVICTION_FINAL jurisdiction: "FR"
      decided_on { year: 2024 month: 3 day: 1 } } } )",
                      more, " }");
}

// The finding of rule R; nullptr when it did not fire.
inline const v1::RuleFinding* FindingOf(const v1::DecisionCore& core,
                                        const std::string& rule = "R") {
  for (const v1::RuleFinding& finding : core.findings()) {
    if (finding.rule_id() == rule) return &finding;
  }
  return nullptr;
}

// "fires", "silent", or the first input for want of which R was not checked.
inline std::string StateOf(const v1::DecisionCore& core, const std::string& rule = "R") {
  if (FindingOf(core, rule) != nullptr) return "fires";
  for (const v1::NotChecked& one : core.not_checked()) {
    if (one.rule_id() == rule) return one.input();
  }
  return "silent";
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_POLICY_TESTING_H_
