#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "policy/validate.h"

namespace probity::policy {
namespace {

using C = v1::Condition;

constexpr int kMaxMonths = 99 * 12;

constexpr EnumMask kFact = MaskOf(v1::RULE_SCOPE_FACT);
constexpr EnumMask kGoods = MaskOf(v1::RULE_SCOPE_GOODS);
constexpr EnumMask kRisk = MaskOf(v1::RULE_SCOPE_COMMODITY_RISK);
constexpr EnumMask kSubject = MaskOf(v1::RULE_SCOPE_SUBJECT);
constexpr EnumMask kItem = MaskOf(v1::RULE_SCOPE_ITEM);
constexpr EnumMask kRequirement = MaskOf(v1::RULE_SCOPE_REQUIREMENT);
constexpr EnumMask kFinding = MaskOf(v1::RULE_SCOPE_FINDING);
constexpr EnumMask kSource = MaskOf(v1::RULE_SCOPE_SOURCE);
constexpr EnumMask kPurchase = MaskOf(v1::RULE_SCOPE_PURCHASE);
constexpr EnumMask kAny = ~EnumMask{0};

// Scopes in which a predicate may stand.
EnumMask ScopesOf(C::KindCase kind) {
  static const auto& scopes = *new std::map<C::KindCase, EnumMask>{
      {C::kFlagType, kFact | kGoods},
      {C::kStage, kFact | kGoods},
      {C::kSeverityAtLeast, kFact | kGoods},
      {C::kIloIndicators, kFact | kGoods},
      {C::kMeasure, kFact | kGoods},
      {C::kInForce, kFact | kGoods | kRisk},
      {C::kPeriod, kFact | kGoods},
      {C::kRelation, kFact},
      {C::kFactJurisdiction, kFact | kGoods},
      {C::kSelfCleaning, kFact | kGoods},
      {C::kAppeal, kFact | kGoods},
      {C::kContested, kFact | kGoods},
      {C::kDated, kFact | kGoods},
      {C::kRole, kFact | kSubject | kFinding | kRequirement},
      {C::kPartyKind, kFact | kSubject | kFinding},
      {C::kIdentity, kFact | kSubject},
      {C::kNameAlert, kSubject},
      {C::kIdentityFault, kSubject},
      {C::kPhoenix, kSubject},
      {C::kSourcesConflict, kSubject},
      {C::kGoods, kItem | kGoods | kRisk | kSubject | kPurchase},
      {C::kRisk, kRisk},
      {C::kCertificationResult, kRequirement},
      {C::kAuditResult, kRequirement},
      {C::kRequirementMet, kRequirement},
      {C::kFinding, kFinding},
      {C::kSource, kSource},
      {C::kDemand, kPurchase},
  };
  const auto found = scopes.find(kind);
  return found == scopes.end() ? kAny : found->second;
}

std::string ScopeNames(EnumMask scopes) {
  std::string names;
  for (int i = 1; i < v1::RuleScope_ARRAYSIZE; ++i) {
    if ((scopes & MaskOf(i)) == 0) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", ScopeName(static_cast<v1::RuleScope>(i)));
  }
  return names;
}

// One condition, with where its faults go.
class Checker {
 public:
  Checker(const C& condition, const TextPlace& place, const PolicyTables& tables, Faults* faults)
      : c_(condition), place_(place), tables_(tables), faults_(faults) {}

  void Check() {
    CheckSets();
    switch (c_.kind_case()) {
      case C::kStage:
        return Stage();
      case C::kSeverityAtLeast:
        return Need(c_.severity_at_least() != v1::FLAG_SEVERITY_UNSPECIFIED, "names no severity");
      case C::kIloIndicators:
        return Indicators();
      case C::kPeriod:
        return Period();
      case C::kRelation:
        return Relation();
      case C::kFactJurisdiction:
        return PlacesOf(c_.fact_jurisdiction().codes(), "fact_jurisdiction");
      case C::kBuyer:
        return PlacesOf(c_.buyer().codes(), "buyer");
      case C::kDeclaration:
        return Need(c_.declaration().max_age_months() >= 0, "max_age_months is below 0");
      case C::kPhoenix:
        return Need(1 <= c_.phoenix().shared_at_least() && c_.phoenix().shared_at_least() <= 4,
                    "shared_at_least must be 1 to 4");
      case C::kGoods:
        return Goods();
      case C::kRisk:
        return Need(c_.risk().ByteSizeLong() > 0, "says nothing: give at least one field");
      case C::kFinding:
        return Finding();
      case C::kValueAtLeast:
        return ValidateMoney(c_.value_at_least(), place_.At("value_at_least"), faults_);
      case C::kAsOfFrom:
        return Need(IsFullDay(c_.as_of_from()), "is no full day: give year, month and day");
      case C::kTender:
        return Tender();
      case C::kDemand:
        return Demand();
      default:
        return;
    }
  }

