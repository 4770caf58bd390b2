// A cursor that outlives the program, in a file of its own.
#ifndef PROBITY_CLI_CURSOR_FILE_H_
#define PROBITY_CLI_CURSOR_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace probity::cli {

// What the file holds; empty where there is none yet. INVALID_ARGUMENT where it cannot
// be read, or holds anything but one line.
absl::StatusOr<std::string> ReadCursor(const std::string& path);
// In one step: a reader, or a program that is started again, sees the old or the new one.
// INVALID_ARGUMENT where it cannot be written.
absl::Status WriteCursor(const std::string& path, const std::string& cursor);

}  // namespace probity::cli

#endif  // PROBITY_CLI_CURSOR_FILE_H_
