// How much of a listing is shown.
#ifndef PROBITY_CLI_LIMIT_OPTION_H_
#define PROBITY_CLI_LIMIT_OPTION_H_

#include <memory>
#include <string>

#include "cli/command.h"

namespace probity::cli {

// Adds --limit: how many of `what` are shown at most, `*limit` unless said.
inline void AddLimit(CLI::App* command, const std::shared_ptr<int>& limit,
                     const std::string& what) {
  AddParsed(
      command, "--limit", "COUNT", &ParseCount, [limit](int most) { *limit = most; },
      "Most " + what)
      ->default_str(std::to_string(*limit));
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_LIMIT_OPTION_H_
