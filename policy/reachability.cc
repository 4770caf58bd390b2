// Conditions that can never hold. Works on a conjunction of literals: what every
// reading of an `all` needs at once; of an `any` one branch must be possible.
// Whatever is not understood here is taken to be possible.
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "policy/spread.h"
#include "policy/validate.h"

namespace probity::policy {
namespace {

using C = v1::Condition;

// Stages from the lowest to the highest of a range.
EnumMask StagesOf(const v1::StageRange& range) {
  const int most = range.at_most() == v1::FLAG_STAGE_UNSPECIFIED ? v1::FLAG_STAGE_CONVICTION_FINAL
                                                                 : range.at_most();
  EnumMask mask = 0;
  for (int stage = range.at_least(); stage <= most; ++stage) mask |= MaskOf(stage);
  return mask;
}

// The values for which a predicate about one value of a unit holds; 0: it is
// not about one value.
EnumMask ValuesOf(const C& c) {
  const auto both = [](bool value) { return MaskOf(value ? 1 : 0); };
  switch (c.kind_case()) {
    case C::kFlagType:
      return MaskOfList(c.flag_type().types());
    case C::kStage:
      return StagesOf(c.stage());
    case C::kAppeal:
      return MaskOfList(c.appeal().states());
    case C::kRole:
      return MaskOfList(c.role().roles());
    case C::kPartyKind:
      return MaskOfList(c.party_kind().kinds());
    case C::kIdentity:
      return MaskOfList(c.identity().states());
    case C::kCertificationResult:
      return MaskOfList(c.certification_result().results());
    case C::kAuditResult:
      return MaskOfList(c.audit_result().results());
    case C::kSource:
      return MaskOfList(c.source().states());
    case C::kPurpose:
      return MaskOfList(c.purpose().purposes());
    case C::kInForce:
      return both(c.in_force());
    case C::kContested:
      return both(c.contested());
    case C::kSourcesConflict:
      return both(c.sources_conflict());
    case C::kRequirementMet:
      return both(c.requirement_met());
    default:
      return 0;
  }
}

// What a unit may lack without a missing input: a flag that ended lies in no
// range of stages, a measure alone has neither stage nor type.
bool IsPartial(C::KindCase kind) { return kind == C::kStage || kind == C::kFlagType; }

// What is known to hold at once.
struct Known {
  std::map<int, EnumMask> values;        // by kind; absent: any
  std::map<std::string, bool> literals;  // by their bytes
  EnumMask positive = 0;                 // kinds of which some value must be there
  EnumMask links = 0;                    // of the rule's spread
};

// Takes in a literal; false when it contradicts what is known.
bool Take(const C& c, bool positive, Known* known) {
  const auto [found, added] = known->literals.emplace(c.SerializeAsString(), positive);
  if (!added && found->second != positive) return false;
  if (c.has_relation() && positive && !c.relation().own()) {
    if ((MaskOfList(c.relation().links()) & known->links) == 0) return false;
  }
  const EnumMask values = ValuesOf(c);
  if (values == 0) return true;
  EnumMask& possible = known->values.emplace(c.kind_case(), ~EnumMask{0}).first->second;
  possible &= positive ? values : ~values;
  if (positive) known->positive |= MaskOf(c.kind_case());
  const bool needs_value =
      !IsPartial(c.kind_case()) || (known->positive & MaskOf(c.kind_case())) != 0;
  return possible != 0 || !needs_value;
}

bool CanHold(const C& c, bool positive, Known* known);

// Literals first, so that branches are held against all of them.
bool CanAllHold(const v1::ConditionList& list, bool positive, Known* known) {
  const auto is_branch = [&](const C& c) { return c.has_any() || c.has_all() || c.has_not_(); };
  for (bool branches : {false, true}) {
    for (const C& c : list.conditions()) {
      if (is_branch(c) == branches && !CanHold(c, positive, known)) return false;
    }
  }
  return true;
}

bool CanAnyHold(const v1::ConditionList& list, bool positive, const Known& known) {
  for (const C& c : list.conditions()) {
    Known branch = known;
    if (CanHold(c, positive, &branch)) return true;
  }
  return list.conditions().empty();
}

// `not` turns all into any and any into all.
bool CanHold(const C& c, bool positive, Known* known) {
  switch (c.kind_case()) {
    case C::kNot:
      return CanHold(c.not_(), !positive, known);
    case C::kAll:
      return positive ? CanAllHold(c.all(), true, known) : CanAnyHold(c.all(), false, *known);
    case C::kAny:
      return positive ? CanAnyHold(c.any(), true, *known) : CanAllHold(c.any(), false, known);
    default:
      return Take(c, positive, known);
  }
}

Known KnownOf(const v1::Rule& rule) {
  Known known;
  if (!rule.purposes().empty()) {
    // A purpose that is not said is asked about too.
    known.values[C::kPurpose] = MaskOfList(rule.purposes());
  }
  for (const v1::SpreadLink& link : rule.spread().links()) known.links |= MaskOf(link.type());
  return known;
}

}  // namespace

void ValidateReachable(const v1::Rule& rule, const TextPlace& place, Faults* faults) {
  Known known = KnownOf(rule);
  if (!CanHold(rule.when(), true, &known)) {
    return faults->push_back(place.At("when").Fault(
        "can never hold: its parts, the rule's purposes or its spread exclude each other"));
  }
  std::set<std::string> earlier;
  for (int i = 0; i < rule.cases_size(); ++i) {
    const C& when = rule.cases(i).when();
    Known in_case = known;
    if (!CanHold(when, true, &in_case)) {
      faults->push_back(
          place.At("cases", i)
              .Fault("can never apply: it and the rule's own condition exclude each other"));
    }
    if (!earlier.insert(when.SerializeAsString()).second) {
      faults->push_back(place.At("cases", i).Fault("can never apply: a case before it is alike"));
    }
  }
}

}  // namespace probity::policy
