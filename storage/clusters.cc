#include "storage/clusters.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "base/hash.h"

namespace probity::storage {
namespace {

using probity::v1::Address;
using probity::v1::ClusterEdge;
using probity::v1::Identifier;
using probity::v1::Name;
using probity::v1::Registration;
using probity::v1::Separation;
using probity::v1::Supplier;
using probity::v1::SupplierRecord;

// Most that a supplier shows beside addresses, as the record's own limits.
constexpr int kMaxNames = 200;
constexpr int kMaxIdentifiers = 100;
constexpr int kMaxSeparations = 100;

auto AgeOf(const ClusterInput& input) {
  return std::tie(input.first_revision, input.ref.dataset, input.ref.key);
}

// Lower is believed first.
auto BeliefOf(const ClusterInput& input) {
  const SourceRank& rank = input.rank;
  const int reliability = rank.reliability == probity::v1::RELIABILITY_UNSPECIFIED
                              ? probity::v1::Reliability_MAX + 1
                              : static_cast<int>(rank.reliability);
  return std::make_tuple(-int64_t{rank.precedence}, reliability, AgeOf(input));
}

using Key = std::pair<std::string, std::string>;  // scheme, value
using Holders = std::map<Key, std::vector<size_t>>;

// Joins records into clusters, refusing joins that would put two values of one
// identifying scheme, or two sides of one separation, into one cluster.
class Joiner {
 public:
  Joiner(const std::vector<ClusterInput>& inputs, const IdentifierCatalogue& identifiers)
      : inputs_(inputs), parent_(inputs.size()), values_(inputs.size()) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
    for (size_t i = 0; i < inputs.size(); ++i) {
      for (const Identifier& id : inputs[i].record.identifiers()) {
        if (identifiers.IsIdentifying(id.scheme())) values_[i][id.scheme()].insert(id.value());
      }
      // No scheme is called like a record.
      for (const auto& [name, side] : inputs[i].sides) {
        values_[i][name].insert(std::to_string(side));
      }
    }
  }

  // True when both were joined now.
  bool Join(size_t a, size_t b) {
    a = Root(a);
    b = Root(b);
    if (a == b || Conflict(values_[a], values_[b])) return false;
    if (AgeOf(inputs_[b]) < AgeOf(inputs_[a])) std::swap(a, b);
    parent_[b] = a;
    for (auto& [scheme, values] : values_[b]) values_[a][scheme].merge(values);
    values_[b].clear();
    return true;
  }

