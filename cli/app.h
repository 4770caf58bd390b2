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

// Adds a command with its purpose and the examples and exit codes of its help.
CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& purpose,
                     const std::string& examples, const std::string& exit_codes);

// A repeatable option that takes one value each time.
CLI::Option* AddRepeated(CLI::App* command, const std::string& name,
                         std::vector<std::string>& values, const std::string& help);

}  // namespace probity::cli

#endif  // PROBITY_CLI_APP_H_
