// Texts of policies with a fault, for tests of compiling.
#ifndef PROBITY_POLICY_COMPILE_TESTING_H_
#define PROBITY_POLICY_COMPILE_TESTING_H_

#include <string>

#include "policy/policy_testing.h"

namespace probity::policy {

// A rule whose fields stand on lines of their own, from line 3 on.
inline std::string FieldsOfRule(const std::string& fields) {
  return "rules {\n" + fields + "\n}\n";
}

// A whole rule R; its condition stands on line 7.
inline std::string Whole(const std::string& scope, const std::string& when,
                         const std::string& rest = "") {
  return FieldsOfRule(
      absl::StrCat("id: \"R\" legal_basis: \"L\" discretion: DISCRETION_MANDATORY\n",
                   "reason: REVIEW_REASON_ALLEGATION effect: RULE_EFFECT_REVIEW\n",
                   "scope: RULE_SCOPE_", scope, "\nwhen { ", when, " }\n", rest));
}

// A text with a fault, and where and what it is.
struct FaultRow {
  std::string body;
  int line;
  std::string field, problem;
};

inline void ExpectFault(const Compilation& result, const FaultRow& row) {
  SCOPED_TRACE(absl::StrCat(row.body, "\n--\n", FormatFaults(result.faults)));
  EXPECT_EQ(result.policy, nullptr);
  bool found = false;
  for (const PolicyFault& fault : result.faults) {
    found = found || (fault.line == row.line && fault.field == row.field &&
                      fault.problem.find(row.problem) != std::string::npos);
  }
  EXPECT_TRUE(found) << row.line << ": " << row.field << ": " << row.problem;
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_COMPILE_TESTING_H_
