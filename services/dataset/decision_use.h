// Which recorded decisions used records or suppliers.
#ifndef PROBITY_SERVICES_DATASET_DECISION_USE_H_
#define PROBITY_SERVICES_DATASET_DECISION_USE_H_

#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "storage/evidence/evidence_log.h"

namespace probity::dataset {

// Visits the decisions of an authority ("authorities/{a}", or empty) that cite one of the
// records (datasets/...) or name one of the suppliers (suppliers/...), newest first, with
// those of `names` that they hold. Ends with the error of `visit`; errors of the log.
using DecisionVisitor =
    std::function<absl::Status(const storage::StoredDecision&, const std::set<std::string>& held)>;
absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const std::set<std::string>& names, const DecisionVisitor& visit);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_DECISION_USE_H_
