// Runs the cases of a policy. Pure: the day is that of each case's bundle.
#ifndef PROBITY_POLICY_SUITE_H_
#define PROBITY_POLICY_SUITE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "policy/compile.h"
#include "probity/v1/policy_service.pb.h"

namespace probity::policy {

struct SuiteRun {
  // A suite that cannot be run; then there are no results.
  std::vector<PolicyFault> faults;
  // One for each case, in order.
  std::vector<v1::CaseResult> results;
  // Rules of the policy itself that lack a case of one of the four kinds that
  // every rule should have: fires, does not, first day, day after the last.
  std::vector<std::string> rules_without_cases;
};

// `text` is a probity.v1.PolicySuite as text proto. A case passes when
//  - its rule has a finding (FIRES, FIRST_DAY), has none and was checked
//    (DOES_NOT_FIRE, DAY_AFTER_LAST), or was not checked (NOT_CHECKED), and
//  - everything that it expects came; effects are those of the rule's gravest
//    finding.
// Stops before a case where `goes_on` says false; results are then those until there.
SuiteRun RunSuite(const CompiledPolicy& policy, absl::string_view text,
                  const std::function<bool()>& goes_on = nullptr);

// Lays `over` on `base` as PolicyCase.with says: fields that are set replace,
// lists of messages are merged place by place and added to, other lists are
// replaced.
void LayOver(const google::protobuf::Message& over, google::protobuf::Message* base);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_SUITE_H_
