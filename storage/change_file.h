// Writes the file of a change set: length-delimited v1::ChangeRow in order of
// key. Rows may come in any order; more than a run's worth are sorted on disk.
#ifndef PROBITY_STORAGE_CHANGE_FILE_H_
#define PROBITY_STORAGE_CHANGE_FILE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/storage/v1/storage.pb.h"
#include "storage/change_set.h"

namespace probity::storage {

// Bytes of rows sorted in memory before they go to disk as a run.
inline constexpr size_t kChangeRunBytes = size_t{64} << 20;

class ChangeFileWriter {
 public:
  // Makes its files in `directory`; what is not finished is removed.
  static absl::StatusOr<std::unique_ptr<ChangeFileWriter>> Create(
      const std::string& directory, size_t run_bytes = kChangeRunBytes);
  virtual ~ChangeFileWriter() = default;

  // Keys must be unique. RESOURCE_EXHAUSTED / DISK_FULL.
  virtual absl::Status Add(const v1::ChangeRow& row) = 0;
  // The change set with path, digest and bytes; its header is empty. Without
  // rows there is no file. Call once.
  virtual absl::StatusOr<ChangeSet> Finish() = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CHANGE_FILE_H_
