// Predicates about goods and their origin, lines of risk lists, certificates
// and audits, findings, and lists.
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "policy/commodity.h"
#include "policy/conditions.h"

namespace probity::policy {
namespace {

using Codes = std::vector<GoodsCode>;
using Origins = google::protobuf::RepeatedPtrField<std::string>;

// Whether a line's goods are among codes. A code of another classification says
// nothing, and neither does one that is broader than a listed one.
Truth AmongCodes(const GoodsLine& line, const Codes& codes, Trace* trace) {
  bool comparable = false, around = false;
  for (const GoodsCode& code : codes) {
    if (code.scheme != line.code.scheme || line.code.code.empty()) continue;
    comparable = true;
    switch (RelateNormalized(code.scheme, line.code.code, code.code)) {
      case CodeRelation::kEqual:
      case CodeRelation::kInside:
        return Truth::kTrue;
      case CodeRelation::kAround:
        around = true;
        break;
      default:
        break;
    }
  }
  if (comparable && !around) return Truth::kFalse;
  return trace->Missing(absl::StrCat(PathOf(line), ".commodity"));
}

// A country that holds a listed subdivision says nothing of it.
Truth AmongOrigins(const GoodsLine& line, const Origins& origins, Trace* trace) {
  bool around = line.origin.empty();
  for (const std::string& origin : origins) {
    const PlaceRelation relation = RelatePlaces(line.origin, origin);
    if (relation == PlaceRelation::kInside) return Truth::kTrue;
    around = around || relation == PlaceRelation::kAround;
  }
  return around ? trace->Missing(absl::StrCat(PathOf(line), ".origin")) : Truth::kFalse;
}

Truth LineFits(const GoodsLine& line, const Codes& codes, const Origins& origins,
               const Origins& except, Trace* trace) {
  const size_t known = trace->missing.size();
  Truth value = Truth::kTrue;
  if (!codes.empty()) value = AmongCodes(line, codes, trace);
  if (!origins.empty()) value = std::min(value, AmongOrigins(line, origins, trace));
  if (!except.empty()) value = std::min(value, Not(AmongOrigins(line, except, trace)));
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

// The lines that a unit is about: its own, of an item also its inputs, and of
// what has no goods of its own those of all items.
bool IsAbout(const GoodsLine& line, const Unit& unit) {
  if (unit.goods == nullptr || unit.goods == &line) return true;
  return unit.scope == v1::RULE_SCOPE_ITEM && line.item == unit.goods->item;
}

Truth GoodsFit(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const v1::GoodsMatch& match = node.condition->goods();
  const size_t known = trace->missing.size();
  if (context.goods.empty()) return trace->Missing("items");
  Truth value = Truth::kFalse;
  for (const GoodsLine& line : context.goods) {
    if (!IsAbout(line, unit) || (line.input > 0 && !match.inputs())) continue;
    value =
        std::max(value, LineFits(line, node.codes, match.origins(), match.origins_except(), trace));
  }
  if (value == Truth::kTrue) trace->missing.resize(known);
  return value;
}

// A line's own list: "datasets/{dataset}" of its record's name.
absl::string_view DatasetOf(const v1::CommodityRiskMatch& line) {
  const absl::string_view record = line.provenance().source_record();
  return record.substr(0, record.find("/records/"));
}

Truth Risk(const Node& node, const v1::CommodityRiskMatch& line) {
  const v1::RiskMatch& match = node.condition->risk();
  const auto& lists = match.datasets();
  if (!lists.empty() && std::find(lists.begin(), lists.end(), DatasetOf(line)) == lists.end()) {
    return Truth::kFalse;
  }
  if (node.mask != 0 && (node.mask & MaskOfList(line.risk().harms())) == 0) return Truth::kFalse;
  return TruthOf(!match.has_through_input() || match.through_input() == line.through_input());
}

// UNSPECIFIED is a missing input.
Truth Result(bool asked, EnumMask mask, int result, const std::string& path, Trace* trace) {
  if (!asked) return Truth::kFalse;
  if (result == 0) return trace->Missing(absl::StrCat(path, ".result"));
  return TruthOf((mask & MaskOf(result)) != 0);
}

Truth IsMet(const v1::RequirementEvidence& requirement, const std::string& path, Trace* trace) {
  constexpr EnumMask kValid = MaskOf(v1::CERTIFICATION_RESULT_VALID);
  constexpr EnumMask kCurrent = MaskOf(v1::AUDIT_RESULT_CURRENT);
  if (requirement.has_certification()) {
    return Result(true, kValid, requirement.certification().result(), path, trace);
  }
  return requirement.has_audit() ? Result(true, kCurrent, requirement.audit().result(), path, trace)
                                 : trace->Missing(absl::StrCat(path, ".result"));
}

// The first day on which a finding no longer fits by its closure; kMaxDay while
// it is open. An imprecise day of closure is read as its last.
DayNumber FitsUntil(const v1::Finding& finding, int months_after) {
  if (!finding.has_closed_on() || !IsValidDate(finding.closed_on())) return kMaxDay;
  return AddMonths(LastDay(finding.closed_on()), months_after);
}

bool IsOpened(const v1::FindingFact& fact, DayNumber day) {
  const bool own = fact.finding().has_opened_on() && IsValidDate(fact.finding().opened_on());
  const v1::Date& opened = own ? fact.finding().opened_on() : fact.ended();
  return !IsValidDate(opened) || FirstDay(opened) <= day;
}

Truth Finding(const Node& node, const v1::FindingFact& fact, DayNumber as_of, Trace* trace) {
  const v1::FindingMatch& match = node.condition->finding();
  const v1::FindingSeverity severity = fact.finding().severity() == v1::FINDING_SEVERITY_UNSPECIFIED
                                           ? v1::FINDING_SEVERITY_MAJOR
                                           : fact.finding().severity();
  if (node.mask != 0 && (node.mask & MaskOf(severity)) == 0) return Truth::kFalse;
  const EnumMask touched = MaskOfList(fact.finding().ilo_indicators());
  if (node.mask2 != 0 && (node.mask2 & touched) == 0) return Truth::kFalse;
  if (!IsOpened(fact, as_of)) return Truth::kFalse;
  if (!match.open()) return Truth::kTrue;
  const DayNumber until = FitsUntil(fact.finding(), match.months_after_closure());
  if (until > as_of) trace->MayChangeOn(until);
  return TruthOf(as_of < until);
}

Truth SourceIs(const Node& node, const SourceStatus& source, Trace* trace) {
  trace->MayChangeOn(source.stale_on);
  return TruthOf((node.mask & MaskOf(source.state)) != 0);
}

}  // namespace

DayNumber DayAfterValidity(const v1::RequirementEvidence& requirement) {
  const bool certificate = requirement.has_certification();
  const v1::Date& until =
      certificate ? requirement.certification().valid_until() : requirement.audit().valid_until();
  return IsFullDay(until) ? LastDay(until) + 1 : kMaxDay;
}

Truth CoversGoods(const v1::LegalMeasure& measure, const Context& context, const Unit& unit,
                  Trace* trace) {
  if (measure.goods().empty() && measure.origins().empty()) return Truth::kFalse;
  if (context.goods.empty()) return trace->Missing("items");
  Codes codes;
  for (const auto& code : measure.goods()) codes.push_back({code.scheme(), NormalizeCode(code)});
  const size_t known = trace->missing.size();
  Truth value = Truth::kFalse;
  for (const GoodsLine& line : context.goods) {
    if (unit.goods != nullptr && unit.goods != &line) continue;
    value = std::max(value, LineFits(line, codes, measure.origins(), {}, trace));
  }
  if (value == Truth::kTrue) trace->missing.resize(known);
  return value;
}

Truth GoodsHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  using C = v1::Condition;
  if (node.kind == C::kGoods) return GoodsFit(node, context, unit, trace);
  if (node.kind == C::kRisk && unit.risk != nullptr) return Risk(node, unit.risk->match());
  if (node.kind == C::kFinding && unit.finding != nullptr) {
    return Finding(node, *unit.finding, context.as_of, trace);
  }
  if (node.kind == C::kSource && unit.source != nullptr) {
    return SourceIs(node, *unit.source, trace);
  }
  if (unit.requirement == nullptr) return Truth::kFalse;
  const v1::RequirementEvidence& requirement = *unit.requirement;
  const std::string path = PathOf(context, unit);
  const DayNumber ends = DayAfterValidity(requirement);
  if (ends > context.as_of) trace->MayChangeOn(ends);
  switch (node.kind) {
    case C::kCertificationResult:
      return Result(requirement.has_certification(), node.mask,
                    requirement.certification().result(), path, trace);
    case C::kAuditResult:
      return Result(requirement.has_audit(), node.mask, requirement.audit().result(), path, trace);
    case C::kRequirementMet: {
      const Truth met = IsMet(requirement, path, trace);
      return node.condition->requirement_met() ? met : Not(met);
    }
    default:
      return Truth::kFalse;
  }
}

}  // namespace probity::policy
