// The files of a load on disk: file-0, file-1, ... in one directory a load.
// What is said to be stored is synced, names included.
#ifndef PROBITY_SERVICES_DATASET_LOAD_FILES_H_
#define PROBITY_SERVICES_DATASET_LOAD_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace probity::dataset {

// Makes a directory and those above it that are absent; their names are synced.
// PERMISSION_DENIED / STORE_NOT_WRITABLE (so in all below).
absl::Status MakeDirectory(const std::string& path);

std::string DataPath(const std::string& directory, int index);
// 0 for a file that does not exist.
uint64_t SizeOf(const std::string& path);

// Writes `bytes` at `offset`, where the file ends afterwards, and syncs them and,
// for a new file, its name. On an error the file ends at `offset`.
// RESOURCE_EXHAUSTED / DISK_FULL.
absl::Status AppendSynced(const std::string& path, uint64_t offset, const std::string& bytes);

// Makes what was written to a file durable.
absl::Status SyncFile(const std::string& path);

// How many of `bytes` stand in the file from `offset` on, from their first.
absl::StatusOr<size_t> EqualBytes(const std::string& path, uint64_t offset,
                                  const std::string& bytes);

// Lower-case hex.
absl::StatusOr<std::string> Sha256OfFile(const std::string& path);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_FILES_H_
