// Help and the manual page, both made from the tree of commands.
#ifndef PROBITY_CLI_HELP_H_
#define PROBITY_CLI_HELP_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace probity::cli {

// One piece of a page.
struct Block {
  enum Kind { kHeading, kSubheading, kParagraph, kItem, kVerbatim };
  Kind kind;
  std::string text;
  std::string term;  // of an item
};
using Page = std::vector<Block>;

// The page of one command: name, synopsis, description, arguments, options,
// forms of values, examples, exit status, environment, see also.
Page PageOf(const CLI::App& command);

// The page of `root` with a part for each of its commands.
Page WholePage(const CLI::App& root);

// For a terminal of `width` columns.
std::string AsText(const Page& page, int width, bool colour);

// For man(1), in the man macros of roff.
std::string AsRoff(const Page& page, const std::string& title, const std::string& version);

// Makes CLI11 print AsText(PageOf(command)) as the help.
class HelpFormatter : public CLI::FormatterBase {
 public:
  HelpFormatter(int width, bool colour) : width_(width), colour_(colour) {}
  std::string make_help(const CLI::App* command, std::string, CLI::AppFormatMode) const override {
    return AsText(PageOf(*command), width_, colour_);
  }

 private:
  const int width_;
  const bool colour_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_HELP_H_
