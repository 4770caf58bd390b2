// docs/POLICY.md walks from an empty file to passing cases: every block of it is
// run here as it stands there.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"
#include "policy/suite.h"

namespace probity::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A block: a whole file, and the words with which it is refused, if it is.
struct Block {
  std::string file, refusal, text;
};

std::string AfterMark(const std::string& text, const std::string& mark) {
  const size_t at = text.find(mark);
  if (at == std::string::npos) return "";
  const size_t from = at + mark.size();
  return text.substr(from, text.find('\n', from) - from);
}

std::vector<Block> BlocksOf(const std::string& document) {
  const std::string open = "```textproto\n# file: ";
  std::vector<Block> blocks;
  size_t at = document.find(open);
  while (at != std::string::npos) {
    const size_t begin = document.find('\n', at) + 1;  // behind the fence
    const size_t end = document.find("\n```", begin);
    const std::string text = document.substr(begin, end - begin);
    blocks.push_back({AfterMark(text, "# file: "), AfterMark(text, "# expect: "), text});
    at = document.find(open, end);
  }
  return blocks;
}

// Runs blocks in order; policies that were accepted are packs of later ones.
class Walk {
 public:
  Walk() { packs_["always-on"] = ReadFile("data/policies/always-on.txtpb").value(); }

  void Take(const Block& block) {
    SCOPED_TRACE(absl::StrCat(block.file, " ", block.refusal));
    if (absl::EndsWith(block.file, ".cases.txtpb")) return RunCases(block);
    const Compilation compiled = Compile(block.text);
    if (!block.refusal.empty()) {
      ++refused;
      EXPECT_EQ(compiled.policy, nullptr);
      EXPECT_THAT(FormatFaults(compiled.faults), HasSubstr(block.refusal));
      return;
    }
    ASSERT_NE(compiled.policy, nullptr) << FormatFaults(compiled.faults);
    packs_[std::string(absl::StripSuffix(block.file, ".txtpb"))] = block.text;
  }

  int refused = 0;
  int cases = 0;

 private:
  Compilation Compile(const std::string& text) {
    std::vector<std::string> packs;
    for (const std::string& pack : ReadPolicyHeader(text).includes) packs.push_back(packs_[pack]);
    return TryCompile(text, packs);
  }

  void RunCases(const Block& block) {
    const std::string id(absl::StripSuffix(block.file, ".cases.txtpb"));
    const Compilation compiled = Compile(packs_[id]);
    ASSERT_NE(compiled.policy, nullptr) << FormatFaults(compiled.faults);
    const SuiteRun run = RunSuite(*compiled.policy, block.text);
    EXPECT_THAT(run.faults, IsEmpty()) << FormatFaults(run.faults);
    for (const v1::CaseResult& result : run.results) {
      ++cases;
      EXPECT_TRUE(result.passed()) << result.title() << ": " << result.detail();
    }
  }

  std::map<std::string, std::string> packs_;
};

TEST(WalkTest, GoesFromAnEmptyFileToPassingCases) {
  Walk walk;
  for (const Block& block : BlocksOf(ReadFile("docs/POLICY.md").value())) walk.Take(block);
  EXPECT_EQ(walk.refused, 3);
  EXPECT_EQ(walk.cases, 13);
}

}  // namespace
}  // namespace probity::policy