  // The oldest record of the cluster: joins keep the older root.
  size_t Root(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

 private:
  using Values = std::map<std::string, std::set<std::string>>;

  // One party holds one value of an identifying scheme. A record that itself
  // names two joins nobody over that scheme's other holders' values.
  static bool Conflict(const Values& a, const Values& b) {
    for (const auto& [scheme, values] : a) {
      auto other = b.find(scheme);
      if (other != b.end() && other->second != values) return true;
    }
    return false;
  }

  const std::vector<ClusterInput>& inputs_;
  std::vector<size_t> parent_;
  std::vector<Values> values_;
};

// Holders of each identifying value, oldest first.
Holders HoldersByValue(const std::vector<ClusterInput>& inputs,
                       const IdentifierCatalogue& identifiers) {
  Holders holders;
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (const Identifier& id : inputs[i].record.identifiers()) {
      if (identifiers.IsIdentifying(id.scheme())) {
        std::vector<size_t>& list = holders[{id.scheme(), id.value()}];
        if (list.empty() || list.back() != i) list.push_back(i);
      }
    }
  }
  for (auto& [key, list] : holders) {
    std::sort(list.begin(), list.end(),
              [&](size_t a, size_t b) { return AgeOf(inputs[a]) < AgeOf(inputs[b]); });
  }
  return holders;
}

// Tells each cluster what keeps the other holders of its values out of it.
void NoteSeparations(const Holders& holders, const std::vector<ClusterInput>& inputs,
                     std::vector<Cluster>* clusters) {
  const bool any = std::any_of(inputs.begin(), inputs.end(),
                               [](const ClusterInput& input) { return !input.sides.empty(); });
  if (!any) return;
  std::vector<size_t> cluster_of(inputs.size());
  std::vector<Sides> sides(clusters->size());
  std::vector<std::set<std::string>> found(clusters->size());
  for (size_t at = 0; at < clusters->size(); ++at) {
    for (const size_t member : (*clusters)[at].members) {
      cluster_of[member] = at;
      sides[at].insert(inputs[member].sides.begin(), inputs[member].sides.end());
    }
  }
  for (const auto& [key, list] : holders) {
    std::set<size_t> meeting;
    for (const size_t holder : list) meeting.insert(cluster_of[holder]);
    std::map<std::string, std::set<int>> met;
    for (const size_t at : meeting) {
      for (const auto& [name, side] : sides[at]) met[name].insert(side);
    }
    for (const size_t at : meeting) {
      for (const auto& [name, side] : sides[at]) {
        if (met[name].size() > 1) found[at].insert(name);
      }
    }
  }
  for (size_t at = 0; at < clusters->size(); ++at) {
    (*clusters)[at].separations.assign(found[at].begin(), found[at].end());
  }
}

ClusterEdge MakeEdge(const RecordRef& from, const RecordRef& to, const Key& key) {
  ClusterEdge edge;
  edge.set_from(from.Name());
  edge.set_to(to.Name());
  edge.set_basis(probity::v1::EDGE_BASIS_IDENTIFIER);
  edge.mutable_identifier()->set_scheme(key.first);
  edge.mutable_identifier()->set_value(key.second);
  return edge;
}

// Adds to `to` what it does not hold yet, comparing by `text_of`.
template <typename Field, typename TextOf>
void AddMissing(const Field& from, int limit, TextOf text_of, std::set<std::string>* seen,
                Field* to) {
  for (const auto& element : from) {
    if (to->size() >= limit) return;
    if (seen->insert(text_of(element)).second) *to->Add() = element;
  }
}

void AddRegistration(const ClusterInput& input, Supplier* supplier) {
  const SupplierRecord& record = input.record;
  if (record.registration_status() == probity::v1::REGISTRATION_STATUS_UNSPECIFIED) return;
  Registration* registration = supplier->add_registrations();
  registration->set_status(record.registration_status());
  registration->set_corroboration(record.corroboration());
  registration->set_source_record(input.ref.Name());
  if (record.has_successor()) *registration->mutable_successor() = record.successor();
  for (const Identifier& id : record.identifiers()) {
    if (id.scheme() == record.registration_scheme()) {
      *registration->mutable_identifier() = id;
      break;
    }
  }
}

// Single values come from the first record that has them.
void FillSingleValues(const SupplierRecord& record, Supplier* supplier) {
  if (supplier->kind() == probity::v1::PARTY_KIND_UNSPECIFIED) supplier->set_kind(record.kind());
  if (supplier->jurisdiction().empty()) supplier->set_jurisdiction(record.jurisdiction());
  if (supplier->status() == probity::v1::ENTITY_STATUS_UNSPECIFIED) {
    supplier->set_status(record.status());
  }
  if (!supplier->has_legal_form() && record.has_legal_form()) {
    *supplier->mutable_legal_form() = record.legal_form();
  }
  if (!supplier->has_founded() && record.has_founded()) {
    *supplier->mutable_founded() = record.founded();
  }
  if (!supplier->has_dissolved() && record.has_dissolved()) {
    *supplier->mutable_dissolved() = record.dissolved();
  }
}

std::string DisplayName(const Supplier& supplier) {
  for (const Name& name : supplier.names()) {
    if (name.type() == probity::v1::NAME_TYPE_LEGAL_NAME) return name.text();
  }
  return supplier.names_size() > 0 ? supplier.names(0).text() : std::string();
}

}  // namespace

void AddSide(const std::string& name, const Separation& separation, const std::string& record,
             Sides* sides) {
  const auto holds = [&record](const auto& side) {
    return std::find(side.begin(), side.end(), record) != side.end();
  };
  if (holds(separation.records())) {
    sides->emplace(name, 1);
  } else if (holds(separation.apart_from())) {
    sides->emplace(name, 2);
  }
}

