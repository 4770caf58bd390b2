// What a rule comes to for one unit: fired with its effect and every limit, or
// not checked. Internal to policy/.
#ifndef PROBITY_POLICY_EFFECTS_H_
#define PROBITY_POLICY_EFFECTS_H_

#include <string>
#include <vector>

#include "policy/conditions.h"

namespace probity::policy {

// A rule that fired.
struct Fired {
  size_t rule = 0;  // place in Program::rules
  Unit unit;
  v1::RuleFinding finding;
  // First later day on which it may come to another effect.
  DayNumber changes_on = kMaxDay;
  // The effect is that of an adverse fact, and not of identity or evidence.
  bool is_risk = false;
};

// A rule that could not be checked.
struct Unchecked {
  size_t rule = 0;
  Unit unit;
  std::vector<std::string> missing;
  // It is about a fact on record that may well be adverse: a person must weigh
  // it, nothing is CLEAR.
  bool to_weigh = false;
};

// What came of all rules.
struct Asked {
  std::vector<Fired> fired;
  std::vector<Unchecked> unchecked;
  // First later day on which any rule may come to something else.
  DayNumber changes_on = kMaxDay;
};

// Asks one rule for one unit and adds what comes of it.
void AskRule(size_t rule, const Context& context, const Unit& unit, Asked* asked);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_EFFECTS_H_