 private:
  void Need(bool holds, absl::string_view problem) {
    if (!holds) faults_->push_back(place_.Fault(problem));
  }

  // The predicates that are one list, which must name something.
  void CheckSets() {
    const bool is_list = c_.has_flag_type() || c_.has_appeal() || c_.has_role() ||
                         c_.has_party_kind() || c_.has_identity() || c_.has_identity_fault() ||
                         c_.has_certification_result() || c_.has_audit_result() ||
                         c_.has_source() || c_.has_purpose() || c_.has_dated();
    const int listed = c_.flag_type().types_size() + c_.appeal().states_size() +
                       c_.role().roles_size() + c_.party_kind().kinds_size() +
                       c_.identity().states_size() + c_.identity_fault().faults_size() +
                       c_.certification_result().results_size() + c_.audit_result().results_size() +
                       c_.source().states_size() + c_.purpose().purposes_size() +
                       c_.dated().dates_size();
    Need(!is_list || listed > 0, "names nothing: list at least one value");
    Need(!c_.has_declaration() || c_.declaration().kinds_size() > 0,
         "names no kind of declaration: list at least one");
  }

  void Stage() {
    const v1::StageRange& range = c_.stage();
    const bool open = range.at_most() == v1::FLAG_STAGE_UNSPECIFIED;
    Need(!open || range.at_least() != v1::FLAG_STAGE_UNSPECIFIED,
         "says nothing: give at_least or at_most");
    Need(range.at_least() < v1::FLAG_STAGE_DISMISSED && range.at_most() < v1::FLAG_STAGE_DISMISSED,
         "the stages from DISMISSED on end a flag and lie in no range");
    Need(open || range.at_least() <= range.at_most(), "is reversed: at_least is above at_most");
  }

  void Indicators() {
    const int least = c_.ilo_indicators().at_least();
    const int of = c_.ilo_indicators().of_size();
    Need(1 <= least && least <= (of == 0 ? 11 : of),
         "at_least must be 1 to the number of indicators");
  }

  void Period() {
    const v1::EventPeriod& period = c_.period();
    const int64_t months = int64_t{12} * period.years() + period.months();
    Need(period.from() != v1::EVENT_DATE_UNSPECIFIED,
         "counts from no date: give from, for example EVENT_DATE_DECIDED_ON");
    Need(period.years() >= 0 && period.months() >= 0 && 1 <= months && months <= kMaxMonths,
         "has no duration: give years, months, or both, 1 month to 99 years");
  }

  void Percent(double value, absl::string_view field) {
    Need(value >= 0 && value <= 100, absl::StrCat(field, " must be 0 to 100"));
  }

  void Relation() {
    const v1::RelationMatch& match = c_.relation();
    Need(match.own() != !match.links().empty(), "give own or links, one of both");
    Percent(match.min_share_percent(), "min_share_percent");
  }

  void PlacesOf(const google::protobuf::RepeatedPtrField<std::string>& codes,
                absl::string_view field) {
    Need(!codes.empty(), "names no place");
    for (int i = 0; i < codes.size(); ++i) {
      ValidatePlace(codes.Get(i), true, place_.At(field).At("codes", i), tables_, faults_);
    }
  }

