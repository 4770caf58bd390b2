// The cases of tests/corpus, asked of a fresh sandbox over the channel of this client.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/corpus_call.h"
#include "conformance/corpus_match.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "world.h"

namespace probity::client {
namespace {

using conformance::Differences;
using conformance::Json;
using conformance::Saved;
using ::testing::IsEmpty;

constexpr char kScreen[] = "probity.v1.ScreeningService/ScreenSupplier";

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ProjectFile("tests/corpus"))) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The answer as a caller of this client has it.
v1::ScreenSupplierResponse AnswerOf(const Json& json) {
  v1::ScreenSupplierResponse answer;
  const auto read = google::protobuf::util::JsonStringToMessage(json.dump(), &answer);
  EXPECT_TRUE(read.ok()) << read.ToString();
  return answer;
}

class CorpusTest : public ::testing::Test {
 protected:
  void Take(const Json& step, Saved* saved) {
    const Json filled = conformance::Filled(step, *saved);
    const std::string method = filled.at("method");
    const auto requests = filled.contains("requests") ? filled["requests"].get<std::vector<Json>>()
                                                      : std::vector<Json>{filled.at("request")};
    const conformance::CorpusAnswer answer =
        conformance::Ask(client_.channel(), method, requests, filled.value("token", ""));
    EXPECT_THAT(Differences(filled.value("error", Json()), answer.error), IsEmpty());
    ASSERT_EQ(filled.contains("error"), !answer.error.is_null()) << answer.error.dump();
    if (filled.contains("responses")) {
      EXPECT_THAT(Differences(filled["responses"], answer.responses, "responses"), IsEmpty());
    }
    if (method == kScreen && !answer.responses.empty()) ComparePermission(answer.responses[0]);
    if (!filled.contains("expect")) return;
    ASSERT_EQ(answer.responses.size(), 1u);
    EXPECT_THAT(Differences(filled["expect"], answer.responses[0]), IsEmpty());
    const Json wanted = filled.value("save", Json::object());
    for (const auto& [name, path] : wanted.items()) {
      (*saved)[name] = conformance::TextAt(answer.responses[0], path);
    }
  }

  void ComparePermission(const Json& response) {
    const std::string verdict = response.at("decision").at("core").at("verdict");
    const v1::ScreenSupplierResponse answer = AnswerOf(response);
    EXPECT_EQ(MayBuy(answer), verdict == "VERDICT_CLEAR");
    EXPECT_EQ("VERDICT_" + VerdictName(answer), verdict);
    ++verdicts_[verdict];
  }

  static Client Connected(const World& world) {
    Options options;
    options.server = world.address();
    options.retries = false;  // some cases count calls
    return ConnectTo(options);
  }

  const World world_ = World::Sandbox();
  const Client client_ = Connected(world_);
  std::map<std::string, int> verdicts_;
};

TEST_F(CorpusTest, AllCasesAreAnsweredAsItSays) {
  int cases = 0;
  for (const std::string& file : Files()) {
    const Json parsed = Json::parse(ReadAll(file));
    for (const Json& one : parsed.at("cases")) {
      SCOPED_TRACE(absl::StrCat(file, ": ", one.at("name").get<std::string>()));
      Saved saved;
      const Json steps = one.value("steps", Json::array({one}));
      for (const Json& step : steps) Take(step, &saved);
      ++cases;
    }
  }
  EXPECT_GE(cases, 160);
  EXPECT_EQ(verdicts_.size(), 3u) << "CLEAR, REVIEW and BLOCK";
}

}  // namespace
}  // namespace probity::client
