// --retry, of commands that outlast a server's restart.
#ifndef PROBITY_CLI_RETRY_OPTION_H_
#define PROBITY_CLI_RETRY_OPTION_H_

#include <memory>
#include <string>

#include "cli/command.h"

namespace probity::cli {

// Sets `retry_seconds` of the options, which is 30 without it.
template <typename Options>
void AddRetry(CLI::App* command, const std::shared_ptr<Options>& options,
              const std::string& help = "How long to wait for a server that cannot be reached") {
  AddParsed(
      command, "--retry", "SECONDS", &ParseCount,
      [options](int seconds) { options->retry_seconds = seconds; }, help)
      ->default_str("30");
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_RETRY_OPTION_H_
