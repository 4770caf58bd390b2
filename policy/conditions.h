// Conditions in three values over a unit of a bundle. Internal to policy/.
#ifndef PROBITY_POLICY_CONDITIONS_H_
#define PROBITY_POLICY_CONDITIONS_H_

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/units.h"

namespace probity::policy {

// In Kleene's order: all is the least of its parts, any the greatest.
enum class Truth { kFalse = 0, kUnknown = 1, kTrue = 2 };
inline Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }
inline Truth Not(Truth value) { return static_cast<Truth>(2 - static_cast<int>(value)); }

// What a condition found on the way to its value.
struct Trace {
  // Inputs for want of which it could not be checked, as paths.
  std::vector<std::string> missing;
  // First later day on which the value may be another, if nothing new is
  // learnt; kMaxDay: none.
  DayNumber changes_on = kMaxDay;
  // Of the first period that holds.
  std::optional<v1::GroundPeriod> period;

  void MayChangeOn(DayNumber day) { changes_on = std::min(changes_on, day); }
  Truth Missing(std::string input) {
    missing.push_back(std::move(input));
    return Truth::kUnknown;
  }
};

Truth Holds(const Node& node, const Context& context, const Unit& unit, Trace* trace);

// Predicates by what they read. Each returns the value of a node of its kinds.
Truth FactHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace);
Truth SubjectHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace);
Truth GoodsHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace);
Truth PurchaseHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace);

// Whether some goods line is among goods and origins a measure is limited to.
Truth CoversGoods(const v1::LegalMeasure& measure, const Context& context, const Unit& unit,
                  Trace* trace);

// True when a name on a list that is like the subject's, and is not its own,
// reaches the alert score.
bool HasNameAlert(const Context& context, const v1::SubjectEvidence& subject);

// First day on which a requirement that is met no longer is, as its answer
// says; kMaxDay when it does not say.
DayNumber DayAfterValidity(const v1::RequirementEvidence& requirement);

// True when the interval holds on the day; notes when that changes.
bool HoldsOn(const v1::DateInterval& interval, DayNumber day, Trace* trace);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CONDITIONS_H_
