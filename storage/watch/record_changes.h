// What one revision changed, as each authority may see it: for the watch, which decides
// again what a change touches.
#ifndef PROBITY_STORAGE_WATCH_RECORD_CHANGES_H_
#define PROBITY_STORAGE_WATCH_RECORD_CHANGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/candidate_rows.h"
#include "storage/candidate_view.h"
#include "storage/store.h"

namespace probity::storage {

struct RevisionChanges {
  std::string dataset;                // bare id of the one that was changed; empty: none
  std::string owner;                  // who alone may see it; empty: everybody
  bool all = false;                   // more records than asked for: they are not listed
  std::vector<RecordChange> records;  // by key
};

// What `revision` changed, if it is at most `limit` records. The records are those of
// the dataset's owner: whoever reads them must keep them from others.
// Errors as of Store::ForEachChange.
absl::StatusOr<RevisionChanges> ReadChanges(const Store& store, uint64_t revision, size_t limit);

// Visits what a change set changes in what `candidate` sees, by key; removals of what was
// not there are none. Errors of the candidate and of `wanted`.
absl::Status VisitChanges(const CandidateView& candidate, const CandidateRows::StillWanted& wanted,
                          const std::function<void(const RecordChange&)>& visit);

// A view of a revision. Errors of Store::TokenOf and Store::ViewAt.
absl::StatusOr<std::shared_ptr<const View>> ViewOfRevision(const Store& store, uint64_t revision,
                                                           absl::string_view authority);

// Adds to `refs` every party record that equal identifying identifiers join to one of
// them, directly or through others, before or after: whose cluster may be another one.
// False when they are more than `limit`. Datasets that the views mask take no part.
absl::StatusOr<bool> AddJoinedParties(const View& before, const View& after,
                                      const IdentifierCatalogue& identifiers, size_t limit,
                                      std::vector<RecordRef>* refs);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_WATCH_RECORD_CHANGES_H_
