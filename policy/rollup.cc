#include "policy/rollup.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "policy/waive.h"

namespace probity::policy {
namespace {

constexpr v1::RuleEffect kReview = v1::RULE_EFFECT_REVIEW;
constexpr v1::RuleEffect kBlock = v1::RULE_EFFECT_BLOCK;

// What stands against a subject, an item or the purchase.
struct Weight {
  v1::Verdict verdict = v1::VERDICT_CLEAR;
  v1::RiskState risk = v1::RISK_STATE_NONE_FOUND;

  void AtLeast(v1::Verdict other) { verdict = std::max(verdict, other); }
  void AtLeast(v1::RiskState other) { risk = std::max(risk, other); }
  void AtLeast(const Weight& other) {
    AtLeast(other.verdict);
    AtLeast(other.risk);
  }
};

v1::Verdict VerdictOf(v1::RuleEffect effect) {
  if (effect == kBlock) return v1::VERDICT_BLOCK;
  return effect == kReview ? v1::VERDICT_REVIEW : v1::VERDICT_CLEAR;
}

v1::RiskState RiskOf(const Fired& fired) {
  if (!fired.is_risk) return v1::RISK_STATE_NONE_FOUND;
  const bool binds = fired.finding.effect() == kBlock || IsWaivedBlock(fired.finding);
  return binds ? v1::RISK_STATE_BINDING_GROUND : v1::RISK_STATE_FACTS_TO_WEIGH;
}

// Weighs units by where they belong.
struct Scales {
  explicit Scales(const Context& context)
      : subjects(context.bundle.subjects_size()), items(context.purchase.items_size()) {}

  // nullptr for what is about the purchase alone.
  Weight* Of(const Unit& unit) {
    if (unit.subject_index >= 0) return &subjects[unit.subject_index];
    return unit.goods == nullptr ? nullptr : &items[unit.goods->item];
  }

