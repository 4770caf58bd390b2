// Checks of single conditions through whole evaluations.
#ifndef PROBITY_POLICY_CONDITION_TESTING_H_
#define PROBITY_POLICY_CONDITION_TESTING_H_

#include <string>
#include <vector>

#include "policy/policy_testing.h"

namespace probity::policy {

// A rule of a scope with a condition, asked of TestBundle with something added.
struct ConditionRow {
  const char* scope;
  std::string when;
  std::string bundle;
  std::string state;  // "fires", "silent", or the missing input
};

inline void CheckConditions(const std::vector<ConditionRow>& rows) {
  for (const ConditionRow& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.scope, ": ", row.when, "\n", row.bundle));
    std::string rest = "effect: RULE_EFFECT_REVIEW";
    if (row.when.find("links") != std::string::npos) {
      rest +=
          " spread { max_steps: 2 links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO }"
          " links { type: LINK_TYPE_OWNS subject_end: LINK_END_TO } }";
    }
    const CompiledPolicy policy = MustCompile(PolicyText(RuleText(row.scope, row.when, rest)));
    EXPECT_EQ(StateOf(Evaluate(policy, TestBundle(row.bundle))), row.state);
  }
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CONDITION_TESTING_H_
