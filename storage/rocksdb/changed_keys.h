// Which records of a dataset some versions of it wrote.
#ifndef PROBITY_STORAGE_ROCKSDB_CHANGED_KEYS_H_
#define PROBITY_STORAGE_ROCKSDB_CHANGED_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/rocksdb/database.h"
#include "storage/store.h"

namespace probity::storage {

// Versions whose lists of changes are read side by side, each by a cursor of its own;
// of more, the dataset's rows are read instead.
inline constexpr uint32_t kMostListsMerged = 64;

// Store::ChangedKeys, for versions whose lists are not swept.
absl::StatusOr<std::vector<std::string>> ReadChangedKeys(const Database& database,
                                                         const VersionRange& range,
                                                         absl::string_view after, size_t limit);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_CHANGED_KEYS_H_
