// Which source records are one supplier. Pure.
//
// Two party records join over an equal value of an identifying scheme; records
// (and clusters) that hold different values of one such scheme never join.
// Edges are tried in a fixed order, so the outcome depends on the records
// alone. A cluster's id is that of its founder: the member with the least
// (first_revision, dataset, key).
#ifndef PROBITY_STORAGE_CLUSTERS_H_
#define PROBITY_STORAGE_CLUSTERS_H_

#include <string>
#include <vector>

#include "base/identifiers.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::storage {

// A party record that takes part.
struct ClusterInput {
  RecordRef ref;
  uint64_t first_revision = 0;
  bool owned = false;  // its dataset has an owner
  probity::v1::SupplierRecord record;
};

struct Cluster {
  std::string id;               // bare supplier id, SupplierIdOf(founder)
  std::vector<size_t> members;  // indexes into the input, founder first, by age
  std::vector<probity::v1::ClusterEdge> edges;
};

// Clusters of all inputs, in order of their founders. Cost is linear in the
// identifiers but for the sort. Give it whole raw components (all records
// reachable over shared identifying values): then a part gives the same
// clusters as the whole.
std::vector<Cluster> BuildClusters(const std::vector<ClusterInput>& inputs,
                                   const IdentifierCatalogue& identifiers);

// The supplier of a cluster as it is sent. Names, identifiers and addresses
// without repeats, oldest record first; at most 200, 100 and 20 of them.
probity::v1::Supplier BuildSupplier(const Cluster& cluster,
                                    const std::vector<ClusterInput>& inputs);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CLUSTERS_H_
