#include "screening/decision/cluster_path.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

// Shortest path over the edges, which are undirected; the edges form a tree.
std::vector<v1::ClusterEdge> Path(const v1::Supplier& supplier, const std::set<std::string>& from,
                                  const std::set<std::string>& to) {
  std::map<std::string, const v1::ClusterEdge*> came_by;  // record -> edge to it
  std::map<std::string, std::string> came_from;
  std::deque<std::string> open(from.begin(), from.end());
  for (const std::string& start : from) came_by[start] = nullptr;
  while (!open.empty()) {
    const std::string at = open.front();
    open.pop_front();
    if (to.count(at) > 0) {
      std::vector<v1::ClusterEdge> path;
      for (std::string step = at; came_by[step] != nullptr; step = came_from[step]) {
        path.push_back(*came_by[step]);
      }
      std::reverse(path.begin(), path.end());
      return path;
    }
    for (const v1::ClusterEdge& edge : supplier.edges()) {
      if (edge.from() != at && edge.to() != at) continue;
      const std::string& next = edge.from() == at ? edge.to() : edge.from();
      if (came_by.count(next) > 0) continue;
      came_by[next] = &edge;
      came_from[next] = at;
      open.push_back(next);
    }
  }
  return {};
}

}  // namespace

absl::StatusOr<ClusterPaths> ClusterPaths::Of(const storage::View& view,
                                              const v1::Supplier& supplier) {
  ClusterPaths paths(supplier);
  if (supplier.edges().empty()) return paths;
  for (const std::string& name : supplier.source_records()) {
    const auto ref = storage::RecordRef::FromName(name);
    if (!ref) continue;
    Member member{name, {storage::RecordTerm(ref->dataset, ref->key)}, {name}};
    auto row = view.GetRecord(*ref);
    if (!row.ok()) return row.status();
    if (row->has_value()) {
      for (const v1::Identifier& one : storage::LatestRecord(**row).supplier().identifiers()) {
        member.terms.insert("i" + storage::IdentifierTerm(one.scheme(), one.value()));
        member.matched_by.insert(absl::StrCat(one.scheme(), ":", one.value()));
      }
    }
    paths.members_.push_back(std::move(member));
  }
  return paths;
}

std::vector<v1::ClusterEdge> ClusterPaths::Between(const std::string& asked_term,
                                                   const std::string& matched_by) const {
  std::set<std::string> from, to;
  for (const Member& member : members_) {
    if (member.terms.count(asked_term) > 0) from.insert(member.name);
    if (member.matched_by.count(matched_by) > 0) to.insert(member.name);
  }
  return Path(supplier_, from, to);
}

}  // namespace probity::screening
