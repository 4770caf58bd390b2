// The corpus of tests/corpus, asked of a fresh sandbox: what every client must be able to do
// with the same server.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "probity/v1/certification.pb.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy.pb.h"
#include "services/server/config.h"
#include "services/server/sandbox.h"
#include "tests/conformance/corpus_call.h"
#include "tests/conformance/corpus_match.h"

namespace probity::conformance {
namespace {

using ::testing::IsEmpty;

std::vector<std::string> CorpusFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/corpus")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Json> CasesOf(const std::string& file) {
  return Json::parse(ReadFile(file).value()).at("cases").get<std::vector<Json>>();
}

// One sandbox for the whole corpus.
class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = *server::SandboxDirectory::Make();
    config::v1::ServerConfig config;
    config.set_listen("127.0.0.1:0");
    config.set_tables_dir("data");
    ASSERT_TRUE(server::MakeSandboxSettings(*directory_, &config).ok());
    ASSERT_TRUE(server::CompleteConfig(&config).ok());
    auto sandbox = server::StartSandbox(config);
    ASSERT_TRUE(sandbox.ok()) << sandbox.status();
    sandbox_ = *std::move(sandbox);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", sandbox_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  // Takes a call, or the step of a sequence.
  void Take(const Json& step, Saved* saved) {
    const Json filled = Filled(step, *saved);
    std::vector<Json> requests;
    if (filled.contains("requests")) {
      requests = filled["requests"].get<std::vector<Json>>();
    } else {
      requests = {filled.at("request")};
    }
    const CorpusAnswer answer = AskWhenReady(filled, requests);
    EXPECT_THAT(Differences(filled.value("error", Json()), answer.error), IsEmpty())
        << answer.error.dump();
    if (!filled.contains("error")) {
      ASSERT_TRUE(answer.error.is_null()) << answer.error.dump();
    }
    if (filled.contains("responses")) {
      EXPECT_THAT(Differences(filled["responses"], answer.responses, "responses"), IsEmpty());
    }
    if (!filled.contains("expect")) return;
    ASSERT_EQ(answer.responses.size(), 1u);
    EXPECT_THAT(Differences(filled["expect"], answer.responses[0]), IsEmpty());
    const Json wanted = filled.value("save", Json::object());
    for (const auto& [name, path] : wanted.items()) {
      (*saved)[name] = TextAt(answer.responses[0], path);
    }
  }

  // Names of what was written before may take a while on a busy machine: it is asked again,
  // as clients do, unless that is what the case is about.
  CorpusAnswer AskWhenReady(const Json& step, const std::vector<Json>& requests) {
    constexpr int kMostTries = 30;
    for (int tries = 1;; ++tries) {
      CorpusAnswer answer = Ask(channel_, step.at("method"), requests, step.value("token", ""));
      const bool waits =
          answer.error.is_object() && answer.error.value("reason", Json()) == "INDEX_NOT_READY";
      if (!waits || step.contains("error") || tries == kMostTries) return answer;
    }
  }

  std::unique_ptr<server::SandboxDirectory> directory_;
  std::unique_ptr<server::Server> sandbox_;  // ends first
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CorpusTest, TheServerAnswersAsTheCorpusSays) {
  int cases = 0;
  for (const std::string& file : CorpusFiles()) {
    for (const Json& one : CasesOf(file)) {
      SCOPED_TRACE(absl::StrCat(file, ": ", one.at("name").get<std::string>()));
      Saved saved;
      for (const Json& step : one.value("steps", Json::array({one}))) Take(step, &saved);
      ++cases;
    }
  }
  EXPECT_GE(cases, 160);
}

// Every text of the corpus.
void AddTexts(const Json& value, std::set<std::string>* texts) {
  if (value.is_string()) texts->insert(value.get<std::string>());
  for (const auto& [name, member] : value.items()) {
    if (value.is_structured()) AddTexts(member, texts);
  }
}

std::set<std::string> TextsOfCorpus() {
  std::set<std::string> texts;
  for (const std::string& file : CorpusFiles()) AddTexts(Json(CasesOf(file)), &texts);
  return texts;
}

// Names of the enum's values that no case has.
std::vector<std::string> Missing(const google::protobuf::EnumDescriptor& type,
                                 const std::set<std::string>& texts) {
  std::vector<std::string> missing;
  for (int i = 0; i < type.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *type.value(i);
    if (value.number() != 0 && texts.count(value.name()) == 0) missing.push_back(value.name());
  }
  return missing;
}

TEST(CorpusCoverageTest, HasEveryVerdictReasonAndResult) {
  const std::set<std::string> texts = TextsOfCorpus();
  EXPECT_THAT(Missing(*v1::Verdict_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::ReviewReason_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::IdentityState_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::EvidenceState_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::RiskState_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::LookupOutcome_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::CertificationResult_descriptor(), texts), IsEmpty());
  EXPECT_THAT(Missing(*v1::AuditResult_descriptor(), texts), IsEmpty());
}

TEST(CorpusCoverageTest, NamesOfCasesAreUnique) {
  for (const std::string& file : CorpusFiles()) {
    std::set<std::string> names;
    for (const Json& one : CasesOf(file)) {
      EXPECT_TRUE(names.insert(one.at("name")).second) << file << ": " << one.at("name");
      EXPECT_FALSE(one.at("why").get<std::string>().empty()) << file << ": " << one.at("name");
    }
  }
}

}  // namespace
}  // namespace probity::conformance
