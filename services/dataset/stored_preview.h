// The preview of a load as it is stored (probity/storage/v1/load_preview.proto): worked out
// once, in the load's directory, and read page by page by whoever may see the load. What
// is whose is decided when it is read.
#ifndef PROBITY_SERVICES_DATASET_STORED_PREVIEW_H_
#define PROBITY_SERVICES_DATASET_STORED_PREVIEW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/load.pb.h"
#include "probity/v1/load_preview.pb.h"
#include "screening/preview/previewer.h"

namespace probity::dataset {

// Replaces what was stored in the load's directory, or leaves it as it was.
// RESOURCE_EXHAUSTED / DISK_FULL; PERMISSION_DENIED / STORE_NOT_WRITABLE.
absl::Status WritePreview(const std::string& directory, const v1::Load& load,
                          const screening::PreviewResult& result,
                          const std::vector<v1::RecordChange>& biggest_changes);

// Where a page begins, in bytes behind the first impact of the reader, and how many
// impacts it has.
struct PreviewPage {
  uint64_t begin = 0;
  size_t size = 100;
};

// A page as `authority` may see it: the impacts of its own members and decisions, of all
// others how many members change. The biggest changes stand on the first page alone.
// Gives where the next page begins; nullopt: this was the last.
//   NOT_FOUND without a reason  nothing is stored
//   INVALID_ARGUMENT / INVALID_PAGE_TOKEN  there is no such page
//   DATA_LOSS / STORE_CORRUPT
absl::StatusOr<std::optional<uint64_t>> ReadPreview(const std::string& directory,
                                                    const std::string& authority,
                                                    const PreviewPage& page,
                                                    v1::GetLoadPreviewResponse* out);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_STORED_PREVIEW_H_