  std::vector<Weight> subjects;
  std::vector<Weight> items;
  Weight purchase;
};

void WeighFindings(const Context& context, const Asked& asked, Scales* scales) {
  for (const Fired& fired : asked.fired) {
    scales->purchase.AtLeast(VerdictOf(fired.finding.purchase_effect()));
    scales->purchase.AtLeast(RiskOf(fired));
    Weight* own = scales->Of(fired.unit);
    if (own == nullptr || context.program.rules[fired.rule].rule->addresses_buyer()) continue;
    own->AtLeast(VerdictOf(fired.finding.effect()));
    own->AtLeast(RiskOf(fired));
  }
  for (const Unchecked& unchecked : asked.unchecked) {
    if (!unchecked.to_weigh) continue;
    const Weight weight = {v1::VERDICT_REVIEW, v1::RISK_STATE_FACTS_TO_WEIGH};
    scales->purchase.AtLeast(weight);
    Weight* own = scales->Of(unchecked.unit);
    if (own != nullptr) own->AtLeast(weight);
  }
}

void WeighIdentities(const Context& context, Scales* scales) {
  for (int i = 0; i < context.bundle.subjects_size(); ++i) {
    if (IdentityAllowsClear(context, context.bundle.subjects(i))) continue;
    scales->subjects[i].AtLeast(v1::VERDICT_REVIEW);
    scales->purchase.AtLeast(v1::VERDICT_REVIEW);
  }
}

// Nothing is CLEAR on less evidence than is required.
void WeighEvidence(const EvidenceFindings& evidence, Scales* scales) {
  if (evidence.State() == v1::EVIDENCE_STATE_COMPLETE) return;
  scales->purchase.AtLeast(v1::VERDICT_REVIEW);
  for (Weight& weight : scales->subjects) weight.AtLeast(v1::VERDICT_REVIEW);
  for (Weight& weight : scales->items) weight.AtLeast(v1::VERDICT_REVIEW);
}

// An item takes in who makes it.
void WeighMakers(const Context& context, Scales* scales) {
  for (const GoodsLine& line : context.goods) {
    if (line.evidence == nullptr) continue;
    for (int subject : line.evidence->subjects()) {
      if (subject < 0 || subject >= context.bundle.subjects_size()) continue;
      scales->items[line.item].AtLeast(scales->subjects[subject]);
    }
  }
}

void Write(const Context& context, const Scales& scales, v1::DecisionCore* core) {
  core->set_verdict(scales.purchase.verdict);
  core->set_risk(scales.purchase.risk);
  for (int i = 0; i < context.bundle.subjects_size(); ++i) {
    const v1::SubjectEvidence& subject = context.bundle.subjects(i);
    v1::SubjectVerdict& verdict = *core->add_subjects();
    verdict.set_path(subject.path());
    verdict.set_role(subject.role());
    verdict.set_verdict(scales.subjects[i].verdict);
    verdict.set_identity(subject.identity());
    verdict.set_risk(scales.subjects[i].risk);
  }
  for (int i = 0; i < context.purchase.items_size(); ++i) {
    v1::ItemVerdict& verdict = *core->add_items();
    verdict.set_item_id(context.purchase.items(i).item_id());
    verdict.set_verdict(scales.items[i].verdict);
    verdict.set_risk(scales.items[i].risk);
  }
}

v1::NextAction ActionFor(const Context& context, const v1::SubjectEvidence& subject) {
  if (subject.identity() == v1::IDENTITY_STATE_AMBIGUOUS || HasNameAlert(context, subject)) {
    return v1::NEXT_ACTION_JUDGE_CANDIDATES;
  }
  return subject.identity() == v1::IDENTITY_STATE_ASSERTED ? v1::NEXT_ACTION_CLARIFY_IDENTITY
                                                           : v1::NEXT_ACTION_ASK_IDENTIFIER;
}

void AddIdentities(const Context& context, std::vector<FormalReason>* reasons) {
  for (const v1::SubjectEvidence& subject : context.bundle.subjects()) {
    if (IdentityAllowsClear(context, subject)) continue;
    FormalReason reason;
    reason.action = ActionFor(context, subject);
    reason.reason = reason.action == v1::NEXT_ACTION_JUDGE_CANDIDATES
                        ? v1::REVIEW_REASON_IDENTITY_AMBIGUOUS
                        : v1::REVIEW_REASON_MISSING_IDENTIFIER;
    reason.about = subject.path();
    reasons->push_back(reason);
  }
}

void AddEvidence(const EvidenceFindings& evidence, std::vector<FormalReason>* reasons) {
  for (const v1::RequirementEvidence* unmet : evidence.unmet) {
    reasons->push_back(
        {v1::REVIEW_REASON_CERT_NOT_VALID,
         unmet->has_audit() ? v1::NEXT_ACTION_ASK_AUDIT : v1::NEXT_ACTION_ASK_CERTIFICATE,
         v1::NEXT_ACTOR_SUPPLIER, absl::StrCat("requirements[", unmet->requirement_id(), "]"), ""});
  }
  for (const std::string& dataset : evidence.missing_sources) {
    reasons->push_back({v1::REVIEW_REASON_MISSING_SOURCE, v1::NEXT_ACTION_REFRESH_SOURCE,
                        v1::NEXT_ACTOR_DATA_ADMIN, dataset, ""});
  }
  for (const std::string& dataset : evidence.stale_sources) {
    reasons->push_back({v1::REVIEW_REASON_STALE_SOURCE, v1::NEXT_ACTION_REFRESH_SOURCE,
                        v1::NEXT_ACTOR_DATA_ADMIN, dataset, ""});
  }
  for (const std::string& input : evidence.missing_inputs) {
    reasons->push_back({v1::REVIEW_REASON_MISSING_INPUT, v1::NEXT_ACTION_GIVE_INPUT,
                        v1::NEXT_ACTOR_OFFICER, input, ""});
  }
}

}  // namespace

bool IdentityAllowsClear(const Context& context, const v1::SubjectEvidence& subject) {
  if (subject.identity() == v1::IDENTITY_STATE_CONFIRMED) return true;
  return subject.identity() == v1::IDENTITY_STATE_ASSERTED && context.program.allow_asserted &&
         !subject.candidates_incomplete() && !HasNameAlert(context, subject);
}

void RollUp(const Context& context, const Asked& asked, const EvidenceFindings& evidence,
            v1::DecisionCore* core) {
  Scales scales(context);
  WeighFindings(context, asked, &scales);
  WeighIdentities(context, &scales);
  WeighEvidence(evidence, &scales);
  WeighMakers(context, &scales);
  Write(context, scales, core);
  core->set_evidence(evidence.State());
  core->set_identity(context.bundle.subjects().empty() ? v1::IDENTITY_STATE_UNIDENTIFIED
                                                       : context.bundle.subjects(0).identity());
}

std::vector<FormalReason> FormalReasons(const Context& context, const Asked& asked,
                                        const EvidenceFindings& evidence) {
  std::vector<FormalReason> reasons;
  AddIdentities(context, &reasons);
  AddEvidence(evidence, &reasons);
  for (const Unchecked& unchecked : asked.unchecked) {
    if (!unchecked.to_weigh) continue;
    for (const std::string& input : unchecked.missing) {
      reasons.push_back({v1::REVIEW_REASON_MISSING_INPUT, v1::NEXT_ACTION_GIVE_INPUT,
                         v1::NEXT_ACTOR_OFFICER, input,
                         context.program.rules[unchecked.rule].rule->id()});
    }
  }
  return reasons;
}

}  // namespace probity::policy
