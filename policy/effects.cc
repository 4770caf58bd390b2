#include "policy/effects.h"

#include <algorithm>
#include <utility>

#include "policy/event_period.h"
#include "policy/limits.h"
#include "policy/spread.h"
#include "policy/waive.h"

namespace probity::policy {
namespace {

constexpr v1::RuleEffect kReview = v1::RULE_EFFECT_REVIEW;
constexpr v1::RuleEffect kBlock = v1::RULE_EFFECT_BLOCK;

// The effect that a rule says for a unit.
struct SaidEffect {
  v1::RuleEffect effect = v1::RULE_EFFECT_UNSPECIFIED;
  v1::ReviewReason reason = v1::REVIEW_REASON_UNSPECIFIED;
  bool certain = true;
};

// Takes in an effect that may be the one: the gravest stands.
void MayBe(v1::RuleEffect effect, v1::ReviewReason reason, SaidEffect* said) {
  if (effect <= said->effect) return;
  said->effect = effect;
  said->reason = reason;
}

// The first case that holds. While one before it cannot be checked, either may
// be: the gravest that may be, and nothing blocks on a guess.
SaidEffect SayEffect(const CompiledRule& rule, const Context& context, const Unit& unit,
                     Trace* trace) {
  SaidEffect said;
  v1::RuleEffect least = kBlock;
  bool decided = false;
  for (const CompiledCase& one : rule.cases) {
    const Truth holds = Holds(one.when, context, unit, trace);
    if (holds == Truth::kFalse) continue;
    const bool own = one.reason != v1::REVIEW_REASON_UNSPECIFIED;
    MayBe(one.effect, own ? one.reason : rule.rule->reason(), &said);
    least = std::min(least, one.effect);
    said.certain = said.certain && holds == Truth::kTrue;
    decided = holds == Truth::kTrue;
    if (decided) break;
  }
  if (!decided) {
    MayBe(rule.effect, rule.rule->reason(), &said);
    least = std::min(least, rule.effect);
  }
  if (least == said.effect) said.certain = true;
  return said;
}

// Whether a missing detail of such a unit leaves a fact unweighed.
bool IsAboutFacts(v1::RuleScope scope) {
  return scope == v1::RULE_SCOPE_FACT || scope == v1::RULE_SCOPE_GOODS ||
         scope == v1::RULE_SCOPE_COMMODITY_RISK || scope == v1::RULE_SCOPE_FINDING;
}

// Identity and evidence: no fact about labour is behind them.
bool IsFormal(v1::RuleScope scope, v1::ReviewReason reason) {
  if (scope == v1::RULE_SCOPE_REQUIREMENT || scope == v1::RULE_SCOPE_SOURCE) return true;
  switch (reason) {
    case v1::REVIEW_REASON_IDENTITY_AMBIGUOUS:
    case v1::REVIEW_REASON_MISSING_IDENTIFIER:
    case v1::REVIEW_REASON_IDENTITY_CONFLICT:
    case v1::REVIEW_REASON_CERT_NOT_VALID:
    case v1::REVIEW_REASON_STALE_SOURCE:
    case v1::REVIEW_REASON_MISSING_SOURCE:
    case v1::REVIEW_REASON_MISSING_INPUT:
    case v1::REVIEW_REASON_CONFLICTING_SOURCES:
    case v1::REVIEW_REASON_STATEMENT_MISSING:
    case v1::REVIEW_REASON_BUYER_DEMAND:
      return true;
    default:
      return false;
  }
}

void Describe(const CompiledRule& rule, const Context& context, const Unit& unit,
              v1::RuleFinding* finding) {
  const v1::Rule& said = *rule.rule;
  finding->set_rule_id(said.id());
  if (context.IsSince(2)) {
    finding->set_title(said.title());
    finding->set_freeze(said.freeze());
  }
  finding->set_policy(*rule.policy);
  finding->set_legal_basis(rule.legal_basis);
  finding->set_transposition(said.transposition());
  finding->set_ground_code(said.ground_code());
  finding->set_discretion(rule.discretion);
  finding->set_hearing_required(said.hearing_required());
  finding->set_to_confirm(said.to_confirm());
  if (unit.subject != nullptr) finding->set_subject(unit.subject->path());
  finding->set_item_id(ItemIdOf(context, unit));
  if (unit.requirement != nullptr) {
    finding->set_requirement_id(unit.requirement->requirement_id());
  }
  if (unit.source != nullptr) finding->set_dataset(unit.source->required->dataset());
  if (unit.fact != nullptr) finding->add_facts(unit.fact->id());
  if (unit.risk != nullptr) finding->add_facts(unit.risk->id());
  if (unit.finding != nullptr) finding->add_facts(unit.finding->id());
}

void SetPeriod(const Context& context, const Unit& unit, Trace* trace, v1::RuleFinding* finding) {
  if (unit.fact == nullptr) return;
  v1::GroundPeriod period =
      trace->period ? *std::move(trace->period) : ListingPeriod(unit.fact->flag(), context.as_of);
  if (period.from() != v1::EVENT_DATE_UNSPECIFIED) *finding->mutable_period() = std::move(period);
}

void SetReplied(const Context& context, const Unit& unit, v1::RuleFinding* finding) {
  if (unit.fact == nullptr) return;
  DayNumber latest = kMinDay;
  for (const v1::Reply& reply : unit.fact->flag().replies()) {
    if (!IsFullDay(reply.received_on())) continue;
    const DayNumber day = FirstDay(reply.received_on());
    if (day <= context.as_of) latest = std::max(latest, day);
  }
  if (latest != kMinDay) *finding->mutable_replied_on() = DateOf(latest);
}

// A block needs the fact in force: its listing's end may end it.
void NoteListingEnd(const Context& context, const Unit& unit, Trace* trace) {
  if (unit.fact == nullptr) return;
  for (const v1::DateInterval& interval : unit.fact->flag().listing_intervals()) {
    HoldsOn(interval, context.as_of, trace);
  }
}

// What a rule would come to if it fired.
v1::RuleEffect HighestEffect(const CompiledRule& rule, const Context& context, const Unit& unit) {
  v1::RuleFinding finding;
  finding.set_rule_effect(rule.highest);
  LimitEffect(rule, context, unit, v1::REVIEW_REASON_UNSPECIFIED, &finding);
  return finding.effect();
}

void AddUnchecked(size_t index, const Context& context, const Unit& unit, Trace* trace,
                  Asked* asked) {
  const CompiledRule& rule = context.program.rules[index];
  Unchecked& unchecked = asked->unchecked.emplace_back();
  unchecked.rule = index;
  unchecked.unit = unit;
  unchecked.missing = std::move(trace->missing);
  unchecked.to_weigh = IsAboutFacts(unit.scope) && !rule.rule->addresses_buyer() &&
                       HighestEffect(rule, context, unit) >= kReview;
}

void AddFired(size_t index, const Context& context, const Unit& unit, const SaidEffect& said,
              Trace* trace, Asked* asked) {
  const CompiledRule& rule = context.program.rules[index];
  Fired& fired = asked->fired.emplace_back();
  fired.rule = index;
  fired.unit = unit;
  fired.finding.set_rule_effect(said.effect);
  Describe(rule, context, unit, &fired.finding);
  LimitEffect(rule, context, unit, said.reason, &fired.finding);
  if (!said.certain && fired.finding.effect() == kBlock) {
    fired.finding.set_effect(kReview);
    fired.finding.add_limits(v1::EFFECT_LIMIT_UNPROVEN);
    fired.finding.set_reason(v1::REVIEW_REASON_MISSING_INPUT);
  }
  Waive(rule, context, unit, trace, &fired.finding);
  RollUpToPurchase(rule, context, unit, &fired.finding);
  SetPeriod(context, unit, trace, &fired.finding);
  SetReplied(context, unit, &fired.finding);
  if (said.effect == kBlock) NoteListingEnd(context, unit, trace);
  fired.changes_on = trace->changes_on;
  fired.is_risk = fired.finding.effect() >= kReview && !rule.rule->addresses_buyer() &&
                  (IsAboutFacts(unit.scope) || fired.finding.effect() == kBlock ||
                   IsWaivedBlock(fired.finding) || !IsFormal(unit.scope, said.reason));
  if (fired.finding.effect() == v1::RULE_EFFECT_NONE) {
    fired.finding.set_reason(v1::REVIEW_REASON_UNSPECIFIED);
  }
}

}  // namespace

void AskRule(size_t index, const Context& context, const Unit& unit, Asked* asked) {
  const CompiledRule& rule = context.program.rules[index];
  Trace trace;
  Truth fires = Truth::kTrue;
  if (unit.fact != nullptr) fires = Reaches(rule.rule->spread(), context, unit, &trace);
  if (fires != Truth::kFalse) fires = std::min(fires, Holds(rule.when, context, unit, &trace));
  if (fires == Truth::kUnknown) AddUnchecked(index, context, unit, &trace, asked);
  if (fires == Truth::kTrue) {
    const SaidEffect said = SayEffect(rule, context, unit, &trace);
    AddFired(index, context, unit, said, &trace, asked);
    if (!said.certain) AddUnchecked(index, context, unit, &trace, asked);
  }
  asked->changes_on = std::min(asked->changes_on, trace.changes_on);
}

}  // namespace probity::policy
