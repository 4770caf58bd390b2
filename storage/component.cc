#include "storage/component.h"

#include <algorithm>
#include <set>

#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

// Breadth-first over records and the terms that join them.
class Walk {
 public:
  Walk(const std::vector<const View*>& views, const IdentifierCatalogue& identifiers)
      : views_(views), identifiers_(identifiers) {}

  absl::Status Run(const RecordRef& seed) {
    queue_.push_back(seed);
    seen_.insert(seed);
    for (size_t next = 0; next < queue_.size(); ++next) {
      if (absl::Status status = Visit(RecordRef(queue_[next])); !status.ok()) return status;
    }
    return absl::OkStatus();
  }
  Component Take() { return std::move(component_); }

 private:
  absl::Status Visit(const RecordRef& ref) {
    std::vector<std::optional<v1::RecordRow>> rows;
    for (const View* view : views_) {
      absl::StatusOr<std::optional<v1::RecordRow>> row = view->GetRecord(ref);
      if (!row.ok()) return row.status();
      rows.push_back(IsParty(*row) ? std::move(*row) : std::nullopt);
    }
    for (const auto& row : rows) {
      for (const std::string& term : IdentifyingTerms(row, identifiers_)) {
        if (absl::Status status = Follow(term); !status.ok()) return status;
      }
    }
    if (std::any_of(rows.begin(), rows.end(), IsParty)) component_[ref] = std::move(rows);
    return absl::OkStatus();
  }

  absl::Status Follow(const std::string& term) {
    if (!followed_.insert(term).second) return absl::OkStatus();
    for (const View* view : views_) {
      absl::Status status =
          view->FindRecords(IndexKind::kIdentifier, term, [&](const RecordRef& ref) {
            if (seen_.insert(ref).second) queue_.push_back(ref);
            return true;
          });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  const std::vector<const View*>& views_;
  const IdentifierCatalogue& identifiers_;
  std::vector<RecordRef> queue_;
  std::set<RecordRef> seen_;
  std::set<std::string> followed_;
  Component component_;
};

}  // namespace

bool IsParty(const std::optional<v1::RecordRow>& row) {
  return row.has_value() && LatestRecord(*row).has_supplier();
}

std::vector<std::string> IdentifyingTerms(const std::optional<v1::RecordRow>& row,
                                          const IdentifierCatalogue& identifiers) {
  std::vector<std::string> terms;
  if (!IsParty(row)) return terms;
  for (const probity::v1::Identifier& id : LatestRecord(*row).supplier().identifiers()) {
    if (identifiers.IsIdentifying(id.scheme())) {
      terms.push_back(IdentifierTerm(id.scheme(), id.value()));
    }
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

absl::StatusOr<Component> WalkComponent(const std::vector<const View*>& views,
                                        const IdentifierCatalogue& identifiers,
                                        const RecordRef& seed) {
  Walk walk(views, identifiers);
  if (absl::Status status = walk.Run(seed); !status.ok()) return status;
  return walk.Take();
}

SourceOf SourcesIn(const View& view) {
  return [&view](absl::string_view dataset) -> std::optional<PartySource> {
    const v1::DatasetState* state = view.FindDataset(dataset);
    if (state == nullptr) return std::nullopt;
    return PartySource{&state->dataset().owner(), RankOf(state->dataset())};
  };
}

std::vector<ClusterInput> InputsOf(const Component& component, size_t view, const SourceOf& sources,
                                   const OwnerFilter& filter) {
  std::vector<ClusterInput> inputs;
  for (const auto& [ref, rows] : component) {
    if (!rows[view].has_value()) continue;
    const std::optional<PartySource> source = sources(ref.dataset);
    if (!source.has_value() || !filter(*source->owner)) continue;
    ClusterInput input;
    input.ref = ref;
    input.first_revision = rows[view]->first_revision();
    input.owned = !source->owner->empty();
    input.rank = source->rank;
    input.record = LatestRecord(*rows[view]).supplier();
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace probity::storage