SourceRank RankOf(const probity::v1::Dataset& dataset) {
  return {dataset.precedence(), dataset.reliability()};
}

std::vector<size_t> MembersByRank(const Cluster& cluster, const std::vector<ClusterInput>& inputs) {
  std::vector<size_t> members = cluster.members;
  std::sort(members.begin(), members.end(),
            [&](size_t a, size_t b) { return BeliefOf(inputs[a]) < BeliefOf(inputs[b]); });
  return members;
}

std::vector<Cluster> BuildClusters(const std::vector<ClusterInput>& inputs,
                                   const IdentifierCatalogue& identifiers) {
  Joiner joiner(inputs, identifiers);
  std::vector<std::pair<size_t, ClusterEdge>> edges;  // joining record, edge
  const Holders holders_by_value = HoldersByValue(inputs, identifiers);
  // Values in order of (scheme, value), holders by age: a fixed order.
  for (const auto& [key, holders] : holders_by_value) {
    for (size_t later = 1; later < holders.size(); ++later) {
      for (size_t earlier = 0; earlier < later; ++earlier) {
        if (joiner.Root(holders[earlier]) == joiner.Root(holders[later])) break;
        if (!joiner.Join(holders[earlier], holders[later])) continue;
        edges.emplace_back(holders[later],
                           MakeEdge(inputs[holders[earlier]].ref, inputs[holders[later]].ref, key));
        break;
      }
    }
  }

  std::vector<size_t> by_age(inputs.size());
  std::iota(by_age.begin(), by_age.end(), size_t{0});
  std::sort(by_age.begin(), by_age.end(),
            [&](size_t a, size_t b) { return AgeOf(inputs[a]) < AgeOf(inputs[b]); });
  std::vector<Cluster> clusters;
  std::map<size_t, size_t> cluster_of_root;
  for (size_t i : by_age) {
    const size_t root = joiner.Root(i);
    auto [found, is_new] = cluster_of_root.emplace(root, clusters.size());
    if (is_new) {
      clusters.emplace_back().id = SupplierIdOf(inputs[root].ref.dataset, inputs[root].ref.key);
    }
    clusters[found->second].members.push_back(i);
  }
  for (auto& [record, edge] : edges) {
    clusters[cluster_of_root.at(joiner.Root(record))].edges.push_back(std::move(edge));
  }
  NoteSeparations(holders_by_value, inputs, &clusters);
  return clusters;
}

Supplier BuildSupplier(const Cluster& cluster, const std::vector<ClusterInput>& inputs) {
  Supplier supplier;
  supplier.set_name("suppliers/" + cluster.id);
  std::set<std::string> names, identifiers, addresses;
  for (const size_t member : MembersByRank(cluster, inputs)) {
    const ClusterInput& input = inputs[member];
    AddMissing(
        input.record.names(), kMaxNames, [](const Name& name) { return name.text(); }, &names,
        supplier.mutable_names());
    AddMissing(
        input.record.identifiers(), kMaxIdentifiers,
        [](const Identifier& id) { return id.scheme() + '\0' + id.value(); }, &identifiers,
        supplier.mutable_identifiers());
    AddMissing(
        input.record.addresses(), kMaxAddressesOfSupplier,
        [](const Address& address) { return CanonicalBytes(address); }, &addresses,
        supplier.mutable_addresses());
    FillSingleValues(input.record, &supplier);
  }
  for (const size_t member : cluster.members) {
    AddRegistration(inputs[member], &supplier);
    supplier.add_source_records(inputs[member].ref.Name());
  }
  for (const ClusterEdge& edge : cluster.edges) *supplier.add_edges() = edge;
  for (const std::string& name : cluster.separations) {
    if (supplier.separations_size() < kMaxSeparations) supplier.add_separations(name);
  }
  supplier.set_display_name(DisplayName(supplier));
  return supplier;
}

}  // namespace probity::storage
