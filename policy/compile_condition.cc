#include <algorithm>

#include "policy/commodity.h"
#include "policy/program.h"

namespace probity::policy {
namespace {

// The enum set of a predicate that is nothing else.
EnumMask SetOf(const v1::Condition& c) {
  switch (c.kind_case()) {
    case v1::Condition::kFlagType:
      return MaskOfList(c.flag_type().types());
    case v1::Condition::kAppeal:
      return MaskOfList(c.appeal().states());
    case v1::Condition::kRole:
      return MaskOfList(c.role().roles());
    case v1::Condition::kPartyKind:
      return MaskOfList(c.party_kind().kinds());
    case v1::Condition::kIdentity:
      return MaskOfList(c.identity().states());
    case v1::Condition::kIdentityFault:
      return MaskOfList(c.identity_fault().faults());
    case v1::Condition::kCertificationResult:
      return MaskOfList(c.certification_result().results());
    case v1::Condition::kAuditResult:
      return MaskOfList(c.audit_result().results());
    case v1::Condition::kSource:
      return MaskOfList(c.source().states());
    case v1::Condition::kPurpose:
      return MaskOfList(c.purpose().purposes());
    default:
      return 0;
  }
}

// The sets of predicates that hold more than one set.
void FillSets(const v1::Condition& c, Node* node) {
  switch (c.kind_case()) {
    case v1::Condition::kIloIndicators:
      node->mask = MaskOfList(c.ilo_indicators().of());
      break;
    case v1::Condition::kMeasure:
      node->mask = MaskOfList(c.measure().effects());
      node->mask2 = MaskOfList(c.measure().sam_exclusion_types());
      break;
    case v1::Condition::kRelation:
      node->mask = MaskOfList(c.relation().links());
      break;
    case v1::Condition::kSelfCleaning:
      node->mask = MaskOfList(c.self_cleaning().outcomes());
      node->mask2 = MaskOfList(c.self_cleaning().elements());
      break;
    case v1::Condition::kDeclaration:
      node->mask = MaskOfList(c.declaration().kinds());
      break;
    case v1::Condition::kRisk:
      node->mask = MaskOfList(c.risk().harms());
      break;
    case v1::Condition::kFinding:
      node->mask = MaskOfList(c.finding().severities());
      node->mask2 = MaskOfList(c.finding().indicators());
      break;
    default:
      node->mask = SetOf(c);
  }
}

// Predicates that compare a number come before those that compare texts, before
// whole trees, and before those that reckon with dates.
int CostOf(const Node& node) {
  if (!node.children.empty()) return 2;
  switch (node.kind) {
    case v1::Condition::kPeriod:
      return 3;
    case v1::Condition::kFlagType:
    case v1::Condition::kStage:
    case v1::Condition::kSeverityAtLeast:
    case v1::Condition::kContested:
    case v1::Condition::kPurpose:
    case v1::Condition::kRole:
    case v1::Condition::kIdentity:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

Node CompileCondition(const v1::Condition& c, const CountryGroups& groups) {
  Node node;
  node.kind = c.kind_case();
  node.condition = &c;
  FillSets(c, &node);
  if (c.has_not_()) node.children.push_back(CompileCondition(c.not_(), groups));
  for (const auto& child : c.all().conditions()) {
    node.children.push_back(CompileCondition(child, groups));
  }
  // The value does not depend on the order. Of an `any` the order stays: its first
  // period that holds is the one that a finding shows.
  std::stable_sort(node.children.begin(), node.children.end(),
                   [](const Node& a, const Node& b) { return CostOf(a) < CostOf(b); });
  for (const auto& child : c.any().conditions()) {
    node.children.push_back(CompileCondition(child, groups));
  }
  if (c.has_fact_jurisdiction()) node.places = PlaceSet(c.fact_jurisdiction().codes(), groups);
  if (c.has_buyer()) node.places = PlaceSet(c.buyer().codes(), groups);
  if (c.has_as_of_from() && IsValidDate(c.as_of_from())) node.day = FirstDay(c.as_of_from());
  for (const auto& code : c.goods().commodities()) {
    node.codes.push_back({code.scheme(), NormalizeCode(code)});
  }
  return node;
}

}  // namespace probity::policy
