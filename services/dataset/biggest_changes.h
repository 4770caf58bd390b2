// Which of a load's changes a person should look at first.
#ifndef PROBITY_SERVICES_DATASET_BIGGEST_CHANGES_H_
#define PROBITY_SERVICES_DATASET_BIGGEST_CHANGES_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/load_preview.pb.h"
#include "screening/preview/previewer.h"
#include "storage/store.h"

namespace probity::dataset {

// At most so many.
inline constexpr size_t kMostBiggest = 100;

// In this order, and within it by key:
//   records that lifted members and decisions rest on, then those of other impacts
//   flags and measures that are new or gone, then those that say something else
//   parties with other identifiers, or that are gone
//   certificates and audits, then everything else
// Restricted records are left out; fields are shown where the dataset may be passed on.
// Errors of the change set and the view, and of `still_wanted`, which may be empty.
absl::StatusOr<std::vector<v1::RecordChange>> BiggestChanges(
    const storage::View& base, const storage::ChangeSet& changes,
    const screening::PreviewResult& result, const std::function<absl::Status()>& still_wanted);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_BIGGEST_CHANGES_H_
