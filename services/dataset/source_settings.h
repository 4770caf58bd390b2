// Where the file of a dataset is fetched from: whether it can be what its owner says.
#ifndef PROBITY_SERVICES_DATASET_SOURCE_SETTINGS_H_
#define PROBITY_SERVICES_DATASET_SOURCE_SETTINGS_H_

#include "absl/status/status.h"
#include "probity/v1/dataset.pb.h"

namespace probity::dataset {

// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_FORMAT. Nothing is asked of
// the network: a client fetches the file.
absl::Status CheckSource(const v1::DatasetSource& source);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_SOURCE_SETTINGS_H_
