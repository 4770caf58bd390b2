#include "storage/memory/in_memory_view.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/hash.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

std::string IdOf(const v1::DatasetState& state) {
  return std::string(BareDatasetId(state.dataset().name()));
}

// The sides of all records that separations of shared datasets name, by name of record.
std::map<std::string, Sides> SidesIn(const MemoryRevision& revision) {
  std::map<std::string, Sides> sides;
  for (const v1::DatasetState& state : revision.manifest.datasets()) {
    const auto records = revision.records.find(IdOf(state));
    if (!state.dataset().owner().empty() || records == revision.records.end()) continue;
    for (const auto& [key, row] : records->second) {
      const probity::v1::Separation& separation = LatestRecord(row).separation();
      const std::string name = RecordRef{records->first, key}.Name();
      for (const auto* side : {&separation.records(), &separation.apart_from()}) {
        for (const std::string& record : *side) AddSide(name, separation, record, &sides[record]);
      }
    }
  }
  return sides;
}

}  // namespace

std::vector<ClusterInput> PartiesOf(const MemoryRevision& revision,
                                    const std::function<bool(const std::string&)>& sees) {
  const std::map<std::string, Sides> sides = SidesIn(revision);
  std::vector<ClusterInput> parties;
  for (const v1::DatasetState& state : revision.manifest.datasets()) {
    const std::string dataset = IdOf(state);
    auto records = revision.records.find(dataset);
    if (!sees(dataset) || records == revision.records.end()) continue;
    for (const auto& [key, row] : records->second) {
      const probity::v1::Record& latest = LatestRecord(row);
      if (!latest.has_supplier()) continue;
      const auto separated = sides.find(RecordRef{dataset, key}.Name());
      parties.push_back({{dataset, key},
                         row.first_revision(),
                         !state.dataset().owner().empty(),
                         latest.supplier(),
                         RankOf(state.dataset()),
                         separated == sides.end() ? Sides() : separated->second});
    }
  }
  return parties;
}

InMemoryView::InMemoryView(std::shared_ptr<const MemoryRevision> revision,
                           absl::string_view authority, const IdentifierCatalogue& identifiers)
    : revision_(std::move(revision)),
      authority_(authority),
      masked_(MaskedFor(authority, revision_->manifest)) {
  for (const v1::DatasetState& state : masked_.datasets()) visible_.insert(IdOf(state));
  parties_ = PartiesOf(*revision_, [this](const std::string& dataset) { return Sees(dataset); });
  clusters_ = BuildClusters(parties_, identifiers);
}

absl::StatusOr<std::optional<v1::RecordRow>> InMemoryView::GetRecord(const RecordRef& ref) const {
  auto dataset = revision_->records.find(ref.dataset);
  if (!Sees(ref.dataset) || dataset == revision_->records.end()) {
    return std::optional<v1::RecordRow>();
  }
  auto row = dataset->second.find(ref.key);
  if (row == dataset->second.end()) return std::optional<v1::RecordRow>();
  return std::optional<v1::RecordRow>(row->second);
}

absl::Status InMemoryView::FindRecords(IndexKind kind, absl::string_view term,
                                       const RecordVisitor& visit) const {
  const IndexTerm wanted{kind, std::string(term)};
  for (const auto& [dataset, records] : revision_->records) {
    if (!Sees(dataset)) continue;
    for (const auto& [key, row] : records) {
      const std::vector<IndexTerm> terms = IndexTermsOf(dataset, row);
      if (std::binary_search(terms.begin(), terms.end(), wanted) && !visit({dataset, key})) {
        return absl::OkStatus();
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StoredSupplier>> InMemoryView::SupplierOf(const RecordRef& ref) const {
  for (const Cluster& cluster : clusters_) {
    for (size_t member : cluster.members) {
      if (parties_[member].ref == ref) {
        return std::optional<StoredSupplier>(StoredSupplier{
            "suppliers/" + cluster.id, CanonicalBytes(BuildSupplier(cluster, parties_))});
      }
    }
  }
  return std::optional<StoredSupplier>();
}

absl::StatusOr<std::optional<StoredSupplier>> InMemoryView::GetSupplier(
    absl::string_view id) const {
  for (const ClusterInput& party : parties_) {
    if (SupplierIdOf(party.ref.dataset, party.ref.key) == id) return SupplierOf(party.ref);
  }
  auto heir = HeirOf(id);
  if (!heir.ok() || !heir->has_value()) return std::optional<StoredSupplier>();
  return GetSupplier(**heir);
}

absl::StatusOr<std::optional<std::string>> InMemoryView::HeirOf(absl::string_view id) const {
  const auto heir = revision_->heirs.find(std::string(id));
  if (heir == revision_->heirs.end()) return std::nullopt;
  return SupplierIdOf(heir->second.dataset, heir->second.key);
}

absl::Status InMemoryView::ForEachRecord(
    absl::string_view dataset,
    const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const {
  auto records = revision_->records.find(std::string(dataset));
  if (!Sees(std::string(dataset)) || records == revision_->records.end()) {
    return absl::OkStatus();
  }
  for (const auto& [key, row] : records->second) {
    if (!visit(key, row)) break;
  }
  return absl::OkStatus();
}

}  // namespace probity::storage
