// Files that commands read and write whole.
#ifndef PROBITY_CLI_FILES_H_
#define PROBITY_CLI_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/session.h"

namespace probity::cli {

// The whole of a file; INVALID_ARGUMENT names it.
absl::StatusOr<std::string> ReadWhole(const std::string& path);

// To the file, and says that `what` was written; without a path, to standard output.
// A file that cannot be written is a usage error.
void WriteOrPrint(Session& session, const std::string& path, const std::string& bytes,
                  const std::string& what);

}  // namespace probity::cli

#endif  // PROBITY_CLI_FILES_H_
