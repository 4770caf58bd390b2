// Whether all that a policy requires was at hand. Internal to policy/.
#ifndef PROBITY_POLICY_EVIDENCE_STATE_H_
#define PROBITY_POLICY_EVIDENCE_STATE_H_

#include <string>
#include <vector>

#include "policy/units.h"

namespace probity::policy {

// What is required and not there, and until when the rest holds.
struct EvidenceFindings {
  std::vector<std::string> missing_sources;  // datasets/{dataset}
  std::vector<std::string> stale_sources;    // datasets/{dataset}
  std::vector<std::string> missing_inputs;   // paths
  // Required certifications and audits that do not hold.
  std::vector<const v1::RequirementEvidence*> unmet;
  // First later day on which something required may no longer be there.
  DayNumber changes_on = kMaxDay;

  v1::EvidenceState State() const;
};

EvidenceFindings FindEvidence(const Context& context);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_EVIDENCE_STATE_H_
