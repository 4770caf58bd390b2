// Raw components: all party records reachable from one over equal values of
// identifying schemes. Clusters are parts of them (storage/clusters.h).
#ifndef PROBITY_STORAGE_COMPONENT_H_
#define PROBITY_STORAGE_COMPONENT_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "storage/clusters.h"
#include "storage/store.h"

namespace probity::storage {

// A party record as one view shows it.
struct PartyRow {
  std::optional<v1::RecordRow> row;  // nullopt: it is none there
  Sides sides;
};
// Party records with their rows in each of the views that were walked.
using Component = std::map<RecordRef, std::vector<PartyRow>>;

// True when the row is a party's.
bool IsParty(const std::optional<v1::RecordRow>& row);
// True when the dataset (bare id) is shared and holds separations there.
bool HoldsSeparations(const View& view, absl::string_view dataset);
// Adds the records that a separation's row names; nothing for another row.
void AddSeparated(const std::optional<v1::RecordRow>& row, std::set<RecordRef>* refs);

// Index terms of the row's identifying identifiers, sorted, without repeats;
// none when it is no party.
std::vector<std::string> IdentifyingTerms(const std::optional<v1::RecordRow>& row,
                                          const IdentifierCatalogue& identifiers);

// Walks the views as one graph, so that what a publish joins or parts is found
// whole. `views` is not empty; all of one store. Separations count where they stand in a
// shared dataset: everybody sees the same ones.
absl::StatusOr<Component> WalkComponent(const std::vector<const View*>& views,
                                        const IdentifierCatalogue& identifiers,
                                        const RecordRef& seed);

// A dataset that records of parties come from.
struct PartySource {
  const std::string* owner = nullptr;  // borrowed; empty when it is shared
  SourceRank rank;
};
// By bare id; nullopt: it is not in view.
using SourceOf = std::function<std::optional<PartySource>(absl::string_view dataset)>;
// As a view's manifest says; borrows the view.
SourceOf SourcesIn(const View& view);

// Which datasets take part, by owner.
using OwnerFilter = std::function<bool(const std::string& owner)>;
inline bool AnyOwner(const std::string&) { return true; }
inline bool NoOwner(const std::string& owner) { return owner.empty(); }

// What BuildClusters takes, of the rows in view number `view`.
std::vector<ClusterInput> InputsOf(const Component& component, size_t view, const SourceOf& sources,
                                   const OwnerFilter& filter);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_COMPONENT_H_
