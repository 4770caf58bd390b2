#include "policy/random_policy.h"

#include "absl/strings/str_cat.h"
#include "policy/listing.h"

namespace probity::policy {
namespace {

// The flag types, regimes, ... that random texts draw from: few, so that rules
// and facts meet.
constexpr int kTypes = 4;
constexpr int kRegimes = 3;

}  // namespace

v1::Date RandomPolicies::PastDay() { return DateOf(kRandomAsOf - Below(3650)); }
v1::Date RandomPolicies::ComingDay() { return DateOf(kRandomAsOf + 1 + Below(1800)); }

void RandomPolicies::MakeAboutFact(v1::Condition* c) {
  switch (Below(9)) {
    case 0:
      c->mutable_flag_type()->add_types(static_cast<v1::FlagType>(1 + Below(kTypes)));
      return;
    case 1:
      c->mutable_stage()->set_at_least(static_cast<v1::FlagStage>(1 + Below(7)));
      return;
    case 2:
      c->set_severity_at_least(static_cast<v1::FlagSeverity>(1 + Below(3)));
      return;
    case 3:
      if (OneIn(2)) c->mutable_measure()->add_regimes(absl::StrCat("REGIME-", Below(kRegimes)));
      c->mutable_measure()->set_binds_buyer(OneIn(2));
      return;
    case 4:
      c->set_in_force(!OneIn(4));
      return;
    case 5:
      c->mutable_period()->set_from(static_cast<v1::EventDate>(1 + Below(5)));
      c->mutable_period()->set_years(1 + Below(6));
      c->mutable_period()->set_unless_stated(OneIn(3));
      return;
    case 6:
      c->mutable_fact_jurisdiction()->add_codes(OneIn(2) ? "EU" : "US");
      return;
    case 7:
      c->mutable_self_cleaning()->add_outcomes(v1::SELF_CLEANING_OUTCOME_INSUFFICIENT);
      return;
    default:
      c->set_contested(OneIn(2));
  }
}

void RandomPolicies::MakeAboutSubject(v1::Condition* c) {
  switch (Below(4)) {
    case 0:
      c->mutable_identity()->add_states(static_cast<v1::IdentityState>(1 + Below(4)));
      return;
    case 1:
      c->mutable_name_alert()->set_adverse_only(OneIn(2));
      return;
    case 2:
      c->mutable_declaration()->add_kinds(v1::DECLARATION_KIND_ESPD);
      c->mutable_declaration()->set_max_age_months(Below(36));
      return;
    default:
      c->set_sources_conflict(OneIn(2));
  }
}

void RandomPolicies::MakeAboutAnything(v1::Condition* c) {
  switch (Below(5)) {
    case 0:
      c->mutable_purpose()->add_purposes(static_cast<v1::Purpose>(1 + Below(6)));
      return;
    case 1:
      c->mutable_buyer()->add_codes(OneIn(2) ? "DE" : "US");
      return;
    case 2:
      *c->mutable_as_of_from() = OneIn(2) ? PastDay() : ComingDay();
      return;
    case 3:
      c->mutable_tender()->set_abnormally_low(OneIn(2));
      return;
    default:
      c->mutable_value_at_least()->set_currency("EUR");
      c->mutable_value_at_least()->set_minor_units(1 + Below(100));
  }
}

void RandomPolicies::MakePredicate(v1::RuleScope scope, v1::Condition* c) {
  if (OneIn(4)) return MakeAboutAnything(c);
  switch (scope) {
    case v1::RULE_SCOPE_FACT:
    case v1::RULE_SCOPE_GOODS:
      return MakeAboutFact(c);
    case v1::RULE_SCOPE_SUBJECT:
      return MakeAboutSubject(c);
    case v1::RULE_SCOPE_COMMODITY_RISK:
      return c->set_in_force(true);
    case v1::RULE_SCOPE_ITEM:
      c->mutable_goods()->add_origins(OneIn(2) ? "CN-XJ" : "TR");
      return;
    case v1::RULE_SCOPE_REQUIREMENT:
      return c->set_requirement_met(false);
    case v1::RULE_SCOPE_FINDING:
      c->mutable_finding()->add_severities(static_cast<v1::FindingSeverity>(1 + Below(5)));
      c->mutable_finding()->set_open(true);
      c->mutable_finding()->set_months_after_closure(Below(13));
      return;
    case v1::RULE_SCOPE_SOURCE:
      c->mutable_source()->add_states(static_cast<v1::SourceState>(2 + Below(2)));
      return;
    default:
      return MakeAboutAnything(c);
  }
}

v1::Condition RandomPolicies::MakeCondition(v1::RuleScope scope, int depth) {
  v1::Condition c;
  const int shape = depth == 0 ? 9 : Below(10);
  if (shape < 2) {
    v1::ConditionList* list = shape == 0 ? c.mutable_all() : c.mutable_any();
    for (int i = 0; i < 2; ++i) *list->add_conditions() = MakeCondition(scope, depth - 1);
  } else if (shape == 2) {
    *c.mutable_not_() = MakeCondition(scope, depth - 1);
  } else {
    MakePredicate(scope, &c);
  }
  return c;
}

void RandomPolicies::MakeEffects(v1::Rule* rule) {
  const bool blocks =
      rule->scope() == v1::RULE_SCOPE_FACT || rule->scope() == v1::RULE_SCOPE_GOODS ||
      rule->scope() == v1::RULE_SCOPE_ITEM || rule->scope() == v1::RULE_SCOPE_PURCHASE;
  rule->set_effect(static_cast<v1::RuleEffect>(1 + Below(blocks ? 3 : 2)));
  if (blocks && OneIn(2)) rule->set_effect(v1::RULE_EFFECT_BLOCK);
  if (OneIn(4)) {
    v1::EffectCase* one = rule->add_cases();
    *one->mutable_when() = MakeCondition(rule->scope(), 1);
    one->set_effect(static_cast<v1::RuleEffect>(1 + Below(blocks ? 3 : 2)));
  }
  if (OneIn(4)) rule->set_foreign_effect(v1::RULE_EFFECT_NONE);
  if (rule->scope() == v1::RULE_SCOPE_FACT && OneIn(4)) {
    rule->set_effect_on_purchase(v1::RULE_EFFECT_BLOCK);
  }
  if (rule->scope() == v1::RULE_SCOPE_FACT && OneIn(2)) {
    rule->mutable_spread()->set_max_steps(1 + Below(2));
    v1::SpreadLink* link = rule->mutable_spread()->add_links();
    link->set_type(v1::LINK_TYPE_OWNS);
    link->set_subject_end(v1::LINK_END_TO);
    link->set_min_share_percent(OneIn(2) ? 25 : 0);
  }
}

v1::Rule RandomPolicies::MakeRule(int number) {
  v1::Rule rule;
  rule.set_id(absl::StrCat("R", number));
  rule.set_title(absl::StrCat("Rule ", number));
  rule.set_legal_basis("Law");
  rule.set_discretion(v1::DISCRETION_MANDATORY);
  rule.set_scope(OneIn(2) ? v1::RULE_SCOPE_FACT : static_cast<v1::RuleScope>(1 + Below(9)));
  *rule.mutable_when() = MakeCondition(rule.scope(), 2);
  rule.set_reason(v1::REVIEW_REASON_DISCRETIONARY_GROUND);
  MakeEffects(&rule);
  if (OneIn(6)) rule.add_purposes(static_cast<v1::Purpose>(1 + Below(6)));
  rule.set_freeze(OneIn(3));
  const bool facts = rule.scope() == v1::RULE_SCOPE_FACT || rule.scope() == v1::RULE_SCOPE_GOODS;
  rule.set_self_cleaning(facts && OneIn(2));
  rule.set_hearing_required(OneIn(3));
  if (number % 2 == 0 && rule.effect() != v1::RULE_EFFECT_NONE) {
    v1::Derogation* lawful = rule.add_derogations();
    lawful->set_id("D");
    lawful->set_legal_basis("Law");
  }
  return rule;
}

v1::Policy RandomPolicies::MakePolicy() {
  v1::Policy policy;
  policy.set_id("random");
  policy.set_version("1");
  const int rules = 1 + Below(6);
  for (int i = 0; i < rules; ++i) *policy.add_rules() = MakeRule(i);
  if (OneIn(4)) policy.add_binds(OneIn(2) ? "EU" : "US");
  if (OneIn(2)) {
    policy.add_required_sources()->set_dataset("datasets/l0");
    policy.mutable_required_sources(0)->set_max_age_days(Below(30));
  }
  if (OneIn(4)) policy.add_required_inputs()->set_input(v1::INPUT_KIND_ORIGIN);
  policy.mutable_identity()->set_allow_asserted(OneIn(2));
  return policy;
}

void RandomPolicies::MakeListing(v1::ListedRiskFlag* flag) {
  flag->set_state(v1::FLAG_STATE_IN_FORCE);
  if (OneIn(5)) flag->set_state(v1::FLAG_STATE_ENDED);
  if (!OneIn(3)) return;
  v1::DateInterval* listing = flag->add_listing_intervals();
  *listing->mutable_from() = PastDay();
  if (OneIn(2)) *listing->mutable_to() = DateOf(FirstDay(listing->from()) + 1 + Below(3650));
  const bool in_force = StateOn({*listing}, kRandomAsOf) == ListingState::kInForce;
  flag->set_state(in_force ? v1::FLAG_STATE_IN_FORCE : v1::FLAG_STATE_ENDED);
}

v1::SubjectFact RandomPolicies::MakeFact(const std::string& id) {
  v1::SubjectFact fact;
  fact.set_id(id);
  fact.set_basis(OneIn(5) ? v1::FACT_BASIS_NAME : v1::FACT_BASIS_IDENTITY);
  v1::ListedRiskFlag& listed = *fact.mutable_flag();
  v1::RiskFlag& flag = *listed.mutable_flag();
  flag.set_type(static_cast<v1::FlagType>(1 + Below(kTypes)));
  flag.set_stage(static_cast<v1::FlagStage>(1 + Below(9)));
  flag.set_severity(static_cast<v1::FlagSeverity>(1 + Below(3)));
  flag.set_jurisdiction(OneIn(2) ? "FR" : "US");
  flag.set_contested(OneIn(4));
  *flag.mutable_decided_on() = PastDay();
  *flag.mutable_reported_on() = PastDay();
  *flag.mutable_event()->mutable_to() = PastDay();
  if (OneIn(2)) {
    v1::LegalMeasure& measure = *listed.mutable_legal_measure();
    measure.set_regime(absl::StrCat("REGIME-", Below(kRegimes)));
    measure.set_effect(v1::MEASURE_EFFECT_MUST_EXCLUDE);
    measure.add_binding_in(OneIn(2) ? "EU" : "US");
    *measure.mutable_in_force()->mutable_from() = PastDay();
  }
  MakeListing(&listed);
  if (OneIn(4)) {
    v1::RelationStep* step = fact.add_path();
    step->set_type(v1::LINK_TYPE_OWNS);
    step->set_subject_end(v1::LINK_END_TO);
    step->set_share_percent(Below(100));
  }
  if (OneIn(5)) {
    v1::SelfCleaning& dossier = *fact.add_self_cleaning()->mutable_dossier();
    dossier.set_outcome(static_cast<v1::SelfCleaningOutcome>(Below(4)));
    *dossier.mutable_assessed_on() = PastDay();
  }
  return fact;
}

void RandomPolicies::MakeSubject(int number, v1::SubjectEvidence* subject) {
  subject->set_path(number == 0 ? "subject" : absl::StrCat("parties[", number - 1, "].subject"));
  subject->set_role(number == 0 ? v1::PARTY_ROLE_LEAD : static_cast<v1::PartyRole>(2 + Below(6)));
  subject->set_identity(OneIn(2) ? v1::IDENTITY_STATE_CONFIRMED
                                 : static_cast<v1::IdentityState>(1 + Below(4)));
  const int facts = OneIn(3) ? 0 : Below(4);
  for (int i = 0; i < facts; ++i) {
    *subject->add_facts() = MakeFact(absl::StrCat("f", 10 * number + i + 1));
  }
  if (OneIn(4)) {
    v1::IdentityCandidate* candidate = subject->add_candidates();
    candidate->set_supplier("suppliers/other");
    candidate->set_score(0.5 + 0.05 * Below(11));
    candidate->set_basis(v1::MATCH_BASIS_NAME);
    candidate->set_adverse(OneIn(2));
  }
  if (OneIn(3)) {
    v1::Finding& finding = *subject->add_findings()->mutable_finding();
    finding.set_severity(static_cast<v1::FindingSeverity>(1 + Below(5)));
    *finding.mutable_opened_on() = PastDay();
    if (OneIn(2)) *finding.mutable_closed_on() = PastDay();
    subject->mutable_findings(0)->set_id(absl::StrCat("a", number + 1));
  }
  if (OneIn(3)) {
    v1::Declaration& declaration = *subject->add_declarations()->mutable_declaration();
    declaration.set_kind(v1::DECLARATION_KIND_ESPD);
    *declaration.mutable_declared_on() = PastDay();
  }
}

void RandomPolicies::MakeItem(int number, v1::EvidenceBundle* bundle) {
  v1::PurchaseItem* item = bundle->mutable_purchase()->add_items();
  item->set_item_id(absl::StrCat("i", number));
  item->mutable_commodity()->set_scheme(v1::COMMODITY_SCHEME_HS);
  item->mutable_commodity()->set_code("5201");
  item->set_origin(OneIn(3) ? "CN-XJ" : "TR");
  item->mutable_value()->set_currency("EUR");
  item->mutable_value()->set_minor_units(Below(100));
  v1::ItemEvidence* evidence = bundle->add_items();
  evidence->set_item_id(item->item_id());
  evidence->set_result(v1::COMMODITY_RISK_RESULT_NOT_LISTED);
  if (OneIn(3)) *evidence->add_measures() = MakeFact(absl::StrCat("f", 100 + number));
  if (OneIn(3)) evidence->add_risks()->set_id(absl::StrCat("c", number + 1));
}

void RandomPolicies::MakeRequirements(v1::EvidenceBundle* bundle) {
  if (!OneIn(3)) return;
  bundle->mutable_purchase()->add_requirements()->set_requirement_id("q0");
  v1::RequirementEvidence* evidence = bundle->add_requirements();
  evidence->set_requirement_id("q0");
  v1::CheckCertificationResponse& answer = *evidence->mutable_certification();
  answer.set_result(OneIn(2) ? v1::CERTIFICATION_RESULT_VALID : v1::CERTIFICATION_RESULT_SUSPENDED);
  if (answer.result() == v1::CERTIFICATION_RESULT_VALID)
    *answer.mutable_valid_until() = ComingDay();
}

v1::EvidenceBundle RandomPolicies::MakeBundle() {
  v1::EvidenceBundle bundle;
  v1::PurchaseContext& purchase = *bundle.mutable_purchase();
  purchase.set_authority_country(OneIn(4) ? "US" : "DE");
  purchase.set_purpose(static_cast<v1::Purpose>(1 + Below(6)));
  if (OneIn(2)) purchase.mutable_tender()->set_abnormally_low(OneIn(2));
  *bundle.mutable_as_of() = DateOf(kRandomAsOf);
  bundle.set_alert_score(0.8);
  const int subjects = 1 + Below(3);
  for (int i = 0; i < subjects; ++i) MakeSubject(i, bundle.add_subjects());
  const int items = Below(3);
  for (int i = 0; i < items; ++i) MakeItem(i, &bundle);
  MakeRequirements(&bundle);
  v1::SourceEvidence* source = bundle.add_sources();
  source->set_dataset("datasets/l0");
  source->mutable_edition();
  source->set_age_days(Below(20));
  source->set_searched(true);
  return bundle;
}

}  // namespace probity::policy
