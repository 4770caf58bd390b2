#include "storage/rocksdb/component.h"

#include <algorithm>
#include <set>

#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

// Breadth-first over records and the terms that join them.
class Walk {
 public:
  explicit Walk(const std::vector<const RocksdbView*>& views) : views_(views) {}

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
    for (const RocksdbView* view : views_) {
      absl::StatusOr<std::optional<v1::RecordRow>> row = view->GetRecord(ref);
      if (!row.ok()) return row.status();
      rows.push_back(IsParty(*row) ? std::move(*row) : std::nullopt);
    }
    for (const auto& row : rows) {
      for (const std::string& term : IdentifyingTerms(row, views_[0]->identifiers())) {
        if (absl::Status status = Follow(term); !status.ok()) return status;
      }
    }
    if (std::any_of(rows.begin(), rows.end(), IsParty)) component_[ref] = std::move(rows);
    return absl::OkStatus();
  }

  absl::Status Follow(const std::string& term) {
    if (!followed_.insert(term).second) return absl::OkStatus();
    for (const RocksdbView* view : views_) {
      absl::Status status =
          view->FindRecords(IndexKind::kIdentifier, term, [&](const RecordRef& ref) {
            if (seen_.insert(ref).second) queue_.push_back(ref);
            return true;
          });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  const std::vector<const RocksdbView*>& views_;
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

absl::StatusOr<Component> WalkComponent(const std::vector<const RocksdbView*>& views,
                                        const RecordRef& seed) {
  Walk walk(views);
  if (absl::Status status = walk.Run(seed); !status.ok()) return status;
  return walk.Take();
}

std::vector<ClusterInput> InputsOf(const Component& component, size_t view, const Visible& visible,
                                   const OwnerFilter& filter) {
  std::vector<ClusterInput> inputs;
  for (const auto& [ref, rows] : component) {
    const Visible::Entry* entry = visible.Find(ref.dataset);
    if (!rows[view].has_value() || entry == nullptr || !filter(entry->owner)) continue;
    ClusterInput input;
    input.ref = ref;
    input.first_revision = rows[view]->first_revision();
    input.owned = !entry->owner.empty();
    input.record = LatestRecord(*rows[view]).supplier();
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace probity::storage
