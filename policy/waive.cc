#include "policy/waive.h"

#include <algorithm>
#include <tuple>

namespace probity::policy {
namespace {

const v1::SubjectEvidence* SubjectOf(const Context& context, const Unit& unit) {
  if (unit.subject != nullptr) return unit.subject;
  return context.bundle.subjects().empty() ? nullptr : &context.bundle.subjects(0);
}

bool IsLawful(const CompiledRule& rule, const v1::Waiver& waiver) {
  if (rule.discretion != v1::DISCRETION_MANDATORY) return true;
  const auto& lawful = rule.rule->derogations();
  return std::any_of(lawful.begin(), lawful.end(),
                     [&](const v1::Derogation& one) { return one.id() == waiver.derogation(); });
}

// The day after its last: its own, and never after the contract's, as the waiver or the
// purchase knows it.
DayNumber EndOf(const v1::Waiver& waiver, const v1::PurchaseContext& purchase) {
  DayNumber last = std::min(LastDay(waiver.last_day()), LastDay(waiver.contract_end()));
  if (IsValidDate(purchase.dates().end())) last = std::min(last, LastDay(purchase.dates().end()));
  return last + 1;
}

bool Fits(const CompiledRule& rule, const Context& context, const v1::Waiver& waiver) {
  const bool dated = IsFullDay(waiver.in_force_from()) && IsFullDay(waiver.last_day()) &&
                     IsFullDay(waiver.contract_end());
  return dated && waiver.state() == v1::WAIVER_STATE_IN_FORCE && !waiver.name().empty() &&
         waiver.rule_id() == rule.rule->id() && !waiver.procedure().empty() &&
         waiver.procedure() == context.purchase.procedure() && IsLawful(rule, waiver) &&
         FirstDay(waiver.in_force_from()) <= context.as_of &&
         context.as_of < EndOf(waiver, context.purchase);
}

// The one that holds longest; of equal ones the first by name.
const v1::Waiver* FindWaiver(const CompiledRule& rule, const Context& context, const Unit& unit) {
  const v1::SubjectEvidence* subject = SubjectOf(context, unit);
  if (subject == nullptr) return nullptr;
  const auto rank = [&](const v1::Waiver& waiver) {
    return std::make_tuple(-EndOf(waiver, context.purchase), absl::string_view(waiver.name()));
  };
  const v1::Waiver* best = nullptr;
  for (const v1::Waiver& one : subject->waivers()) {
    if (!Fits(rule, context, one)) continue;
    if (best == nullptr || rank(one) < rank(*best)) best = &one;
  }
  return best;
}

// Who is meant, and what is proven, no waiver settles.
bool MayBeWaived(const v1::RuleFinding& finding) {
  return finding.effect() >= v1::RULE_EFFECT_REVIEW && finding.limits().empty() &&
         finding.reason() != v1::REVIEW_REASON_IDENTITY_AMBIGUOUS;
}

}  // namespace

void Waive(const CompiledRule& rule, const Context& context, const Unit& unit, Trace* trace,
           v1::RuleFinding* finding) {
  if (!MayBeWaived(*finding)) return;
  const v1::Waiver* waiver = FindWaiver(rule, context, unit);
  if (waiver == nullptr) return;
  trace->MayChangeOn(EndOf(*waiver, context.purchase));
  finding->set_waiver(waiver->name());
  finding->set_reason(v1::REVIEW_REASON_WAIVED);
  if (finding->effect() != v1::RULE_EFFECT_BLOCK) return;
  finding->set_effect(v1::RULE_EFFECT_REVIEW);
  finding->add_limits(v1::EFFECT_LIMIT_WAIVED);
}

bool IsWaivedBlock(const v1::RuleFinding& finding) {
  return std::count(finding.limits().begin(), finding.limits().end(), v1::EFFECT_LIMIT_WAIVED) > 0;
}

}  // namespace probity::policy
