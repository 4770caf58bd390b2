#include "storage/component.h"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

bool IsShared(const v1::DatasetState& state) { return state.dataset().owner().empty(); }

bool HoldsAny(const v1::DatasetState& state) {
  const auto count = state.body_counts().find(probity::v1::Record::kSeparationFieldNumber);
  return IsShared(state) && count != state.body_counts().end() && count->second > 0;
}

// The separations of one view. Where there are none, they cost no reads.
class SeparationsIn {
 public:
  explicit SeparationsIn(const View& view) : view_(view) {
    const auto& datasets = view.manifest().datasets();
    any_ = std::any_of(datasets.begin(), datasets.end(), HoldsAny);
  }

  absl::StatusOr<Sides> SidesOf(const RecordRef& ref) {
    Sides sides;
    if (!any_) return sides;
    std::vector<RecordRef> found;
    absl::Status searched =
        view_.FindRecords(IndexKind::kSeparated, RecordTerm(ref.dataset, ref.key),
                          [&found](const RecordRef& separation) {
                            found.push_back(separation);
                            return true;
                          });
    if (!searched.ok()) return searched;
    for (const RecordRef& name : found) {
      const v1::DatasetState* state = view_.FindDataset(name.dataset);
      if (state == nullptr || !IsShared(*state)) continue;
      auto separation = Read(name);
      if (!separation.ok()) return separation.status();
      AddSide(name.Name(), **separation, ref.Name(), &sides);
    }
    return sides;
  }

 private:
  // Those that name many records of the component are read once.
  absl::StatusOr<const probity::v1::Separation*> Read(const RecordRef& name) {
    const auto known = read_.find(name);
    if (known != read_.end()) return &known->second;
    auto row = view_.GetRecord(name);
    if (!row.ok()) return row.status();
    probity::v1::Separation separation;
    if (row->has_value()) separation = LatestRecord(**row).separation();
    return &read_.emplace(name, std::move(separation)).first->second;
  }

  const View& view_;
  bool any_ = false;
  std::map<RecordRef, probity::v1::Separation> read_;
};

// Breadth-first over records and the terms that join them.
class Walk {
 public:
  Walk(const std::vector<const View*>& views, const IdentifierCatalogue& identifiers)
      : views_(views), identifiers_(identifiers) {
    for (const View* view : views) separations_.emplace_back(*view);
  }

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
    std::vector<PartyRow> rows;
    for (size_t i = 0; i < views_.size(); ++i) {
      PartyRow& shown = rows.emplace_back();
      absl::StatusOr<std::optional<v1::RecordRow>> row = views_[i]->GetRecord(ref);
      if (!row.ok()) return row.status();
      if (!IsParty(*row)) continue;
      shown.row = *std::move(row);
      absl::StatusOr<Sides> sides = separations_[i].SidesOf(ref);
      if (!sides.ok()) return sides.status();
      shown.sides = *std::move(sides);
    }
    for (const PartyRow& shown : rows) {
      for (const std::string& term : IdentifyingTerms(shown.row, identifiers_)) {
        if (absl::Status status = Follow(term); !status.ok()) return status;
      }
    }
    const auto is_there = [](const PartyRow& shown) { return shown.row.has_value(); };
    if (std::any_of(rows.begin(), rows.end(), is_there)) component_[ref] = std::move(rows);
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
  std::vector<SeparationsIn> separations_;  // of each view
  std::vector<RecordRef> queue_;
  std::set<RecordRef> seen_;
  std::set<std::string> followed_;
  Component component_;
};

}  // namespace

bool IsParty(const std::optional<v1::RecordRow>& row) {
  return row.has_value() && LatestRecord(*row).has_supplier();
}

bool HoldsSeparations(const View& view, absl::string_view dataset) {
  const v1::DatasetState* state = view.FindDataset(dataset);
  return state != nullptr && HoldsAny(*state);
}

void AddSeparated(const std::optional<v1::RecordRow>& row, std::set<RecordRef>* refs) {
  if (!row.has_value()) return;
  const probity::v1::Separation& separation = LatestRecord(*row).separation();
  for (const auto* side : {&separation.records(), &separation.apart_from()}) {
    for (const std::string& name : *side) {
      if (auto ref = RecordRef::FromName(name)) refs->insert(*std::move(ref));
    }
  }
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
    const PartyRow& shown = rows[view];
    if (!shown.row.has_value()) continue;
    const std::optional<PartySource> source = sources(ref.dataset);
    if (!source.has_value() || !filter(*source->owner)) continue;
    ClusterInput input;
    input.ref = ref;
    input.first_revision = shown.row->first_revision();
    input.owned = !source->owner->empty();
    input.rank = source->rank;
    input.record = LatestRecord(*shown.row).supplier();
    input.sides = shown.sides;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace probity::storage
