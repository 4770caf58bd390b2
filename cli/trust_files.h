// Whom a user trusts to have signed: files of public keys and of statements about
// them.
#ifndef PROBITY_CLI_TRUST_FILES_H_
#define PROBITY_CLI_TRUST_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "evidence/trust.h"

namespace probity::cli {

struct TrustFiles {
  std::vector<std::string> keys;  // PEM or hex, one key a file
  std::string history;            // KeyHistory as proto3 JSON; may be empty
  std::string timestamp_ca;       // PEM; may be empty
};

// Adds --key and --key_history.
void AddTrustOptions(CLI::App* command, const std::shared_ptr<TrustFiles>& files);

// INVALID_ARGUMENT names the file.
absl::StatusOr<evidence::Trust> ReadTrust(const TrustFiles& files);

}  // namespace probity::cli

#endif  // PROBITY_CLI_TRUST_FILES_H_
