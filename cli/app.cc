#include "cli/app.h"

#include <algorithm>

#include "cli/commands/commands.h"

namespace probity::cli {

CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& purpose,
                     const std::string& examples, const std::string& exit_codes) {
  CLI::App* command = app.add_subcommand(name, purpose);
  command->fallthrough();
  command->footer("\nExamples:\n" + examples + "\n\nExit codes:\n" + exit_codes +
                  "\n  2 the command line is wrong; 3 the server refused or cannot be reached\n");
  return command;
}

CLI::Option* AddRepeated(CLI::App* command, const std::string& name,
                         std::vector<std::string>& values, const std::string& help) {
  return command->add_option(name, values, help)->take_all()->allow_extra_args(false);
}

void AddCommands(CLI::App& app, Session& session) {
  GlobalOptions& options = session.options();
  app.add_option("--server", options.server, "Server, HOST:PORT")
      ->envname("PROBITY_SERVER")
      ->capture_default_str();
  app.add_option("--token_file", options.token_file, "File that holds your token");
  app.add_flag("--json", options.json, "Print proto3 JSON of the response, one object a line");
  app.require_subcommand(1);
  app.footer("\n`probity COMMAND --help` shows arguments, examples and exit codes.\n");
  AddImport(app, session);
  AddLookup(app, session);
  AddSearch(app, session);
  AddCheckCert(app, session);
  AddCheckAudit(app, session);
  AddFlags(app, session);
  AddCommodityRisk(app, session);
  AddLinks(app, session);
  AddDataset(app, session);
  AddPut(app, session);
  AddRemove(app, session);
  AddInfo(app, session);
  AddFormats(app, session);
}

int Run(std::vector<std::string> arguments, const Console& console) {
  Session session(console);
  CLI::App app("May we buy this, from this supplier, today? The client of probityd.", "probity");
  AddCommands(app, session);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, console.out, console.err) == 0 ? kExitGood : kExitUsage;
  }
  return session.exit_code();
}

}  // namespace probity::cli
