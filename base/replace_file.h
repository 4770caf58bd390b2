// Files that are there whole or not at all.
#ifndef PROBITY_BASE_REPLACE_FILE_H_
#define PROBITY_BASE_REPLACE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace probity {

// Ends the name of a file that is being written.
inline constexpr absl::string_view kUnfinishedEnd = ".unfinished";

// Modes of new files, before the umask.
inline constexpr unsigned kReadableFile = 0644, kPrivateFile = 0600;

// Puts `bytes` in the place of the file `path`, or makes it: written under
// another name in the same directory, synced, renamed, the directory synced.
// After an error `path` is as it was, or whole and new where only the directory
// could not be synced; the other name is gone.
// RESOURCE_EXHAUSTED / DISK_FULL, FAILED_PRECONDITION / STORE_NOT_WRITABLE.
absl::Status ReplaceFile(const std::string& path, absl::string_view bytes,
                         unsigned mode = kReadableFile);

// Makes sure that files which were made, renamed or removed in it stay so after a power cut.
// Empty: the working directory, as the parent of a bare name. The same errors.
absl::Status SyncDirectory(const std::string& directory);

}  // namespace probity

#endif  // PROBITY_BASE_REPLACE_FILE_H_
