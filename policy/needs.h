// What a policy asks to be gathered before it can be evaluated.
#ifndef PROBITY_POLICY_NEEDS_H_
#define PROBITY_POLICY_NEEDS_H_

#include <string>
#include <vector>

#include "probity/v1/policy.pb.h"

namespace probity::policy {

// Where a policy says none: the score from which names are called a match
// (docs/MATCHING.md).
inline constexpr double kDefaultAlertScore = 0.70;

struct Needs {
  // Links along which facts of others can reach a subject, each kind and end
  // once, with the least share that any rule asks.
  std::vector<v1::SpreadLink> links;
  // The longest path that any rule follows; 0: none.
  int max_steps = 0;
  // Lists that must be loaded, each dataset once, with the lowest max_age_days.
  std::vector<v1::RequiredSource> required_sources;
  // Score from which a name raises an alert, 0 to 1.
  double alert_score = kDefaultAlertScore;
  // Below it a name given with an identifier disagrees with those on record.
  double name_agreement_score = 0.5;
  // Whether any rule reads findings of audits, or looks for barred firms under a
  // new name.
  bool findings = false;
  bool phoenix = false;
};

// Kinds of facts that `asked` reads and that are not gathered for `gathered`, for
// people: "links OWNS", "findings"; sorted, each once. Required lists and the scores of
// names are left out: what they come to shows in each bundle.
std::vector<std::string> NotGathered(const Needs& gathered, const Needs& asked);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_NEEDS_H_
