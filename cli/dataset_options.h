// Options that say how a dataset shall be, when it is made and when it is changed.
#ifndef PROBITY_CLI_DATASET_OPTIONS_H_
#define PROBITY_CLI_DATASET_OPTIONS_H_

#include <functional>
#include <memory>
#include <vector>

#include "cli/command.h"
#include "probity/v1/dataset.pb.h"

namespace probity::cli {

// What the options ask for, in order.
using DatasetChanges = std::vector<std::function<void(v1::Dataset*)>>;

// Adds the options of what may be changed later too.
void AddSettings(Command* command, const std::shared_ptr<DatasetChanges>& changes);

// "yes" or "no".
absl::StatusOr<bool> ParseYes(absl::string_view text);

}  // namespace probity::cli

#endif  // PROBITY_CLI_DATASET_OPTIONS_H_
