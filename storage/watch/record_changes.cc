#include "storage/watch/record_changes.h"

#include <set>
#include <utility>

#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

// Breadth-first over records and the terms that join them, as the store's own clusters.
class Walk {
 public:
  Walk(const View& before, const View& after, const IdentifierCatalogue& identifiers, size_t limit)
      : views_{&before, &after}, identifiers_(identifiers), limit_(limit) {}

  absl::StatusOr<bool> Run(std::vector<RecordRef>* refs) {
    seen_.insert(refs->begin(), refs->end());
    for (size_t next = 0; next < refs->size(); ++next) {
      if (refs->size() > limit_) return false;
      absl::Status visited = Visit(RecordRef((*refs)[next]), refs);
      if (!visited.ok()) return visited;
    }
    return true;
  }

 private:
  absl::Status Visit(const RecordRef& ref, std::vector<RecordRef>* refs) {
    for (const View* view : views_) {
      absl::StatusOr<std::optional<v1::RecordRow>> row = view->GetRecord(ref);
      if (!row.ok()) return row.status();
      if (!row->has_value()) continue;
      for (const auto& identifier : LatestRecord(**row).supplier().identifiers()) {
        if (!identifiers_.IsIdentifying(identifier.scheme())) continue;
        absl::Status followed =
            Follow(IdentifierTerm(identifier.scheme(), identifier.value()), refs);
        if (!followed.ok()) return followed;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Follow(const std::string& term, std::vector<RecordRef>* refs) {
    if (!followed_.insert(term).second) return absl::OkStatus();
    for (const View* view : views_) {
      absl::Status found =
          view->FindRecords(IndexKind::kIdentifier, term, [&](const RecordRef& ref) {
            if (seen_.insert(ref).second) refs->push_back(ref);
            return refs->size() <= limit_;
          });
      if (!found.ok()) return found;
    }
    return absl::OkStatus();
  }

  const View* const views_[2];
  const IdentifierCatalogue& identifiers_;
  const size_t limit_;
  std::set<RecordRef> seen_;
  std::set<std::string> followed_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const View>> ViewOfRevision(const Store& store, uint64_t revision,
                                                           absl::string_view authority) {
  auto token = store.TokenOf(revision);
  if (!token.ok()) return token.status();
  probity::v1::Consistency at;
  *at.mutable_at_exact_revision() = *std::move(token);
  return store.ViewAt(at, authority);
}

absl::StatusOr<RevisionChanges> ReadChanges(const Store& store, uint64_t revision, size_t limit) {
  auto manifests = store.ListManifests(revision, 1);
  if (!manifests.ok()) return manifests.status();
  RevisionChanges changes;
  if (manifests->empty()) return changes;
  changes.dataset = std::string(BareDatasetId(manifests->front().changed_dataset()));
  for (const v1::DatasetState& state : manifests->front().datasets()) {
    if (BareDatasetId(state.dataset().name()) == changes.dataset) {
      changes.owner = state.dataset().owner();
    }
  }
  auto before = ViewOfRevision(store, revision - 1, changes.owner);
  if (!before.ok()) return before.status();
  absl::Status fault;
  absl::Status read = store.ForEachChange(revision, [&](const RecordVersion& version) {
    changes.all = changes.records.size() >= limit;
    if (changes.all) return false;
    RecordChange change{{changes.dataset, version.key}, std::nullopt, version.row};
    auto row = (*before)->GetRecord(change.ref);
    if (!row.ok()) fault = row.status();
    if (!fault.ok()) return false;
    change.before = *std::move(row);
    changes.records.push_back(std::move(change));
    return true;
  });
  if (!read.ok()) return read;
  if (!fault.ok()) return fault;
  if (changes.all) changes.records.clear();
  return changes;
}

absl::Status VisitChanges(const CandidateView& candidate, const CandidateRows::StillWanted& wanted,
                          const std::function<void(const RecordChange&)>& visit) {
  const CandidateRows& rows = candidate.rows();
  for (uint32_t number = 0; candidate.sees_rows() && number < rows.size(); ++number) {
    if (wanted) {
      if (absl::Status go_on = wanted(); !go_on.ok()) return go_on;
    }
    auto row = rows.Read(number);
    if (!row.ok()) return row.status();
    RecordChange change{{rows.dataset(), std::move(row->key)}, std::nullopt, std::move(row->row)};
    auto before = candidate.base().GetRecord(change.ref);
    if (!before.ok()) return before.status();
    change.before = *std::move(before);
    if (change.before.has_value() || change.after.has_value()) visit(change);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AddJoinedParties(const View& before, const View& after,
                                      const IdentifierCatalogue& identifiers, size_t limit,
                                      std::vector<RecordRef>* refs) {
  return Walk(before, after, identifiers, limit).Run(refs);
}

}  // namespace probity::storage
