// The inputs that a rule reads, by name: what is listed for lawyers and
// gatherers, and compared with a file by a test.
#include <set>

#include "absl/strings/str_cat.h"
#include "policy/program.h"

namespace probity::policy {
namespace {

using C = v1::Condition;
using Names = std::set<std::string>;

const char* EventField(v1::EventDate from) {
  switch (from) {
    case v1::EVENT_DATE_EVENT_END:
      return "flag.event";
    case v1::EVENT_DATE_DECIDED_ON:
      return "flag.decided_on";
    case v1::EVENT_DATE_REPORTED_ON:
      return "flag.reported_on";
    case v1::EVENT_DATE_LISTED_FROM:
      return "listing_intervals";
    default:
      return "legal_measure.in_force";
  }
}

void AddMeasure(const v1::MeasureMatch& match, const std::string& fact, Names* names) {
  const std::string measure = fact + ".legal_measure";
  names->insert(measure);
  if (!match.regimes().empty()) names->insert(measure + ".regime");
  if (!match.effects().empty()) names->insert(measure + ".effect");
  if (!match.sam_exclusion_types().empty()) names->insert(measure + ".sam_exclusion_type");
  if (match.binds_buyer()) {
    names->insert(
        {measure + ".binding_in", "purchase.authority_country", "purchase.buyer_bound_by"});
  }
  if (match.covers_item()) {
    names->insert({measure + ".goods", measure + ".origins", "purchase.items[].commodity",
                   "purchase.items[].origin"});
  }
}

// What every predicate that reads one thing reads.
std::string FieldOf(C::KindCase kind) {
  switch (kind) {
    case C::kFlagType:
      return "flag.type";
    case C::kStage:
      return "flag.stage";
    case C::kSeverityAtLeast:
      return "flag.severity";
    case C::kIloIndicators:
      return "flag.ilo_indicators";
    case C::kFactJurisdiction:
      return "flag.jurisdiction";
    case C::kSelfCleaning:
      return "self_cleaning";
    case C::kAppeal:
      return "legal_measure.appeal_state";
    case C::kContested:
      return "flag.contested";
    case C::kRelation:
      return "path";
    default:
      return "";
  }
}

std::string SubjectField(C::KindCase kind) {
  switch (kind) {
    case C::kRole:
      return "subjects[].role";
    case C::kPartyKind:
      return "subjects[].kind";
    case C::kIdentity:
      return "subjects[].identity";
    case C::kNameAlert:
      return "subjects[].candidates";
    case C::kIdentityFault:
      return "subjects[].faults";
    case C::kPhoenix:
      return "subjects[].phoenix";
    case C::kSourcesConflict:
      return "subjects[].conflicts";
    case C::kFinding:
      return "subjects[].findings";
    case C::kSource:
      return "sources";
    case C::kCertificationResult:
      return "requirements[].certification.result";
    case C::kAuditResult:
      return "requirements[].audit.result";
    case C::kRisk:
      return "items[].risks";
    case C::kPurpose:
      return "purchase.purpose";
    case C::kValueAtLeast:
      return "purchase.items[].value";
    case C::kAsOfFrom:
      return "as_of";
    default:
      return "";
  }
}

void AddGiven(const google::protobuf::Message& match, const std::string& prefix, Names* names) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  match.GetReflection()->ListFields(match, &fields);
  for (const auto* field : fields) names->insert(prefix + field->name());
}

void AddGoods(const v1::GoodsMatch& match, Names* names) {
  for (const char* of : {"purchase.items[].", "purchase.items[].inputs[]."}) {
    if (!match.commodities().empty()) names->insert(absl::StrCat(of, "commodity"));
    if (!match.origins().empty() || !match.origins_except().empty()) {
      names->insert(absl::StrCat(of, "origin"));
    }
    if (!match.inputs()) break;
  }
}

void AddDemand(const v1::DemandMatch& match, Names* names) {
  const std::string demand = "purchase.demand.";
  if (match.price_below_estimate_percent() > 0) names->insert(demand + "price_percent_of_estimate");
  if (match.labour_share_percent_at_least() > 0) names->insert(demand + "labour_share_percent");
  if (match.lead_time_days_below() > 0) names->insert(demand + "lead_time_days");
  if (match.change_orders_at_least() > 0) names->insert(demand + "change_orders");
  if (match.payment_days_above() > 0) names->insert(demand + "payment_days");
  if (match.tiers_at_least() > 0) names->insert(demand + "tiers");
}

void AddDeclaration(const v1::DeclarationMatch& match, Names* names) {
  names->insert("subjects[].declarations[].kind");
  if (match.max_age_months() > 0) names->insert("subjects[].declarations[].declared_on");
  if (match.approved_and_signed()) {
    names->insert({"subjects[].declarations[].board_approved", "subjects[].declarations[].signed"});
  }
}

// `fact` is what flags and measures are called in the rule's scope.
void AddReads(const Node& node, v1::RuleScope scope, const std::string& fact, Names* names) {
  for (const Node& child : node.children) AddReads(child, scope, fact, names);
  const C& c = *node.condition;
  switch (node.kind) {
    case C::kMeasure:
      return AddMeasure(c.measure(), fact, names);
    case C::kPeriod:
      names->insert(absl::StrCat(fact, ".", EventField(c.period().from())));
      return;
    case C::kDated:
      for (int date : c.dated().dates()) {
        names->insert(absl::StrCat(fact, ".", EventField(static_cast<v1::EventDate>(date))));
      }
      return;
    case C::kInForce:
      names->insert(scope == v1::RULE_SCOPE_COMMODITY_RISK ? "items[].risks[].listing_intervals"
                                                           : fact + ".state");
      return;
    case C::kGoods:
      return AddGoods(c.goods(), names);
    case C::kTender:
      return AddGiven(c.tender(), "purchase.tender.", names);
    case C::kDemand:
      return AddDemand(c.demand(), names);
    case C::kDeclaration:
      return AddDeclaration(c.declaration(), names);
    case C::kBuyer:
      names->insert({"purchase.authority_country", "purchase.buyer_bound_by"});
      return;
    case C::kRequirementMet:
      names->insert({"requirements[].audit.result", "requirements[].certification.result"});
      return;
    default:
      break;
  }
  if (!FieldOf(node.kind).empty()) names->insert(absl::StrCat(fact, ".", FieldOf(node.kind)));
  if (!SubjectField(node.kind).empty()) names->insert(SubjectField(node.kind));
}

// What the effect reads beside the conditions.
void AddEffectReads(const CompiledRule& rule, const std::string& fact, Names* names) {
  if (!rule.rule->purposes().empty()) names->insert("purchase.purpose");
  if (rule.rule->has_spread()) names->insert(fact + ".path");
  if (rule.rule->self_cleaning()) names->insert(fact + ".self_cleaning");
  if (!rule.binds->empty()) {
    names->insert({"purchase.authority_country", "purchase.buyer_bound_by"});
  }
}

}  // namespace

std::vector<std::string> ReadsOf(const CompiledRule& rule) {
  const v1::RuleScope scope = rule.rule->scope();
  const std::string fact = scope == v1::RULE_SCOPE_GOODS ? "items[].measures[]" : "facts[]";
  Names names;
  AddReads(rule.when, scope, fact, &names);
  for (const CompiledCase& one : rule.cases) AddReads(one.when, scope, fact, &names);
  AddEffectReads(rule, fact, &names);
  return {names.begin(), names.end()};
}

}  // namespace probity::policy