  void Code(const v1::CommodityCode& code, const TextPlace& place) {
    const size_t size = code.code().size();
    bool digits = true;
    for (char c : code.code()) digits = digits && absl::ascii_isdigit(c);
    switch (code.scheme()) {
      case v1::COMMODITY_SCHEME_HS:
        if (digits && (size == 2 || size == 4 || size == 6)) return;
        return faults_->push_back(place.Fault("an HS code has 2, 4 or 6 digits"));
      case v1::COMMODITY_SCHEME_CPV:
        if (digits && size >= 2 && size <= 8) return;
        return faults_->push_back(
            place.Fault("a CPV code has 2 to 8 digits, without the check digit"));
      case v1::COMMODITY_SCHEME_PUBLISHER:
        if (size > 0) return;
        return faults_->push_back(place.Fault("names no goods"));
      default:
        faults_->push_back(place.Fault("names no scheme: HS, CPV or PUBLISHER"));
    }
  }

  void Goods() {
    const v1::GoodsMatch& match = c_.goods();
    const TextPlace place = place_.At("goods");
    Need(match.commodities_size() + match.origins_size() + match.origins_except_size() > 0,
         "says nothing: name commodities or origins");
    for (int i = 0; i < match.commodities_size(); ++i) {
      Code(match.commodities(i), place.At("commodities", i));
    }
    for (int i = 0; i < match.origins_size(); ++i) {
      ValidatePlace(match.origins(i), false, place.At("origins", i), tables_, faults_);
    }
    for (int i = 0; i < match.origins_except_size(); ++i) {
      ValidatePlace(match.origins_except(i), false, place.At("origins_except", i), tables_,
                    faults_);
    }
  }

  void Finding() {
    const v1::FindingMatch& match = c_.finding();
    Need(match.severities_size() + match.indicators_size() > 0 || match.open(),
         "says nothing: name severities, indicators or open");
    Need(0 <= match.months_after_closure() && match.months_after_closure() <= kMaxMonths,
         "months_after_closure must be 0 to 1188");
    Need(match.open() || match.months_after_closure() == 0,
         "months_after_closure has no use without open: all closed findings fit already");
  }

  void Tender() {
    const v1::TenderMatch& match = c_.tender();
    Need(match.has_abnormally_low() || match.has_explained() ||
             match.has_due_to_labour_law_breach() || match.has_derogation_claimed(),
         "says nothing: give at least one field");
  }

  void Demand() {
    const v1::DemandMatch& match = c_.demand();
    Percent(match.price_below_estimate_percent(), "price_below_estimate_percent");
    Percent(match.labour_share_percent_at_least(), "labour_share_percent_at_least");
    Need(match.lead_time_days_below() >= 0 && match.change_orders_at_least() >= 0 &&
             match.payment_days_above() >= 0 && match.tiers_at_least() >= 0,
         "a number is below 0");
    Need(match.ByteSizeLong() > 0, "says nothing: give at least one field");
  }

  const C& c_;
  const TextPlace& place_;
  const PolicyTables& tables_;
  Faults* faults_;
};

void CheckList(const v1::ConditionList& list, v1::RuleScope scope, const TextPlace& place,
               const PolicyTables& tables, Faults* faults) {
  if (list.conditions().empty()) faults->push_back(place.Fault("is empty: give a condition"));
  for (int i = 0; i < list.conditions_size(); ++i) {
    ValidateCondition(list.conditions(i), scope, place.At("conditions", i), tables, faults);
  }
}

}  // namespace

void ValidateCondition(const C& c, v1::RuleScope scope, const TextPlace& place,
                       const PolicyTables& tables, Faults* faults) {
  switch (c.kind_case()) {
    case C::KIND_NOT_SET:
      return faults->push_back(place.Fault("says nothing: give a predicate, all, any or not"));
    case C::kAll:
      return CheckList(c.all(), scope, place.At("all"), tables, faults);
    case C::kAny:
      return CheckList(c.any(), scope, place.At("any"), tables, faults);
    case C::kNot:
      return ValidateCondition(c.not_(), scope, place.At("not"), tables, faults);
    default:
      break;
  }
  const std::string name = C::descriptor()->FindFieldByNumber(c.kind_case())->name();
  const EnumMask scopes = ScopesOf(c.kind_case());
  if (scope != v1::RULE_SCOPE_UNSPECIFIED && (scopes & MaskOf(scope)) == 0) {
    faults->push_back(place.At(name).Fault(absl::StrCat("cannot stand in scope ", ScopeName(scope),
                                                        ", only in ", ScopeNames(scopes))));
  }
  Checker(c, place, tables, faults).Check();
}

}  // namespace probity::policy
