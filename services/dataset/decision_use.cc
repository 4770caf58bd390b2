#include "services/dataset/decision_use.h"

#include <cstdint>
#include <map>

namespace probity::dataset {
namespace {

constexpr size_t kDecisionsAtOnce = 1000;

// A decision by its name, and what it holds.
struct Use {
  std::string decision;
  std::set<std::string> held;
};
using Uses = std::map<uint64_t, Use, std::greater<>>;  // by leaf, newest first

absl::Status AddUses(const storage::EvidenceLog& log, const std::string& authority,
                     const std::string& name, Uses* uses) {
  storage::DecisionQuery query;
  query.authority = authority;
  query.record = name;
  query.limit = kDecisionsAtOnce;
  for (bool more = true; more;) {
    const auto page = log.List(query);
    if (!page.ok()) return page.status();
    for (const storage::v1::DecisionSummary& summary : page->decisions) {
      Use& use = (*uses)[summary.leaf_index()];
      use.decision = summary.decision();
      use.held.insert(name);
    }
    more = page->next.has_value();
    if (more) query.before = *page->next;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const std::set<std::string>& names,
                                  const DecisionVisitor& visit) {
  Uses uses;
  for (const std::string& name : names) {
    if (absl::Status added = AddUses(log, authority, name, &uses); !added.ok()) return added;
  }
  for (const auto& [leaf, use] : uses) {
    const auto stored = log.Get(use.decision);
    if (!stored.ok()) return stored.status();
    if (absl::Status visited = visit(*stored, use.held); !visited.ok()) return visited;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
