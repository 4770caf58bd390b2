// Predicates about a flag or measure, and how it reaches its subject.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/commodity.h"
#include "policy/conditions.h"
#include "policy/event_period.h"
#include "policy/spread.h"

namespace probity::policy {
namespace {

// Where a list publishes the measure alone, nothing is said of a flag.
bool IsMeasureAlone(const v1::ListedRiskFlag& fact) {
  return fact.has_legal_measure() && fact.flag().type() == v1::FLAG_TYPE_UNSPECIFIED;
}

std::string Field(const Context& context, const Unit& unit, absl::string_view field) {
  return absl::StrCat(PathOf(context, unit), ".", field);
}

Truth FlagType(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const v1::ListedRiskFlag& fact = unit.fact->flag();
  if (IsMeasureAlone(fact)) return Truth::kFalse;
  if (fact.flag().type() == v1::FLAG_TYPE_UNSPECIFIED) {
    return trace->Missing(Field(context, unit, "flag.type"));
  }
  return TruthOf((node.mask & MaskOf(fact.flag().type())) != 0);
}

// The stages from DISMISSED on lie in no range.
Truth Stage(const v1::StageRange& range, const v1::ListedRiskFlag& fact) {
  if (IsMeasureAlone(fact)) return Truth::kFalse;
  const v1::FlagStage stage = std::max(fact.flag().stage(), v1::FLAG_STAGE_ALLEGATION);
  const v1::FlagStage most = range.at_most() == v1::FLAG_STAGE_UNSPECIFIED
                                 ? v1::FLAG_STAGE_CONVICTION_FINAL
                                 : range.at_most();
  return TruthOf(range.at_least() <= stage && stage <= most);
}

Truth Severity(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const v1::ListedRiskFlag& fact = unit.fact->flag();
  if (IsMeasureAlone(fact)) return Truth::kFalse;
  if (fact.flag().severity() == v1::FLAG_SEVERITY_UNSPECIFIED) {
    return trace->Missing(Field(context, unit, "flag.severity"));
  }
  return TruthOf(fact.flag().severity() >= node.condition->severity_at_least());
}

Truth Indicators(const Node& node, const v1::RiskFlag& flag) {
  std::set<int> named;
  for (int indicator : flag.ilo_indicators()) {
    if (node.mask == 0 || (node.mask & MaskOf(indicator)) != 0) named.insert(indicator);
  }
  return TruthOf(static_cast<int>(named.size()) >= node.condition->ilo_indicators().at_least());
}

// UNSPECIFIED is a missing input.
Truth InMask(EnumMask mask, int value, std::string path, Trace* trace) {
  if (value == 0) return trace->Missing(std::move(path));
  return TruthOf((mask & MaskOf(value)) != 0);
}

Truth BindsBuyer(const Context& context, const Unit& unit, Trace* trace) {
  const auto& binding = unit.fact->flag().legal_measure().binding_in();
  if (binding.empty()) return trace->Missing(Field(context, unit, "legal_measure.binding_in"));
  const PlaceSet places(binding, context.program.groups);
  return TruthOf(places.ContainsBuyer(context.purchase, context.as_of));
}

// Each field that is given must fit; the first that does not decides.
Truth Measure(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  if (!unit.fact->flag().has_legal_measure()) return Truth::kFalse;
  const v1::MeasureMatch& match = node.condition->measure();
  const v1::LegalMeasure& measure = unit.fact->flag().legal_measure();
  const auto& regimes = match.regimes();
  if (!regimes.empty() &&
      std::find(regimes.begin(), regimes.end(), measure.regime()) == regimes.end()) {
    return Truth::kFalse;
  }
  const size_t known = trace->missing.size();
  Truth value = Truth::kTrue;
  if (node.mask != 0) {
    value = std::min(value, InMask(node.mask, measure.effect(),
                                   Field(context, unit, "legal_measure.effect"), trace));
  }
  if (node.mask2 != 0) {
    value =
        std::min(value, InMask(node.mask2, measure.sam_exclusion_type(),
                               Field(context, unit, "legal_measure.sam_exclusion_type"), trace));
  }
  if (match.binds_buyer()) value = std::min(value, BindsBuyer(context, unit, trace));
  if (match.covers_item()) value = std::min(value, CoversGoods(measure, context, unit, trace));
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

Truth InForce(bool wanted, const Context& context, const Unit& unit, Trace* trace) {
  const v1::ListedRiskFlag& fact = unit.fact->flag();
  for (const v1::DateInterval& interval : fact.listing_intervals()) {
    HoldsOn(interval, context.as_of, trace);
  }
  if (fact.state() == v1::FLAG_STATE_UNSPECIFIED) {
    return trace->Missing(Field(context, unit, "state"));
  }
  return TruthOf((fact.state() == v1::FLAG_STATE_IN_FORCE) == wanted);
}

Truth InPeriod(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  PeriodOnDay period = PeriodOn(node.condition->period(), unit.fact->flag(), context.as_of);
  if (!period.known) return trace->Missing(Field(context, unit, period.missing));
  if (period.begins > context.as_of) trace->MayChangeOn(period.begins);
  if (period.ends > context.as_of) trace->MayChangeOn(period.ends);
  if (period.holds && !trace->period) trace->period = std::move(period.ground);
  return TruthOf(period.holds);
}

Truth Relation(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const v1::RelationMatch& match = node.condition->relation();
  const auto& path = unit.fact->path();
  if (match.own()) return TruthOf(path.empty());
  if (path.empty()) return Truth::kFalse;
  if (node.mask != 0 && (node.mask & MaskOf(path.rbegin()->type())) == 0) return Truth::kFalse;
  const size_t known = trace->missing.size();
  Truth value = Truth::kTrue;
  for (int i = 0; i < path.size(); ++i) {
    if (!IsOwnership(path.Get(i).type())) continue;
    value = std::min(value, HasShare(path.Get(i), match.min_share_percent(),
                                     Field(context, unit, absl::StrCat("path[", i, "]")), trace));
  }
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

Truth Jurisdiction(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const std::string& jurisdiction = unit.fact->flag().flag().jurisdiction();
  if (jurisdiction.empty()) return trace->Missing(Field(context, unit, "flag.jurisdiction"));
  return TruthOf(node.places.Contains(jurisdiction, context.as_of));
}

Truth SelfCleaning(const Node& node, const Context& context, const Unit& unit) {
  const v1::SelfCleaningMatch& match = node.condition->self_cleaning();
  for (const v1::SelfCleaningFact& fact : unit.fact->self_cleaning()) {
    const int outcome = AssessedOutcome(fact.dossier(), context);
    const bool fits = match.outcomes().empty() ||
                      std::find(match.outcomes().begin(), match.outcomes().end(), outcome) !=
                          match.outcomes().end();
    const EnumMask shown = MaskOfList(fact.dossier().elements());
    if (fits && (node.mask2 & ~shown) == 0) return Truth::kTrue;
  }
  return Truth::kFalse;
}

// What no source says is no appeal: lists of appeals do not exist.
Truth Appeal(const Node& node, const v1::ListedRiskFlag& fact) {
  const v1::AppealState state = fact.legal_measure().appeal_state();
  const v1::AppealState read =
      state == v1::APPEAL_STATE_UNSPECIFIED ? v1::APPEAL_STATE_NONE : state;
  return TruthOf((node.mask & MaskOf(read)) != 0);
}

Truth Dated(const v1::EventDates& match, const Context& context, const Unit& unit) {
  return TruthOf(std::any_of(match.dates().begin(), match.dates().end(), [&](int date) {
    return HasEventDate(static_cast<v1::EventDate>(date), unit.fact->flag(), context.as_of);
  }));
}

// Of a line of a risk list.
Truth RiskInForce(bool wanted, const Context& context, const Unit& unit, Trace* trace) {
  const auto& intervals = unit.risk->match().listing_intervals();
  bool in_force = intervals.empty();
  for (const v1::DateInterval& interval : intervals) {
    in_force = HoldsOn(interval, context.as_of, trace) || in_force;
  }
  return TruthOf(in_force == wanted);
}

}  // namespace

Truth FactHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  using C = v1::Condition;
  const v1::Condition& condition = *node.condition;
  if (node.kind == C::kInForce && unit.risk != nullptr) {
    return RiskInForce(condition.in_force(), context, unit, trace);
  }
  if (unit.fact == nullptr) return Truth::kFalse;
  switch (node.kind) {
    case C::kFlagType:
      return FlagType(node, context, unit, trace);
    case C::kStage:
      return Stage(condition.stage(), unit.fact->flag());
    case C::kSeverityAtLeast:
      return Severity(node, context, unit, trace);
    case C::kIloIndicators:
      return Indicators(node, unit.fact->flag().flag());
    case C::kMeasure:
      return Measure(node, context, unit, trace);
    case C::kInForce:
      return InForce(condition.in_force(), context, unit, trace);
    case C::kPeriod:
      return InPeriod(node, context, unit, trace);
    case C::kRelation:
      return Relation(node, context, unit, trace);
    case C::kFactJurisdiction:
      return Jurisdiction(node, context, unit, trace);
    case C::kSelfCleaning:
      return SelfCleaning(node, context, unit);
    case C::kAppeal:
      return Appeal(node, unit.fact->flag());
    case C::kDated:
      return Dated(condition.dated(), context, unit);
    case C::kContested:
      return TruthOf(unit.fact->flag().flag().contested() == condition.contested());
    default:
      return Truth::kFalse;
  }
}

}  // namespace probity::policy
