// Which recorded decisions used a record or a supplier.
#ifndef PROBITY_SERVICES_DATASET_DECISION_USE_H_
#define PROBITY_SERVICES_DATASET_DECISION_USE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/evidence/evidence_log.h"

namespace probity::dataset {

// Visits the decisions of an authority ("authorities/{a}", or empty) whose bundles hold
// one of the resource names, newest first. Reads all of its decisions. Ends with the
// error of `visit`; errors of the log.
using DecisionVisitor = std::function<absl::Status(const storage::StoredDecision&)>;
absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const std::vector<std::string>& names,
                                  const DecisionVisitor& visit);

// True when the serialised message holds `name` as a whole string: no longer name that
// begins like it.
bool HoldsName(absl::string_view message, absl::string_view name);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_DECISION_USE_H_
