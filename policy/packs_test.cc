// The packs that are shipped: each compiles, its cases pass, every rule has its
// four kinds of case, and what each rule reads is what the list says.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"
#include "policy/suite.h"

namespace probity::policy {
namespace {

constexpr char kFolder[] = "data/policies";
constexpr char kReadsFile[] = "policy/testdata/rule_reads.txt";

// Texts by the id that they say; suites under the id of their policy.
struct Shipped {
  std::map<std::string, std::string> policies;
  std::map<std::string, std::string> suites;
};

Shipped ReadShipped() {
  Shipped shipped;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string file = entry.path().filename().string();
    const std::string text = ReadFile(entry.path().string()).value();
    if (absl::EndsWith(file, ".cases.txtpb")) {
      v1::PolicySuite suite;
      google::protobuf::TextFormat::ParseInfoTree places;
      const auto faults = ReadPolicyText(text, &suite, &places);
      EXPECT_TRUE(faults.empty()) << file << ": " << FormatFaults(faults);
      shipped.suites[suite.policy()] = text;
    } else if (absl::EndsWith(file, ".txtpb")) {
      shipped.policies[ReadPolicyHeader(text).id] = text;
    }
  }
  return shipped;
}

Compilation CompileShipped(const Shipped& shipped, const std::string& id) {
  std::vector<std::string> packs;
  for (const std::string& pack : ReadPolicyHeader(shipped.policies.at(id)).includes) {
    const auto found = shipped.policies.find(pack);
    if (found != shipped.policies.end()) packs.push_back(found->second);
  }
  return TryCompile(shipped.policies.at(id), packs);
}

TEST(PacksTest, EachCompilesAndPassesItsCases) {
  const Shipped shipped = ReadShipped();
  ASSERT_FALSE(shipped.policies.empty());
  std::map<std::string, std::set<v1::CaseKind>> kinds;
  for (const auto& [id, text] : shipped.policies) {
    SCOPED_TRACE(id);
    const Compilation compiled = CompileShipped(shipped, id);
    ASSERT_NE(compiled.policy, nullptr) << FormatFaults(compiled.faults);
    for (const std::string& rule : compiled.policy->OwnRuleIds()) kinds[rule];
    const auto suite = shipped.suites.find(id);
    if (suite == shipped.suites.end()) continue;
    const SuiteRun run = RunSuite(*compiled.policy, suite->second);
    EXPECT_TRUE(run.faults.empty()) << FormatFaults(run.faults);
    for (const v1::CaseResult& result : run.results) {
      kinds[result.rule_id()].insert(result.kind());
      EXPECT_TRUE(result.passed()) << result.rule_id() << " " << v1::CaseKind_Name(result.kind())
                                   << " \"" << result.title() << "\": " << result.detail();
    }
  }
  for (const auto& [rule, has] : kinds) {
    if (rule.empty()) continue;
    for (v1::CaseKind kind : {v1::CASE_KIND_FIRES, v1::CASE_KIND_DOES_NOT_FIRE,
                              v1::CASE_KIND_FIRST_DAY, v1::CASE_KIND_DAY_AFTER_LAST}) {
      EXPECT_TRUE(has.count(kind)) << rule << " has no case of " << v1::CaseKind_Name(kind);
    }
  }
}

// What each rule reads is a promise to those who gather: a change of the file is
// a change that somebody looked at.
TEST(PacksTest, EachRuleReadsWhatTheListSays) {
  const Shipped shipped = ReadShipped();
  std::map<std::string, std::string> lines;
  for (const auto& [id, text] : shipped.policies) {
    const Compilation compiled = CompileShipped(shipped, id);
    ASSERT_NE(compiled.policy, nullptr) << id;
    for (const std::string& rule : compiled.policy->OwnRuleIds()) {
      lines[rule] = absl::StrCat(rule, ": ", absl::StrJoin(compiled.policy->Reads(rule), " "));
    }
  }
  std::string actual;
  for (const auto& [rule, line] : lines) absl::StrAppend(&actual, line, "\n");
  const std::string written = ::testing::TempDir() + "rule_reads.txt";
  std::ofstream(written) << actual;
  const auto listed = ReadFile(kReadsFile);
  ASSERT_TRUE(listed.ok()) << kReadsFile << " is absent; what it should hold is in " << written;
  EXPECT_EQ(*listed, actual) << "if the change is meant, copy " << written << " to " << kReadsFile;
}

}  // namespace
}  // namespace probity::policy
