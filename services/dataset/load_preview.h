// The preview of a load as it is stored: worked out once, in the load's directory, and
// read page by page by whoever may see the load. What is whose is decided when it is read.
#ifndef PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_
#define PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "probity/v1/load.pb.h"
#include "probity/v1/load_preview.pb.h"
#include "screening/preview/previewer.h"
#include "storage/store.h"

namespace probity::dataset {

// File of the preview in a load's directory.
std::string PreviewPath(const std::string& directory);

// Works out what question.changes would do and stores it in `directory`: the file is
// replaced whole, synced, or left as it was. `load` gives name and counts.
// Errors of Previewer::Preview; RESOURCE_EXHAUSTED / DISK_FULL.
absl::Status StorePreview(const screening::Previewer& previewer, const storage::View& base,
                          const v1::Load& load, const screening::PreviewQuestion& question,
                          const std::string& directory);

// A page of what is stored: `limit` impacts of `authority` from `place` on, which is empty
// for the first page and set to that of the next, or to empty at the end. The biggest
// changes stand on the first page alone.
//   NOT_FOUND without a reason  there is no preview
//   DATA_LOSS / STORE_CORRUPT
absl::Status ReadPreview(const std::string& directory, absl::string_view authority, size_t limit,
                         std::string* place, v1::GetLoadPreviewResponse* out);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_
