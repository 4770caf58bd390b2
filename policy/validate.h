// Static validation of policies. Internal to policy/.
#ifndef PROBITY_POLICY_VALIDATE_H_
#define PROBITY_POLICY_VALIDATE_H_

#include <memory>
#include <string>
#include <vector>

#include "policy/compile.h"
#include "policy/policy_text.h"
#include "policy/program.h"

namespace probity::policy {

// A text that could be parsed.
struct ParsedPolicy {
  v1::Policy policy;
  google::protobuf::TextFormat::ParseInfoTree tree;
  std::string digest;  // SHA-256 of the text, raw
};

// Where faults go.
using Faults = std::vector<PolicyFault>;

// Each adds its faults. A text by itself: its head, rules, conditions.
void ValidatePolicy(const ParsedPolicy& parsed, const PolicyTables& tables, Faults* faults);
void ValidateRule(const v1::Rule& rule, const TextPlace& place, const PolicyTables& tables,
                  Faults* faults);
void ValidateCondition(const v1::Condition& condition, v1::RuleScope scope, const TextPlace& place,
                       const PolicyTables& tables, Faults* faults);
// Conditions and cases that can never hold. Refuses none that can.
void ValidateReachable(const v1::Rule& rule, const TextPlace& place, Faults* faults);

// What the policy and its packs are to each other. `packs` are those that it
// includes, in that order. Faults carry the id of their text.
void ValidateTogether(const ParsedPolicy& policy, const std::vector<const ParsedPolicy*>& packs,
                      Faults* faults);

// Checks that both use. A code of a place must be ISO 3166 or a group; a longer
// word is a regime where `regimes` are allowed.
void ValidatePlace(const std::string& code, bool regimes, const TextPlace& place,
                   const PolicyTables& tables, Faults* faults);
void ValidateMoney(const v1::Money& money, const TextPlace& place, Faults* faults);
// "FACT", for RULE_SCOPE_FACT.
std::string ScopeName(v1::RuleScope scope);
// Whether a ground that blocks can be of this scope: one of a fact, of goods or
// of the purchase itself.
bool MayBlock(v1::RuleScope scope);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_VALIDATE_H_
