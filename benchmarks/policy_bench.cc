// What the policy alone costs in one thread: rules over the facts of a bundle,
// without gathering them and without a record of the decision.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/tables.h"
#include "google/protobuf/text_format.h"
#include "policy/compile.h"
#include "policy/evaluate.h"

namespace probity::benchmarks {
namespace {

// Benchmarks have nobody to report to.
template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << "policy_bench: " << value.status() << '\n';
  std::exit(1);
}

std::string Table(const std::string& file) {
  return OrDie(ReadFile(absl::StrCat(PROBITY_SOURCE_TABLES, "/", file)));
}

policy::CompiledPolicy Compile(const std::string& text, const std::vector<std::string>& packs) {
  const Countries countries = OrDie(Countries::FromCsv(Table("countries.csv")));
  const auto groups = OrDie(policy::CountryGroups::FromCsv(Table("country_groups.csv")));
  const policy::Compilation result = policy::CompilePolicy(text, packs, {countries, groups});
  if (result.policy != nullptr) return *result.policy;
  std::cerr << "policy_bench: " << policy::FormatFaults(result.faults) << '\n';
  std::exit(1);
}

// Rules as packs hold them: a type, a stage, a measure, and a period.
std::string RulesText(int64_t rules) {
  std::string text = "id: \"bench\" version: \"1\"\n";
  for (int64_t i = 0; i < rules; ++i) {
    absl::StrAppend(
        &text, "rules { id: \"R", i, "\" legal_basis: \"Law\" discretion: DISCRETION_MANDATORY ",
        "scope: RULE_SCOPE_FACT reason: REVIEW_REASON_DISCRETIONARY_GROUND ",
        "effect: RULE_EFFECT_BLOCK self_cleaning: true when { all { conditions { any { ",
        "conditions { flag_type { types: ", 1 + i % 22,
        " } } conditions { measure { regimes: ", "\"REGIME-", i,
        "\" } } } } conditions { stage { at_least: FLAG_STAGE_ADMIN_DETERMINATION ",
        "} } conditions { period { from: EVENT_DATE_DECIDED_ON years: 5 } } } } ",
        "spread { max_steps: 2 links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO } } ",
        "next_steps { action: NEXT_ACTION_HEAR_SUPPLIER } }\n");
  }
  return text;
}

v1::EvidenceBundle Bundle(int64_t facts, bool adverse) {
  v1::EvidenceBundle bundle;
  google::protobuf::TextFormat::ParseFromString(
      "purchase { authority_country: \"DE\" purpose: PURPOSE_AWARD } "
      "as_of { year: 2026 month: 11 day: 26 } sources { edition { } searched: true } "
      "subjects { path: \"subject\" role: PARTY_ROLE_LEAD identity: IDENTITY_STATE_CONFIRMED }",
      &bundle);
  for (int64_t i = 0; i < facts; ++i) {
    v1::SubjectFact* fact = bundle.mutable_subjects(0)->add_facts();
    fact->set_id(absl::StrCat("f", i + 1));
    fact->set_basis(v1::FACT_BASIS_IDENTITY);
    v1::ListedRiskFlag* listed = fact->mutable_flag();
    listed->set_state(v1::FLAG_STATE_IN_FORCE);
    v1::RiskFlag* flag = listed->mutable_flag();
    flag->set_type(static_cast<v1::FlagType>(1 + i % 22));
    flag->set_stage(adverse ? v1::FLAG_STAGE_CONVICTION_FINAL : v1::FLAG_STAGE_ALLEGATION);
    flag->mutable_decided_on()->set_year(2025);
    listed->mutable_legal_measure()->set_regime("REGIME-X");
  }
  return bundle;
}

void Run(benchmark::State& state, const policy::CompiledPolicy& compiled,
         const v1::EvidenceBundle& bundle) {
  for (auto _ : state) benchmark::DoNotOptimize(policy::Evaluate(compiled, bundle));
  state.counters["findings"] = policy::Evaluate(compiled, bundle).findings_size();
}

// Facts that no rule fires on: what every rule costs.
void BM_EvaluateSilent(benchmark::State& state) {
  Run(state, Compile(RulesText(state.range(0)), {}), Bundle(state.range(1), false));
}

// Every fact is a ground of four or five rules.
void BM_EvaluateFiring(benchmark::State& state) {
  Run(state, Compile(RulesText(state.range(0)), {}), Bundle(state.range(1), true));
}

// The policy that is shipped, with all its packs.
void BM_EvaluateStandard(benchmark::State& state) {
  const std::string text = Table("policies/standard.txtpb");
  std::vector<std::string> packs;
  for (const std::string& pack : policy::ReadPolicyHeader(text).includes) {
    packs.push_back(Table(absl::StrCat("policies/", pack, ".txtpb")));
  }
  const policy::CompiledPolicy compiled = Compile(text, packs);
  state.counters["rules"] = static_cast<double>(compiled.RuleIds().size());
  Run(state, compiled, Bundle(state.range(0), true));
}

void BM_Compile(benchmark::State& state) {
  const std::string text = RulesText(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(Compile(text, {}));
}

BENCHMARK(BM_EvaluateSilent)->ArgNames({"rules", "facts"})->Args({100, 0})->Args({100, 10});
BENCHMARK(BM_EvaluateFiring)->ArgNames({"rules", "facts"})->Args({100, 1})->Args({100, 10});
BENCHMARK(BM_EvaluateStandard)->ArgName("facts")->Arg(0)->Arg(3);
BENCHMARK(BM_Compile)->ArgName("rules")->Arg(100);

}  // namespace
}  // namespace probity::benchmarks

BENCHMARK_MAIN();
