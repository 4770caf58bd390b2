#include "screening/policies/shadow.h"

#include <set>
#include <utility>

namespace probity::screening {
namespace {

std::set<std::string> RulesOf(const v1::DecisionCore& core) {
  std::set<std::string> rules;
  for (const v1::RuleFinding& finding : core.findings()) rules.insert(finding.rule_id());
  return rules;
}

v1::PolicyDifference DifferenceOf(const v1::DecisionCore& stable, const v1::DecisionCore& shadow) {
  v1::PolicyDifference difference;
  difference.set_stable_verdict(stable.verdict());
  difference.set_candidate_verdict(shadow.verdict());
  const std::set<std::string> a = RulesOf(stable), b = RulesOf(shadow);
  std::set<std::string> all = a;
  all.insert(b.begin(), b.end());
  for (const std::string& rule : all) {
    if (a.count(rule) != b.count(rule)) difference.add_rule_ids(rule);
  }
  return difference;
}

}  // namespace

void Shadow::Add(absl::string_view authority, const std::string& candidate,
                 const std::string& decision, const v1::DecisionCore& stable,
                 const v1::DecisionCore& shadow) {
  v1::PolicyDifference difference = DifferenceOf(stable, shadow);
  const bool differs = stable.verdict() != shadow.verdict() || difference.rule_ids_size() > 0;
  difference.set_decision(decision);
  absl::MutexLock lock(&mutex_);
  Tally& tally = tallies_[std::string(authority)];
  if (tally.candidate != candidate) tally = Tally{candidate, 0, 0, {}};
  ++tally.evaluated;
  if (!differs) return;
  ++tally.differing;
  tally.kept.push_front(std::move(difference));
  if (tally.kept.size() > kMaxKept) tally.kept.pop_back();
}

Shadow::Seen Shadow::Of(absl::string_view authority, const std::string& candidate) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto tally = tallies_.find(authority);
  if (tally == tallies_.end() || tally->second.candidate != candidate) return {};
  return {{tally->second.kept.begin(), tally->second.kept.end()},
          tally->second.evaluated,
          tally->second.differing};
}

}  // namespace probity::screening
