// Why two records are one supplier, where a fact about the one is held against
// the other.
#ifndef PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_
#define PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::screening {

// The records of one supplier and how they are joined. Borrows the supplier.
class ClusterPaths {
 public:
  // Reads the records, unless there is one alone.
  static absl::StatusOr<ClusterPaths> Of(const storage::View& view, const v1::Supplier& supplier);

  // The edges from the records that `asked_term` (Subject::asked_term) names to
  // those that `matched_by` (ListedRiskFlag.matched_by) names; the shortest such
  // path. Empty where one record is named by both, or one of both names none.
  std::vector<v1::ClusterEdge> Between(const std::string& asked_term,
                                       const std::string& matched_by) const;

 private:
  // What a record can be named by.
  struct Member {
    std::string name;
    std::set<std::string> terms;       // as Subject::terms
    std::set<std::string> matched_by;  // as ListedRiskFlag.matched_by
  };

  explicit ClusterPaths(const v1::Supplier& supplier) : supplier_(supplier) {}

  const v1::Supplier& supplier_;
  std::vector<Member> members_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_CLUSTER_PATH_H_
