// Random policies and bundles for tests of what holds whatever a policy says.
#ifndef PROBITY_POLICY_RANDOM_POLICY_H_
#define PROBITY_POLICY_RANDOM_POLICY_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/civil_day.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy.pb.h"

namespace probity::policy {

// A seed gives the same policies and bundles on every machine.
class RandomPolicies {
 public:
  explicit RandomPolicies(uint64_t seed) : random_(seed) {}

  // Of 1 to 6 rules; most of them are valid.
  v1::Policy MakePolicy();
  // About 1 to 3 subjects and 0 to 3 items; nothing in it is known before it
  // happened.
  v1::EvidenceBundle MakeBundle();

  v1::SubjectFact MakeFact(const std::string& id);
  // 0 to n - 1.
  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  bool OneIn(int n) { return Below(n) == 0; }

 private:
  v1::Rule MakeRule(int number);
  v1::Condition MakeCondition(v1::RuleScope scope, int depth);
  void MakePredicate(v1::RuleScope scope, v1::Condition* condition);
  void MakeAboutFact(v1::Condition* condition);
  void MakeAboutSubject(v1::Condition* condition);
  void MakeAboutAnything(v1::Condition* condition);
  void MakeEffects(v1::Rule* rule);
  void MakeListing(v1::ListedRiskFlag* flag);
  void MakeSubject(int number, v1::SubjectEvidence* subject);
  void MakeItem(int number, v1::EvidenceBundle* bundle);
  void MakeRequirements(v1::EvidenceBundle* bundle);
  // One of the last ten years, or one of the next five.
  v1::Date PastDay();
  v1::Date ComingDay();

  std::mt19937_64 random_;
};

// The day of every random bundle.
inline constexpr DayNumber kRandomAsOf = 20783;  // 2026-11-26

}  // namespace probity::policy

#endif  // PROBITY_POLICY_RANDOM_POLICY_H_
