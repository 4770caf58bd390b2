#include "policy/evaluate.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/effects.h"
#include "policy/next_steps.h"
#include "policy/program.h"
#include "policy/rollup.h"

namespace probity::policy {
namespace {

constexpr v1::RuleEffect kReview = v1::RULE_EFFECT_REVIEW;
constexpr v1::RuleEffect kBlock = v1::RULE_EFFECT_BLOCK;

bool IsAboutGoods(v1::RuleScope scope) {
  return scope == v1::RULE_SCOPE_GOODS || scope == v1::RULE_SCOPE_COMMODITY_RISK ||
         scope == v1::RULE_SCOPE_ITEM;
}

void AddMissing(size_t rule, const Unit& unit, std::string input, Asked* asked) {
  asked->unchecked.push_back({rule, unit, {std::move(input)}, false});
}

// Lists of goods could not be asked without items, or about an item without
// code or origin: the rules that read them were not checked.
void NoteUnaskedGoods(size_t rule, v1::RuleScope scope, const Context& context, Asked* asked) {
  if (context.goods.empty()) return AddMissing(rule, Unit(), "items", asked);
  if (scope == v1::RULE_SCOPE_ITEM) return;
  for (const GoodsLine& line : context.goods) {
    const bool answered = line.evidence != nullptr &&
                          line.evidence->result() != v1::COMMODITY_RISK_RESULT_UNSPECIFIED;
    if (answered) continue;
    const bool has_code = !line.code.code.empty();
    Unit unit;
    unit.goods = &line;
    AddMissing(rule, unit,
               absl::StrCat(PathOf(line), !has_code             ? ".commodity"
                                          : line.origin.empty() ? ".origin"
                                                                : ".risks"),
               asked);
  }
}

Asked AskAll(const Context& context) {
  std::array<std::vector<Unit>, v1::RuleScope_ARRAYSIZE> units;
  std::array<bool, v1::RuleScope_ARRAYSIZE> listed = {};
  Asked asked;
  for (size_t i = 0; i < context.program.rules.size(); ++i) {
    const CompiledRule& rule = context.program.rules[i];
    const v1::RuleScope scope = rule.rule->scope();
    if (!IsForPurpose(rule.purposes, context.purchase.purpose())) continue;
    if (!listed[scope]) units[scope] = UnitsOf(scope, context);
    listed[scope] = true;
    for (const Unit& unit : units[scope]) AskRule(i, context, unit, &asked);
    if (IsAboutGoods(scope)) NoteUnaskedGoods(i, scope, context, &asked);
  }
  return asked;
}

// Ids are counted: "f2" comes before "f10".
std::pair<size_t, std::string> IdOrder(const v1::RuleFinding& finding) {
  if (finding.facts().empty()) return {0, ""};
  return {finding.facts(0).size(), finding.facts(0)};
}

// The gravest for the purchase first, then in order of the policy; what is equal
// in both in an order that the bundle's does not change.
void Sort(std::vector<Fired>* fired) {
  const auto before = [](const Fired& a, const Fired& b) {
    if (a.finding.purchase_effect() != b.finding.purchase_effect()) {
      return a.finding.purchase_effect() > b.finding.purchase_effect();
    }
    if (a.rule != b.rule) return a.rule < b.rule;
    const auto place = [](const v1::RuleFinding& f) {
      return std::tie(f.subject(), f.item_id(), f.requirement_id(), f.dataset());
    };
    if (place(a.finding) != place(b.finding)) return place(a.finding) < place(b.finding);
    return IdOrder(a.finding) < IdOrder(b.finding);
  };
  std::stable_sort(fired->begin(), fired->end(), before);
}

void SortUnchecked(std::vector<Unchecked>* unchecked) {
  std::stable_sort(unchecked->begin(), unchecked->end(),
                   [](const Unchecked& a, const Unchecked& b) {
                     return std::tie(a.rule, a.missing) < std::tie(b.rule, b.missing);
                   });
}

void AddNotChecked(const std::string& rule_id, const std::string& input, bool required,
                   v1::DecisionCore* core) {
  v1::NotChecked& not_checked = *core->add_not_checked();
  not_checked.set_rule_id(rule_id);
  not_checked.set_input(input);
  not_checked.set_required(required);
}

// What is required first, then by rule.
void WriteNotChecked(const Context& context, const Asked& asked, const EvidenceFindings& evidence,
                     v1::DecisionCore* core) {
  for (const std::string& input : evidence.missing_inputs) AddNotChecked("", input, true, core);
  for (const std::string& dataset : evidence.missing_sources) {
    AddNotChecked("", dataset, true, core);
    core->add_missing_sources(dataset);
  }
  std::set<std::pair<size_t, std::string>> seen;
  for (const Unchecked& unchecked : asked.unchecked) {
    for (const std::string& input : unchecked.missing) {
      if (!seen.emplace(unchecked.rule, input).second) continue;
      AddNotChecked(context.program.rules[unchecked.rule].rule->id(), input, false, core);
    }
  }
}

void WriteReasons(const std::vector<Fired>& fired, const std::vector<FormalReason>& formal,
                  v1::DecisionCore* core) {
  std::set<v1::ReviewReason> reasons;
  for (const Fired& one : fired) {
    const v1::RuleFinding& finding = one.finding;
    if (finding.effect() != kReview && finding.purchase_effect() != kReview) continue;
    reasons.insert(finding.reason());
    if (finding.self_cleaning() == v1::SELF_CLEANING_STATE_PENDING) {
      reasons.insert(v1::REVIEW_REASON_SELF_CLEANING_PENDING);
    }
  }
  for (const FormalReason& one : formal) reasons.insert(one.reason);
  for (v1::ReviewReason reason : reasons) core->add_reasons(reason);
}

// The first day on which the verdict may be another, if nothing new is learnt;
// kMaxDay: none. A BLOCK stands as long as the ground that lasts longest; what
// is CLEAR ends with anything that it rests on.
DayNumber ChangesOn(const Asked& asked, const EvidenceFindings& evidence, v1::Verdict verdict) {
  if (verdict == v1::VERDICT_CLEAR) return std::min(asked.changes_on, evidence.changes_on);
  if (verdict == v1::VERDICT_REVIEW) return asked.changes_on;
  DayNumber last = kMinDay;
  for (const Fired& fired : asked.fired) {
    if (fired.finding.purchase_effect() == kBlock) last = std::max(last, fired.changes_on);
  }
  return last;
}

void WriteDates(const Context& context, DayNumber changes_on, v1::DecisionCore* core) {
  const DayNumber latest = context.as_of + context.program.review_after_days;
  if (changes_on != kMaxDay) *core->mutable_valid_until() = DateOf(changes_on - 1);
  *core->mutable_next_review_on() = DateOf(std::min(latest, changes_on));
}

void CopyFrame(const Context& context, v1::DecisionCore* core) {
  const v1::EvidenceBundle& bundle = context.bundle;
  if (bundle.has_as_of()) *core->mutable_as_of() = bundle.as_of();
  if (bundle.has_revision()) *core->mutable_revision() = bundle.revision();
  if (bundle.has_engine()) *core->mutable_engine() = bundle.engine();
  for (const auto& part : context.program.parts) *core->add_policies() = part->ref;
  if (context.IsSince(2)) core->set_weighs_freezes(context.program.weighs_freezes);
  core->set_authority(bundle.authority());
}

}  // namespace

v1::DecisionCore Evaluate(const CompiledPolicy& policy, const v1::EvidenceBundle& bundle) {
  const Context context = MakeContext(policy.program(), bundle);
  const EvidenceFindings evidence = FindEvidence(context);
  Asked asked = AskAll(context);
  Sort(&asked.fired);
  SortUnchecked(&asked.unchecked);
  const std::vector<FormalReason> formal = FormalReasons(context, asked, evidence);
  v1::DecisionCore core;
  CopyFrame(context, &core);
  RollUp(context, asked, evidence, &core);
  WriteNotChecked(context, asked, evidence, &core);
  WriteReasons(asked.fired, formal, &core);
  for (v1::NextStep& step : NextSteps(context, asked.fired, formal)) {
    *core.add_next_steps() = std::move(step);
  }
  WriteDates(context, ChangesOn(asked, evidence, core.verdict()), &core);
  for (Fired& fired : asked.fired) {
    const bool counts = fired.finding.effect() >= kReview && fired.finding.waiver().empty();
    if (fired.finding.hearing_required() && counts) core.set_hearing_required(true);
    *core.add_findings() = std::move(fired.finding);
  }
  return core;
}

}  // namespace probity::policy
