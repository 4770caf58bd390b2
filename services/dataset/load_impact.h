// What loads ask of whoever knows watched members and recorded decisions. The server gives
// them screening's previewer; tests answer by themselves.
#ifndef PROBITY_SERVICES_DATASET_LOAD_IMPACT_H_
#define PROBITY_SERVICES_DATASET_LOAD_IMPACT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/load.pb.h"
#include "storage/store.h"

namespace probity::dataset {

struct ImpactQuestion {
  const storage::ChangeSet& changes;
  // In whose view the dataset is seen.
  std::string authority;
  // CANCELLED when the load was given up. May be empty.
  std::function<absl::Status()> still_wanted;
  // Told how far it has come, 0 to 1. May be empty.
  std::function<void(double)> progress;
};

// Errors of both: ABORTED / LOAD_CONFLICT when the dataset is no longer what the change
// set was compared with; UNAVAILABLE when it cannot be told now; those of `still_wanted`.
struct LoadImpact {
  // The members, of all authorities, whose BLOCK or REVIEW it would lift.
  //   RESOURCE_EXHAUSTED / LIMIT_EXCEEDED  it has more rows than can be looked at
  // Empty: nobody is watched.
  std::function<absl::StatusOr<std::vector<v1::LiftedVerdict>>(const ImpactQuestion&)> lifted;
  // Works out all that would change and stores it in the load's directory, over what was
  // stored before; gives whom it would lift, as above. `base` is what the change set was
  // compared with. Empty: there is nobody to preview for.
  std::function<absl::StatusOr<std::vector<v1::LiftedVerdict>>(
      const storage::View& base, const v1::Load& load, const std::string& directory,
      const ImpactQuestion&)>
      store_preview;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_IMPACT_H_
