// Which separation parts a supplier as a person says it. Pure.
#ifndef PROBITY_CLI_SEPARATION_H_
#define PROBITY_CLI_SEPARATION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/supplier.pb.h"

namespace probity::cli {

// The named records of the supplier on one side, all others on the other; without a reason
// yet. Those of `owned` datasets (datasets/{dataset}), which one authority alone sees, stand
// on none. INVALID_ARGUMENT: there are no two sides, or a record is none of the supplier's.
absl::StatusOr<v1::Separation> SeparationOf(const v1::Supplier& supplier,
                                            const std::vector<std::string>& records,
                                            const std::set<std::string>& owned);

// "split-" and 16 hex digits: the same for the same two sides, in whatever order.
std::string SeparationKey(const v1::Separation& separation);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SEPARATION_H_
