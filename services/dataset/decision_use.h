// Which recorded decisions used records or suppliers.
#ifndef PROBITY_SERVICES_DATASET_DECISION_USE_H_
#define PROBITY_SERVICES_DATASET_DECISION_USE_H_

#include <functional>
#include <set>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/evidence/evidence_log.h"

namespace probity::dataset {

// Names of records (datasets/...) and suppliers (suppliers/...) that stand as whole
// strings in a serialised message.
std::set<absl::string_view> NamesIn(absl::string_view message);

// Visits the decisions of an authority ("authorities/{a}", or empty) whose bundles hold
// one of the names, newest first, with those that they hold. Reads all of its decisions,
// once. Ends with the error of `visit`; errors of the log.
using DecisionVisitor =
    std::function<absl::Status(const storage::StoredDecision&, const std::set<std::string>& held)>;
absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const absl::flat_hash_set<std::string>& names,
                                  const DecisionVisitor& visit);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_DECISION_USE_H_
