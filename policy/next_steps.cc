#include "policy/next_steps.h"

#include <algorithm>
#include <array>
#include <utility>

namespace probity::policy {
namespace {

struct DefaultStep {
  v1::NextAction action;
  v1::NextActor actor;
};

// What follows from a reason where its rule names no step, by its number.
constexpr std::array<DefaultStep, v1::ReviewReason_ARRAYSIZE> kDefaults = {{
    {v1::NEXT_ACTION_WEIGH_DISCRETION, v1::NEXT_ACTOR_OFFICER},      // UNSPECIFIED
    {v1::NEXT_ACTION_JUDGE_CANDIDATES, v1::NEXT_ACTOR_OFFICER},      // IDENTITY_AMBIGUOUS
    {v1::NEXT_ACTION_ASK_IDENTIFIER, v1::NEXT_ACTOR_OFFICER},        // MISSING_IDENTIFIER
    {v1::NEXT_ACTION_CLARIFY_IDENTITY, v1::NEXT_ACTOR_OFFICER},      // IDENTITY_CONFLICT
    {v1::NEXT_ACTION_WEIGH_DISCRETION, v1::NEXT_ACTOR_OFFICER},      // DISCRETIONARY_GROUND
    {v1::NEXT_ACTION_WEIGH_DISCRETION, v1::NEXT_ACTOR_OFFICER},      // MANDATORY_GROUND_NOT_BINDING
    {v1::NEXT_ACTION_HEAR_SUPPLIER, v1::NEXT_ACTOR_OFFICER},         // ALLEGATION
    {v1::NEXT_ACTION_ASK_REBUTTAL, v1::NEXT_ACTOR_SUPPLIER},         // PRESUMPTION_REBUTTABLE
    {v1::NEXT_ACTION_ASK_CERTIFICATE, v1::NEXT_ACTOR_SUPPLIER},      // CERT_NOT_VALID
    {v1::NEXT_ACTION_REFRESH_SOURCE, v1::NEXT_ACTOR_DATA_ADMIN},     // STALE_SOURCE
    {v1::NEXT_ACTION_REFRESH_SOURCE, v1::NEXT_ACTOR_DATA_ADMIN},     // MISSING_SOURCE
    {v1::NEXT_ACTION_GIVE_INPUT, v1::NEXT_ACTOR_OFFICER},            // MISSING_INPUT
    {v1::NEXT_ACTION_ASSESS_SELF_CLEANING, v1::NEXT_ACTOR_OFFICER},  // SELF_CLEANING_PENDING
    {v1::NEXT_ACTION_WEIGH_DISCRETION, v1::NEXT_ACTOR_OFFICER},      // CONNECTED_PERSON
    {v1::NEXT_ACTION_ASK_TRACEABILITY, v1::NEXT_ACTOR_SUPPLIER},     // COMMODITY_RISK
    {v1::NEXT_ACTION_WEIGH_DISCRETION, v1::NEXT_ACTOR_OFFICER},      // PUBLIC_INTEREST_DEROGATION
    {v1::NEXT_ACTION_CLARIFY_SOURCES, v1::NEXT_ACTOR_DATA_ADMIN},    // CONFLICTING_SOURCES
    {v1::NEXT_ACTION_AWAIT_APPEAL, v1::NEXT_ACTOR_OFFICER},          // APPEAL_PENDING
    {v1::NEXT_ACTION_ASK_DECLARATION, v1::NEXT_ACTOR_SUPPLIER},      // STATEMENT_MISSING
    {v1::NEXT_ACTION_CORRECTIVE_PLAN, v1::NEXT_ACTOR_SUPPLIER},      // OPEN_FINDING
    {v1::NEXT_ACTION_CLARIFY_IDENTITY, v1::NEXT_ACTOR_OFFICER},      // POSSIBLE_PHOENIX
    {v1::NEXT_ACTION_REPLACE_PARTY, v1::NEXT_ACTOR_SUPPLIER},        // REPLACE_PARTY
    {v1::NEXT_ACTION_CHANGE_TENDER, v1::NEXT_ACTOR_BUYER},           // BUYER_DEMAND
    {v1::NEXT_ACTION_CHECK_WAIVER, v1::NEXT_ACTOR_OFFICER},          // WAIVED
}};

// A step that may be asked for again.
struct Step {
  v1::NextStep step;
  int rank = 0;
};

// Workers first and termination last while a contract is in force; else what
// keeps the buyer from acting too early comes first.
int RankOf(v1::NextAction action, bool contract) {
  switch (action) {
    case v1::NEXT_ACTION_CORRECTIVE_PLAN:
    case v1::NEXT_ACTION_WORKER_REMEDY:
    case v1::NEXT_ACTION_REFER_VICTIMS:
      return contract ? 0 : 3;
    case v1::NEXT_ACTION_HOLD:
      return 1;
    case v1::NEXT_ACTION_HEAR_SUPPLIER:
      return 2;
    case v1::NEXT_ACTION_TERMINATE_LAST:
      return 4;
    default:
      return 3;
  }
}

class Steps {
 public:
  explicit Steps(const Context& context)
      : as_of_(context.as_of), purpose_(context.purchase.purpose()) {}

