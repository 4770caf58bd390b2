#include "cli/help.h"

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/completion.h"

namespace probity::cli {
namespace {

using Words = std::vector<std::string>;

void Help(const CLI::App& root, Session& session, const Words& words) {
  const CLI::App* command = &root;
  for (const std::string& word : words) {
    const CLI::App* below = FindCommand(*command, word);
    if (below == nullptr) {
      return session.Usage(absl::InvalidArgumentError("there is no command \"" + word +
                                                      "\"; \"probity help\" lists them"));
    }
    command = below;
  }
  session.out() << command->help();
}

void AddHelpCommand(CLI::App& app, Session& session) {
  auto words = std::make_shared<Words>();
  Command* command =
      AddCommand(app, "help",
                 {"Show the help of a command",
                  "",
                  {{"", "probity help check-cert"}, {"", "probity help dataset create"}},
                  {{0, "it was shown"}},
                  {"man"}});
  OneOrMore(command->add_option("COMMAND", *words, "The command; without: an overview"))
      ->type_name(kCommand);
  command->callback([&app, &session, words] { Help(app, session, *words); });
}

void AddMan(CLI::App& app, Session& session) {
  AddCommand(app, "man",
             {"Print the manual page, for man(1)",
              "One page with all commands, in the form that man reads.",
              {{"Read it", "probity man | man -l -"},
               {"Install it", "probity man > /usr/local/share/man/man1/probity.1"}},
              {{0, "it was printed"}},
              {"help"}})
      ->callback([&app, &session] {
        session.out() << AsRoff(WholePage(app), "probity", PROBITY_VERSION);
      });
}

void AddCompletion(CLI::App& app, Session& session) {
  auto shell = std::make_shared<std::string>();
  Command* command = AddCommand(
      app, "completion",
      {"Print the completion script of a shell",
       "Completes commands, options, values and names of files, and the datasets, formats and "
       "schemes of the server when it answers at once. The script asks the program itself, so "
       "it need never be made anew.",
       {{"bash, in ~/.bashrc", "source <(probity completion bash)"},
        {"zsh, in ~/.zshrc behind compinit", "source <(probity completion zsh)"},
        {"fish, in ~/.config/fish/config.fish", "probity completion fish | source"}},
       {{0, "it was printed"}},
       {}});
  command->add_option("SHELL", *shell, "The shell")
      ->required()
      ->type_name("{bash,zsh,fish}")
      ->check([](const std::string& name) {
        return CompletionScript(name).empty() ? "\"" + name + "\" is none of bash, zsh, fish" : "";
      });
  command->callback([&session, shell] { session.out() << CompletionScript(*shell); });
}

}  // namespace

void AddHelp(CLI::App& app, Session& session) {
  AddHelpCommand(app, session);
  AddMan(app, session);
  AddCompletion(app, session);
}

}  // namespace probity::cli
