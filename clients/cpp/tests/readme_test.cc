// The examples of README.md, which tests/consumer has compiled against the installed package, each
// run against a real server. PROBITY_EXAMPLES is the folder of the programs.
#include <algorithm>
#include <cstdlib>
#include <regex>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "world.h"

namespace probity::client {
namespace {

using ::testing::HasSubstr;

// C++ blocks of the README, in order.
std::vector<std::string> Examples() {
  const std::string text = ReadAll(ProjectFile("clients/cpp/README.md"));
  const std::string fence = "```cpp\n";
  std::vector<std::string> examples;
  for (size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    examples.push_back(text.substr(at, text.find("```", at) - at));
  }
  return examples;
}

std::vector<std::string> SaidToPrint(const std::string& example) {
  static const std::regex& prints = *new std::regex("// prints: (.*)");
  std::vector<std::string> lines;
  for (std::sregex_iterator at(example.begin(), example.end(), prints), end; at != end; ++at) {
    lines.push_back((*at)[1]);
  }
  return lines;
}

TEST(ReadmeTest, ExamplesDoWhatTheySay) {
  const char* programs = std::getenv("PROBITY_EXAMPLES");
  if (programs == nullptr) GTEST_SKIP() << "clients/cpp/test.sh builds them";
  const std::vector<std::string> examples = Examples();
  ASSERT_GE(examples.size(), 5u);
  const World world = World::WithCertificates();
  WriteAll(world.Path("log.pub"), world.Probity({"log", "keys", "--pem"}));
  for (size_t i = 0; i < examples.size(); ++i) {
    SCOPED_TRACE(absl::StrCat("example ", i));
    const std::vector<std::string> expected = SaidToPrint(examples[i]);
    EXPECT_FALSE(expected.empty()) << "it does not say what it prints";
    const Ran ran = RunProgram({"env", "-C", world.Path("."), "PROBITY_SERVER=" + world.address(),
                                absl::StrCat(programs, "/example_", i)});
    EXPECT_EQ(ran.code, 0) << ran.out;
    for (const std::string& line : expected) EXPECT_THAT(ran.out, HasSubstr(line));
  }
}

}  // namespace
}  // namespace probity::client