  bool contract() const { return purpose_ == v1::PURPOSE_CONTRACT; }
  v1::Purpose purpose() const { return purpose_; }

  // Adds a step, or a rule that asks for one that is there. `days` from the
  // asked day; 0: before going on, which comes before any day.
  void Add(v1::NextAction action, v1::NextActor actor, int days, const std::string& about,
           const std::string& rule_id) {
    Step* step = Find(action, actor, about);
    if (step == nullptr) {
      step = &steps_.emplace_back();
      step->rank = RankOf(action, contract());
      step->step.set_action(action);
      step->step.set_actor(actor);
      step->step.set_about(about);
      if (days > 0) *step->step.mutable_by() = DateOf(as_of_ + days);
    } else if (days <= 0) {
      step->step.clear_by();
    } else if (step->step.has_by() && as_of_ + days < FirstDay(step->step.by())) {
      *step->step.mutable_by() = DateOf(as_of_ + days);
    }
    auto* ids = step->step.mutable_rule_ids();
    if (!rule_id.empty() && std::find(ids->begin(), ids->end(), rule_id) == ids->end()) {
      *ids->Add() = rule_id;
    }
  }

  std::vector<v1::NextStep> Take() {
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const Step& a, const Step& b) { return a.rank < b.rank; });
    std::vector<v1::NextStep> steps;
    for (Step& step : steps_) steps.push_back(std::move(step.step));
    return steps;
  }

 private:
  Step* Find(v1::NextAction action, v1::NextActor actor, const std::string& about) {
    for (Step& one : steps_) {
      if (one.step.action() == action && one.step.actor() == actor && one.step.about() == about) {
        return &one;
      }
    }
    return nullptr;
  }

  DayNumber as_of_;
  v1::Purpose purpose_;
  std::vector<Step> steps_;
};

// Whom or what a finding is about, as a path of the request.
std::string AboutOf(const Context& context, const Unit& unit) {
  if (unit.source != nullptr || unit.requirement != nullptr) return PathOf(context, unit);
  if (unit.goods != nullptr) return PathOf(*unit.goods);
  return unit.subject == nullptr ? "" : unit.subject->path();
}

void AddDefault(v1::ReviewReason reason, const std::string& about, const std::string& rule_id,
                Steps* steps) {
  const DefaultStep& step = kDefaults[reason];
  steps->Add(step.action, step.actor, 0, about, rule_id);
}

void AddRuleSteps(const v1::Rule& rule, const v1::RuleFinding& finding, const std::string& about,
                  Steps* steps) {
  bool any = false;
  for (const v1::RuleStep& step : rule.next_steps()) {
    if (!IsForPurpose(MaskOfList(step.purposes()), steps->purpose())) continue;
    const v1::NextActor actor =
        step.actor() == v1::NEXT_ACTOR_UNSPECIFIED ? v1::NEXT_ACTOR_OFFICER : step.actor();
    steps->Add(step.action(), actor, step.within_days(), about, rule.id());
    any = true;
  }
  if (!any) AddDefault(finding.reason(), about, rule.id(), steps);
}

