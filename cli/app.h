// The command line as a whole.
#ifndef PROBITY_CLI_APP_H_
#define PROBITY_CLI_APP_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/session.h"

namespace probity::cli {

// Runs one command line (without the program's name) and returns its exit code.
int Run(std::vector<std::string> arguments, const Console& console);

// Builds all commands into `app`; their callbacks use `session`, which must
// outlive it.
void AddCommands(CLI::App& app, Session& session);

}  // namespace probity::cli

#endif  // PROBITY_CLI_APP_H_
