// A policy as it is evaluated: packs and overlay put together, conditions as
// compact trees. Internal to policy/; made by compile.cc alone.
#ifndef PROBITY_POLICY_PROGRAM_H_
#define PROBITY_POLICY_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/civil_day.h"
#include "policy/compile.h"
#include "policy/places.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy.pb.h"

namespace probity::policy {

// A set of enum values, one bit each.
using EnumMask = uint64_t;
inline constexpr EnumMask MaskOf(int value) {
  return value < 0 || value > 63 ? 0 : EnumMask{1} << value;
}
template <typename List>
EnumMask MaskOfList(const List& values) {
  EnumMask mask = 0;
  for (int value : values) mask |= MaskOf(value);
  return mask;
}

// A goods code, normalised once.
struct GoodsCode {
  v1::CommodityScheme scheme = v1::COMMODITY_SCHEME_UNSPECIFIED;
  std::string code;
};

// A condition. `condition` lives as long as the program.
struct Node {
  v1::Condition::KindCase kind = v1::Condition::KIND_NOT_SET;
  const v1::Condition* condition = nullptr;
  EnumMask mask = 0;             // enum sets
  EnumMask mask2 = 0;            // the second set of predicates with two
  DayNumber day = 0;             // as_of_from
  PlaceSet places;               // buyer, fact_jurisdiction
  std::vector<GoodsCode> codes;  // goods
  std::vector<Node> children;    // all, any, not
};

struct CompiledCase {
  Node when;
  v1::RuleEffect effect = v1::RULE_EFFECT_UNSPECIFIED;
  v1::ReviewReason reason = v1::REVIEW_REASON_UNSPECIFIED;
};

struct CompiledRule {
  const v1::Rule* rule = nullptr;
  const std::string* policy = nullptr;  // policies/{policy}/versions/{version}
  const PlaceSet* binds = nullptr;
  // With what an overlay raised.
  v1::RuleEffect effect = v1::RULE_EFFECT_UNSPECIFIED;
  v1::Discretion discretion = v1::DISCRETION_UNSPECIFIED;
  std::string legal_basis;
  Node when;
  std::vector<CompiledCase> cases;
  EnumMask purposes = 0;  // 0: all
  // The gravest effect that the rule can come to before limits.
  v1::RuleEffect highest = v1::RULE_EFFECT_UNSPECIFIED;
};

// A policy or pack that takes part.
struct ProgramPart {
  v1::Policy policy;
  v1::PolicyRef ref;
  PlaceSet binds;
};

// Immutable once made.
struct Program {
  // The policy first, then what it takes in, in order. Never moved: rules point
  // into them.
  std::vector<std::unique_ptr<ProgramPart>> parts;
  std::vector<CompiledRule> rules;
  Needs needs;
  // As IdentityRules; 0: as the bundle says.
  double alert_score = 0;
  bool allow_asserted = false;
  // Some rule is a freeze.
  bool weighs_freezes = false;
  std::vector<v1::RequiredInput> required_inputs;
  int review_after_days = 0;
  CountryGroups groups;
};

// `condition` must outlive the node.
Node CompileCondition(const v1::Condition& condition, const CountryGroups& groups);

// Rules of valid parts, raises applied, and what they need.
void BuildRules(Program* program);
Needs NeedsOf(const Program& program);
// Names of the inputs that a rule reads, sorted, without repeats.
std::vector<std::string> ReadsOf(const CompiledRule& rule);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_PROGRAM_H_
