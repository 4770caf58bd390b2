#include "policy/limits.h"

#include <algorithm>

#include "policy/spread.h"

namespace probity::policy {
namespace {

constexpr v1::RuleEffect kReview = v1::RULE_EFFECT_REVIEW;
constexpr v1::RuleEffect kBlock = v1::RULE_EFFECT_BLOCK;

// Lowers a finding's effect to `most` when it is graver, saying why. The reason
// of the first limit stands.
class Limiter {
 public:
  explicit Limiter(v1::RuleFinding* finding) : finding_(finding) {}

  void Apply(v1::RuleEffect most, v1::EffectLimit why, v1::ReviewReason reason) {
    if (finding_->rule_effect() <= most) return;
    finding_->add_limits(why);
    if (finding_->effect() > most) finding_->set_effect(most);
    if (!limited_) finding_->set_reason(reason);
    limited_ = true;
  }

 private:
  v1::RuleFinding* finding_;
  bool limited_ = false;
};

// A record joined to another one only over an exact identifier or a judgement.
bool IsJoinedForCertain(const v1::ClusterEdge& edge) {
  return (edge.basis() == v1::EDGE_BASIS_JUDGEMENT && !edge.judgement().empty()) ||
         (edge.basis() == v1::EDGE_BASIS_IDENTIFIER && !edge.identifier().value().empty());
}

bool RestsOnNameAlone(const v1::SubjectFact& fact) {
  return fact.basis() != v1::FACT_BASIS_IDENTITY ||
         !std::all_of(fact.edges().begin(), fact.edges().end(), IsJoinedForCertain);
}

bool HasDate(const v1::RiskFlag& flag) {
  return flag.event().has_from() || flag.event().has_to() || flag.has_decided_on() ||
         !flag.listing_intervals().empty();
}

// In force, and either a measure or established by an authority on a day.
bool CarriesBlock(const v1::ListedRiskFlag& fact) {
  if (fact.state() != v1::FLAG_STATE_IN_FORCE) return false;
  const bool measure =
      fact.has_legal_measure() && fact.legal_measure().effect() != v1::MEASURE_EFFECT_INFO_ONLY;
  const v1::FlagStage stage = fact.flag().stage();
  return measure ||
         (stage >= v1::FLAG_STAGE_ADMIN_DETERMINATION && stage <= v1::FLAG_STAGE_CONVICTION_FINAL &&
          (HasDate(fact.flag()) || !fact.listing_intervals().empty()));
}

v1::ReviewReason UnprovenReason(const v1::SubjectFact& fact, v1::ReviewReason reason) {
  const bool alleged = fact.flag().flag().stage() < v1::FLAG_STAGE_ADMIN_DETERMINATION &&
                       !fact.flag().has_legal_measure();
  return alleged ? v1::REVIEW_REASON_ALLEGATION : reason;
}

v1::RuleEffect ForeignEffect(const v1::Rule& rule) {
  return rule.foreign_effect() == v1::RULE_EFFECT_UNSPECIFIED ? kReview : rule.foreign_effect();
}

void LimitBySubject(const Unit& unit, v1::ReviewReason reason, Limiter* limiter) {
  if (unit.fact != nullptr && RestsOnNameAlone(*unit.fact)) {
    limiter->Apply(kReview, v1::EFFECT_LIMIT_NAME_ALONE, v1::REVIEW_REASON_IDENTITY_AMBIGUOUS);
  }
  if (unit.subject != nullptr && unit.subject->identity() != v1::IDENTITY_STATE_CONFIRMED) {
    limiter->Apply(kReview, v1::EFFECT_LIMIT_IDENTITY, v1::REVIEW_REASON_IDENTITY_AMBIGUOUS);
  }
  if (unit.fact != nullptr && !CarriesBlock(unit.fact->flag())) {
    limiter->Apply(kReview, v1::EFFECT_LIMIT_UNPROVEN, UnprovenReason(*unit.fact, reason));
  }
}

}  // namespace

void LimitEffect(const CompiledRule& rule, const Context& context, const Unit& unit,
                 v1::ReviewReason reason, v1::RuleFinding* finding) {
  finding->set_effect(finding->rule_effect());
  finding->set_reason(reason);
  Limiter limiter(finding);
  if (unit.fact != nullptr) {
    finding->set_self_cleaning(rule.rule->self_cleaning() ? SelfCleaningOf(*unit.fact, context)
                                                          : v1::SELF_CLEANING_STATE_NOT_AVAILABLE);
    if (rule.rule->self_cleaning() &&
        finding->self_cleaning() == v1::SELF_CLEANING_STATE_ACCEPTED) {
      limiter.Apply(v1::RULE_EFFECT_NONE, v1::EFFECT_LIMIT_SELF_CLEANED, reason);
    }
  }
  LimitBySubject(unit, reason, &limiter);
  if (!rule.binds->empty() && !rule.binds->ContainsBuyer(context.purchase, context.as_of)) {
    limiter.Apply(ForeignEffect(*rule.rule), v1::EFFECT_LIMIT_FOREIGN_LAW,
                  v1::REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING);
  }
  if (context.purchase.purpose() == v1::PURPOSE_PAYMENT && !rule.rule->freeze()) {
    limiter.Apply(kReview, v1::EFFECT_LIMIT_PAYMENT,
                  v1::REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING);
  }
  if (rule.rule->addresses_buyer()) {
    limiter.Apply(kReview, v1::EFFECT_LIMIT_ADDRESSES_BUYER, v1::REVIEW_REASON_BUYER_DEMAND);
  }
  const bool by_name = unit.fact != nullptr && RestsOnNameAlone(*unit.fact);
  if (by_name && finding->effect() == kReview) {
    finding->set_reason(v1::REVIEW_REASON_IDENTITY_AMBIGUOUS);
  }
}

bool IsReplaceable(v1::PartyRole role) {
  return role == v1::PARTY_ROLE_SUBCONTRACTOR || role == v1::PARTY_ROLE_MANUFACTURER ||
         role == v1::PARTY_ROLE_LABOUR_AGENT || role == v1::PARTY_ROLE_CONNECTED ||
         role == v1::PARTY_ROLE_RELIED_ON;
}

void RollUpToPurchase(const CompiledRule& rule, const Context& context, const Unit& unit,
                      v1::RuleFinding* finding) {
  finding->set_purchase_effect(finding->effect());
  if (finding->effect() != kBlock) return;
  if (unit.subject != nullptr) {
    if (!IsReplaceable(unit.subject->role())) return;
    if (rule.rule->effect_on_purchase() == kBlock) return;
    finding->set_purchase_effect(kReview);
    finding->add_limits(v1::EFFECT_LIMIT_OTHER_PARTY);
    finding->set_reason(v1::REVIEW_REASON_REPLACE_PARTY);
    return;
  }
  const auto& subjects = context.bundle.subjects();
  if (!subjects.empty() && subjects.Get(0).identity() == v1::IDENTITY_STATE_CONFIRMED) return;
  finding->set_purchase_effect(kReview);
  finding->add_limits(v1::EFFECT_LIMIT_IDENTITY);
  finding->set_reason(v1::REVIEW_REASON_IDENTITY_AMBIGUOUS);
}

}  // namespace probity::policy
