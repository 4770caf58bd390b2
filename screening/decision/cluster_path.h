// Why two records are one supplier, where a fact about the one is held against
// the other.
#ifndef PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_
#define PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::screening {

// The edges from the records that `asked_term` (Subject::asked_term) names to
// those that `matched_by` (ListedRiskFlag.matched_by) names; the shortest such
// path. Empty where one record is named by both, or one of both names none.
absl::StatusOr<std::vector<v1::ClusterEdge>> EdgesBetween(const storage::View& view,
                                                          const v1::Supplier& supplier,
                                                          const std::string& asked_term,
                                                          const std::string& matched_by);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_
