// The refused rows of a load, fetched as a file of the sender's own format.
#ifndef PROBITY_CLI_REJECTED_FILE_H_
#define PROBITY_CLI_REJECTED_FILE_H_

#include <string>

#include "cli/session.h"

namespace probity::cli {

// Writes the rows of the load's file `file_name`, empty where it has one, to `path`, which
// is there whole or not at all, and says so, unless --json was given; without refused rows no file
// is written. Sets the exit code when it fails.
void FetchRejectedFile(Session& session, const std::string& load, const std::string& file_name,
                       const std::string& path);

}  // namespace probity::cli

#endif  // PROBITY_CLI_REJECTED_FILE_H_
