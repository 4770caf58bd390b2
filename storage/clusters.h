// Which source records are one supplier. Pure.
//
// Two party records join over an equal value of an identifying scheme; records
// (and clusters) that hold different values of one such scheme never join, nor do
// those that stand on different sides of a separation.
// Edges are tried in a fixed order, so the outcome depends on the records
// alone. A cluster's id is that of its founder: the member with the least
// (first_revision, dataset, key).
#ifndef PROBITY_STORAGE_CLUSTERS_H_
#define PROBITY_STORAGE_CLUSTERS_H_

#include <map>
#include <string>
#include <vector>

#include "base/identifiers.h"
#include "probity/v1/dataset.pb.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::storage {

// Most addresses that a supplier shows: it leaves out what is more.
inline constexpr int kMaxAddressesOfSupplier = 20;

// Which of several sources is believed first, where they say different things: the one
// with the greater precedence, then the more reliable one, then the older record.
struct SourceRank {
  int32_t precedence = 0;
  probity::v1::Reliability reliability = probity::v1::RELIABILITY_UNSPECIFIED;  // the last one

  friend bool operator==(const SourceRank& a, const SourceRank& b) {
    return a.precedence == b.precedence && a.reliability == b.reliability;
  }
};
SourceRank RankOf(const probity::v1::Dataset& dataset);

// On which side of which separations a record stands: 1 or 2, by the name of the
// separation's record.
using Sides = std::map<std::string, int>;
// Adds the side of `record` in the separation of that name, if it is on one; both are
// names of records.
void AddSide(const std::string& name, const probity::v1::Separation& separation,
             const std::string& record, Sides* sides);

// A party record that takes part.
struct ClusterInput {
  RecordRef ref;
  uint64_t first_revision = 0;
  bool owned = false;  // its dataset has an owner
  probity::v1::SupplierRecord record;
  SourceRank rank;  // of its dataset
  Sides sides = {};
};

struct Cluster {
  std::string id;               // bare supplier id, SupplierIdOf(founder)
  std::vector<size_t> members;  // indexes into the input, founder first, by age
  std::vector<probity::v1::ClusterEdge> edges;
  // By name, rising: those but for which it could hold another cluster's member that
  // shares an identifying value with one of its own.
  std::vector<std::string> separations = {};
};

// Clusters of all inputs, in order of their founders. Cost is linear in the
// identifiers but for the sort. Give it whole raw components (all records
// reachable over shared identifying values): then a part gives the same
// clusters as the whole.
std::vector<Cluster> BuildClusters(const std::vector<ClusterInput>& inputs,
                                   const IdentifierCatalogue& identifiers);

// The members, best believed first.
std::vector<size_t> MembersByRank(const Cluster& cluster, const std::vector<ClusterInput>& inputs);

// The supplier of a cluster as it is sent. Single values come from the first record by
// rank that has them; names, identifiers and addresses stand without repeats in that
// order, at most 200, 100 and 20 of them; separations by name, at most 100.
probity::v1::Supplier BuildSupplier(const Cluster& cluster,
                                    const std::vector<ClusterInput>& inputs);

// Why each single value of that supplier is what it is.
std::vector<probity::v1::FieldOrigin> ExplainSupplier(const Cluster& cluster,
                                                      const std::vector<ClusterInput>& inputs);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CLUSTERS_H_
