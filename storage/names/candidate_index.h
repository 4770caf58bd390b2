// Names as they would be found if a change set were published: the base's segments
// without what it takes away, and one more of what it brings.
#ifndef PROBITY_STORAGE_NAMES_CANDIDATE_INDEX_H_
#define PROBITY_STORAGE_NAMES_CANDIDATE_INDEX_H_

#include <memory>

#include "absl/status/statusor.h"
#include "index/visibility.h"
#include "matching/matcher.h"
#include "storage/candidate_rows.h"
#include "storage/candidate_view.h"
#include "storage/names/name_index.h"
#include "storage/names/snapshot.h"

namespace probity::storage {

// What the view's caller may see of names.
index::Visibility VisibilityOf(const View& view);

// An index over candidate.rows() and `base`, which covers the candidate's base and no
// later version of the dataset. It holds the names that change, some 100 bytes each, and
// the segments of `base`, which it keeps alive. Borrows the matcher. Errors of
// CandidateRows::Read and of `wanted`.
absl::StatusOr<std::unique_ptr<NameIndex>> MakeCandidateIndex(
    const matching::Matcher& matcher, const SnapshotPtr& base, const CandidateView& candidate,
    const CandidateRows::StillWanted& wanted);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_CANDIDATE_INDEX_H_
