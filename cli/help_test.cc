#include "cli/help.h"

#include <sstream>

#include "absl/strings/str_replace.h"
#include "cli/app.h"
#include "cli/command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HelpTest : public ::testing::Test {
 protected:
  HelpTest() : session_(Console{out_, out_}), app_({}, "probity") { AddCommands(app_, session_); }

  // Every command with those below it.
  std::vector<const CLI::App*> Commands() const {
    std::vector<const CLI::App*> all;
    for (const CLI::App* command : CommandsOf(app_)) {
      all.push_back(command);
      for (const CLI::App* below : CommandsOf(*command)) all.push_back(below);
    }
    return all;
  }
  static std::vector<std::string> Headings(const Page& page) {
    std::vector<std::string> headings;
    for (const Block& block : page) {
      if (block.kind == Block::kHeading) headings.push_back(block.text);
    }
    return headings;
  }

  std::ostringstream out_;
  Session session_;
  Command app_;
};

TEST_F(HelpTest, EveryCommandHasTheWholeOfAManualPage) {
  ASSERT_GT(Commands().size(), 20u);
  for (const CLI::App* command : Commands()) {
    SCOPED_TRACE(command->get_name());
    EXPECT_THAT(
        Headings(PageOf(*command)),
        ::testing::IsSupersetOf({"Name", "Synopsis", "Description", "Examples", "Exit status",
                                 "Options of every command", "Environment"}));
    EXPECT_FALSE(command->get_description().empty());
  }
}

TEST_F(HelpTest, EveryOptionIsExplained) {
  for (const CLI::App* command : Commands()) {
    for (const CLI::Option* option : command->get_options()) {
      EXPECT_FALSE(option->get_description().empty())
          << command->get_name() << " " << option->get_name();
      EXPECT_THAT(option->get_type_name(), Not(::testing::StrCaseEq("text:text")));
    }
  }
}

// An example that no longer parses is worse than none.
TEST_F(HelpTest, EveryExampleNamesOptionsThatAreThere) {
  for (const CLI::App* command : Commands()) {
    for (const Example& example : static_cast<const Command*>(command)->manual().examples) {
      std::istringstream words(example.line);
      for (std::string word; words >> word;) {
        if (word.rfind("--", 0) != 0) continue;
        EXPECT_TRUE(command->get_option_no_throw(word) != nullptr ||
                    app_.get_option_no_throw(word) != nullptr)
            << example.line << ": " << word;
      }
    }
  }
}

TEST_F(HelpTest, SeeAlsoNamesCommandsThatAreThere) {
  for (const CLI::App* command : Commands()) {
    for (const std::string& other : static_cast<const Command*>(command)->manual().see_also) {
      const CLI::App* found = &app_;
      std::istringstream words(other);
      for (std::string word; found != nullptr && words >> word;) {
        found = FindCommand(*found, word);
      }
      EXPECT_NE(found, nullptr) << other;
    }
  }
}

TEST_F(HelpTest, TellsRequiredRepeatedAndDefaulted) {
  const std::string text = AsText(PageOf(*app_.get_subcommand("check-audit")), 80, false);
  EXPECT_THAT(text, HasSubstr("Name\n  probity check-audit - Ask whether"));
  EXPECT_THAT(text, HasSubstr("--scheme ID[:GRADE[:COC]]..."));
  EXPECT_THAT(text, HasSubstr("--site SUBJECT"));
  EXPECT_THAT(text, HasSubstr("\n  1               no current audit"));
  EXPECT_THAT(text, HasSubstr("PROBITY_SERVER"));
  EXPECT_THAT(AsText(PageOf(*app_.get_subcommand("search")), 80, false),
              HasSubstr("Most hits, 1 to 100. Default: 10."));
}

TEST_F(HelpTest, StaysWithinTheWidth) {
  for (const CLI::App* command : Commands()) {
    std::istringstream lines(AsText(PageOf(*command), 80, false));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST_F(HelpTest, TheManualPageHoldsEveryCommand) {
  const std::string roff = AsRoff(WholePage(app_), "probity", "1.2.3");
  EXPECT_EQ(roff.substr(0, 12), ".TH PROBITY ");
  for (const CLI::App* command : Commands()) {
    const bool top = command->get_parent() == &app_;
    const std::string parent = top ? "" : command->get_parent()->get_name() + " ";
    EXPECT_THAT(roff, HasSubstr("probity " + absl::StrReplaceAll(parent, {{"-", "\\-"}})));
  }
  EXPECT_THAT(roff, HasSubstr(".SH PROBITY DATASET CREATE\n"));
  EXPECT_THAT(roff, Not(HasSubstr("\n--")));  // an option at a line's start would be lost
}

}  // namespace
}  // namespace probity::cli
