// What of a dataset may be changed once it is there. Pure.
#ifndef PROBITY_SERVICES_DATASET_SETTINGS_H_
#define PROBITY_SERVICES_DATASET_SETTINGS_H_

#include "absl/status/status.h"
#include "probity/v1/dataset.pb.h"

namespace probity::dataset {

// OK when limits and columns make sense. INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED.
absl::Status CheckSettings(const v1::Dataset& asked);
// OK when nothing that never changes differs; what is absent in `asked` does not.
// INVALID_ARGUMENT / INVALID_FIELD.
absl::Status CheckNeverChanged(const v1::Dataset& before, const v1::Dataset& asked);
// `before` with all that may change as `asked` has it.
v1::Dataset WithSettings(const v1::Dataset& before, const v1::Dataset& asked);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_SETTINGS_H_
