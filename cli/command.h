// Commands and their options: one tree, from which the parser, the help, the
// manual page and the shell completion are made, so that they cannot differ.
#ifndef PROBITY_CLI_COMMAND_H_
#define PROBITY_CLI_COMMAND_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "cli/parse.h"
#include "cli/text.h"

namespace probity::cli {

// Placeholders of options and arguments. kForms in help.cc explains each, and
// completion.cc knows what can stand for some of them.
inline constexpr char kSubject[] = "SUBJECT";
inline constexpr char kIdentifier[] = "SCHEME:VALUE";
inline constexpr char kVendor[] = "SYSTEM/COMPANY/NUMBER";
inline constexpr char kAccepted[] = "ID[:GRADE[:COC]]";
inline constexpr char kDay[] = "YYYY-MM-DD";
inline constexpr char kDate[] = "DATE";
inline constexpr char kScore[] = "SCORE";
inline constexpr char kSupplier[] = "SUPPLIER";
inline constexpr char kCountry[] = "COUNTRY";
inline constexpr char kCommodity[] = "COMMODITY";
inline constexpr char kDataset[] = "DATASET";
inline constexpr char kPortfolio[] = "PORTFOLIO";
inline constexpr char kFormat[] = "FORMAT";
inline constexpr char kLoad[] = "LOAD";
inline constexpr char kRecord[] = "RECORD";
inline constexpr char kFile[] = "FILE";
inline constexpr char kText[] = "TEXT";
inline constexpr char kCommand[] = "COMMAND";

struct ExitCode {
  int code;
  std::string meaning;
};

// A command line and what it is good for.
struct Example {
  std::string purpose;
  std::string line;
};

// What the manual says of a command besides its options.
struct Manual {
  std::string purpose;      // one line: "Ask whether ..."
  std::string description;  // paragraphs, separated by empty lines
  std::vector<Example> examples;
  std::vector<ExitCode> exit_codes;   // those every command has are added
  std::vector<std::string> see_also;  // other commands
};

class Command : public CLI::App {
 public:
  Command(Manual manual, std::string name)
      : CLI::App(manual.purpose, std::move(name)), manual_(std::move(manual)) {}
  const Manual& manual() const { return manual_; }

 private:
  const Manual manual_;
};

// The commands directly below one, and the one of a name or null.
std::vector<const CLI::App*> CommandsOf(const CLI::App& app);
const CLI::App* FindCommand(const CLI::App& app, const std::string& name);

// Adds a command below `parent`, which owns it.
Command* AddCommand(CLI::App& parent, const std::string& name, Manual manual);

// Adds an option or argument, `form` being its placeholder. Each text given is
// read by `parse`; a text that it refuses is a usage error with its message.
template <typename Value, typename Set>
CLI::Option* AddParsed(CLI::App* command, const std::string& name, const std::string& form,
                       absl::StatusOr<Value> (*parse)(absl::string_view), Set set,
                       const std::string& help) {
  const auto read = [name, parse, set](const CLI::results_t& texts) {
    for (const std::string& text : texts) {
      auto value = parse(text);
      if (!value.ok()) throw CLI::ValidationError(name, std::string(value.status().message()));
      set(*std::move(value));
    }
    return true;
  };
  return command->add_option(name, read, help)->type_name(form);
}

// The same for the values of an enum, which are its placeholder: "{a,b,c}".
template <typename Enum, typename Set>
CLI::Option* AddEnum(CLI::App* command, const std::string& name, Set set, const std::string& help) {
  const auto choices = EnumChoices(google::protobuf::GetEnumDescriptor<Enum>());
  return AddParsed(command, name, "{" + absl::StrJoin(choices, ",") + "}", &ParseEnum<Enum>, set,
                   help);
}

// A flag; `set` is called with true when it is given.
template <typename Set>
CLI::Option* AddFlag(CLI::App* command, const std::string& name, Set set, const std::string& help) {
  return command->add_flag_function(
      name, [set](int64_t) { set(true); }, help);
}

// Lets an option be given several times, one value each time.
inline CLI::Option* Repeatable(CLI::Option* option) {
  return option->take_all()->allow_extra_args(false);
}

// Lets an argument take one or more values.
inline CLI::Option* OneOrMore(CLI::Option* option) {
  return option->take_all()->expected(1, -1)->allow_extra_args();
}

// A setter that puts values into a field of a message: `field` is its mutable_
// or add_ function.
template <typename Message, typename Value>
auto Into(const std::shared_ptr<Message>& message, Value* (Message::*field)()) {
  return [message, field](Value value) { *(message.get()->*field)() = std::move(value); };
}
template <typename Message, typename Value>
auto Into(const std::shared_ptr<Message>& message, void (Message::*set)(Value)) {
  return [message, set](Value value) { (message.get()->*set)(value); };
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_COMMAND_H_
