#include "cli/command.h"

namespace probity::cli {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : CommandsOf(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

Command* AddCommand(CLI::App& parent, const std::string& name, Manual manual) {
  auto command = std::make_shared<Command>(std::move(manual), name);
  Command* added = command.get();
  added->fallthrough();
  added->set_help_flag("-h,--help", "Show this help");
  parent.add_subcommand(std::move(command));
  added->formatter(parent.get_formatter());
  return added;
}

}  // namespace probity::cli