void AddBlockSteps(const std::string& about, const std::string& rule_id, Steps* steps) {
  if (!steps->contract()) {
    steps->Add(v1::NEXT_ACTION_HOLD, v1::NEXT_ACTOR_OFFICER, 0, about, rule_id);
    return;
  }
  steps->Add(v1::NEXT_ACTION_CORRECTIVE_PLAN, v1::NEXT_ACTOR_SUPPLIER, 0, about, rule_id);
  steps->Add(v1::NEXT_ACTION_WORKER_REMEDY, v1::NEXT_ACTOR_SUPPLIER, 0, about, rule_id);
  steps->Add(v1::NEXT_ACTION_TERMINATE_LAST, v1::NEXT_ACTOR_CONTRACT_MANAGER, 0, about, rule_id);
}

void AddSelfCleaning(v1::SelfCleaningState state, const std::string& about,
                     const std::string& rule_id, Steps* steps) {
  if (state == v1::SELF_CLEANING_STATE_NONE_ON_RECORD ||
      state == v1::SELF_CLEANING_STATE_INSUFFICIENT) {
    steps->Add(v1::NEXT_ACTION_ASK_SELF_CLEANING, v1::NEXT_ACTOR_SUPPLIER, 0, about, rule_id);
  }
  if (state == v1::SELF_CLEANING_STATE_PENDING) {
    steps->Add(v1::NEXT_ACTION_ASSESS_SELF_CLEANING, v1::NEXT_ACTOR_OFFICER, 0, about, rule_id);
  }
}

// What the supplier said of the fact is weighed before anything is drawn from it.
void AddReplies(const Unit& unit, const std::string& about, const std::string& rule_id,
                Steps* steps) {
  if (unit.fact == nullptr) return;
  for (const v1::Reply& reply : unit.fact->flag().replies()) {
    if (reply.kind() == v1::REPLY_KIND_SELF_CLEANING) continue;
    steps->Add(v1::NEXT_ACTION_WEIGH_REPLY, v1::NEXT_ACTOR_OFFICER, 0, about, rule_id);
    if (reply.kind() != v1::REPLY_KIND_CORRECTION_REQUEST) continue;
    steps->Add(v1::NEXT_ACTION_ASK_CORRECTION, v1::NEXT_ACTOR_DATA_ADMIN, 0, about, rule_id);
  }
}

void AddFinding(const Context& context, const Fired& fired, Steps* steps) {
  const v1::RuleFinding& finding = fired.finding;
  if (finding.effect() < v1::RULE_EFFECT_REVIEW) return;
  const v1::Rule& rule = *context.program.rules[fired.rule].rule;
  const std::string about = AboutOf(context, fired.unit);
  // Two persons have weighed it: what is left is to see that they meant this purchase.
  if (!finding.waiver().empty()) return AddDefault(finding.reason(), about, rule.id(), steps);
  if (finding.purchase_effect() == v1::RULE_EFFECT_BLOCK) AddBlockSteps(about, rule.id(), steps);
  if (finding.hearing_required()) {
    steps->Add(v1::NEXT_ACTION_HEAR_SUPPLIER, v1::NEXT_ACTOR_OFFICER, 0, about, rule.id());
  }
  // Whoever is meant must be known before anything is asked of him.
  if (finding.reason() == v1::REVIEW_REASON_IDENTITY_AMBIGUOUS ||
      finding.reason() == v1::REVIEW_REASON_REPLACE_PARTY) {
    AddDefault(finding.reason(), about, rule.id(), steps);
  }
  AddRuleSteps(rule, finding, about, steps);
  AddSelfCleaning(finding.self_cleaning(), about, rule.id(), steps);
  AddReplies(fired.unit, about, rule.id(), steps);
}

}  // namespace

std::vector<v1::NextStep> NextSteps(const Context& context, const std::vector<Fired>& fired,
                                    const std::vector<FormalReason>& formal) {
  Steps steps(context);
  for (const Fired& one : fired) AddFinding(context, one, &steps);
  for (const FormalReason& one : formal) {
    steps.Add(one.action, one.actor, 0, one.about, one.rule_id);
  }
  return steps.Take();
}

}  // namespace probity::policy
