// Acts of administration in the evidence log, of calls through the public API.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/access_testing.h"
#include "services/server/open_evidence.h"

namespace probity::server {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Data = v1::DatasetService::Stub;

class ActsApiTest : public AccessTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = AccessTest::Config();
    config.set_record_acts(record_);
    return config;
  }
  // The log of the server, which is stopped until Start().
  std::unique_ptr<storage::EvidenceLog> StopAndOpenLog() {
    server_.reset();
    auto log = OpenEvidence(Config());
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  // All acts of authorities/a, oldest first.
  static std::vector<v1::ActCore> ActsOf(const storage::EvidenceLog& log) {
    storage::ActQuery query;
    query.authority = "authorities/a";
    query.limit = 1000;
    const auto page = log.ListActs(query);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<v1::ActCore> acts;
    for (const std::string& name : page->acts) {
      const auto stored = log.GetAct(name);
      EXPECT_TRUE(stored.ok()) << stored.status();
      EXPECT_TRUE(acts.emplace_back().ParseFromString(stored->recorded.core));
    }
    std::reverse(acts.begin(), acts.end());
    return acts;
  }

  bool record_ = true;
};

// The one hook that all of them pass: whatever becomes of an empty request.
TEST_F(ActsApiTest, EveryActAndNothingElseLeavesTwoLeaves) {
  std::vector<std::string> called;
  for (const auto* method : Methods()) {
    CallAny(*method, "");
    if (method->options().GetExtension(v1::is_act)) called.push_back(access::MethodName(*method));
  }
  EXPECT_EQ(called.size(), access::ActMethods().size());
  const auto log = StopAndOpenLog();
  const std::vector<v1::ActCore> acts = ActsOf(*log);
  ASSERT_EQ(acts.size(), 2 * called.size());
  for (size_t i = 0; i < called.size(); ++i) {
    const v1::ActCore& begun = acts[2 * i];
    const v1::ActCore& end = acts[2 * i + 1];
    EXPECT_EQ(begun.method(), called[i]);
    EXPECT_EQ(begun.phase(), v1::ACT_PHASE_BEGUN);
    EXPECT_EQ(end.method(), called[i]);
    EXPECT_EQ(end.phase(), v1::ACT_PHASE_ENDED);
    EXPECT_EQ(end.principal(), "all");
    EXPECT_EQ(end.outcome() == v1::ACT_OUTCOME_FAILED, !end.reason().empty()) << called[i];
  }
  EXPECT_THAT(*log->OpenActs(), IsEmpty());
}

TEST_F(ActsApiTest, AnActSaysWhatWasNamedAndWhatCameOfIt) {
  CreateDataset("reg");
  const v1::PutRecordResponse put = Put("reg", Firm("one", "Invented Looms Ltd", "07654321"));
  const auto log = StopAndOpenLog();
  const std::vector<v1::ActCore> acts = ActsOf(*log);
  ASSERT_THAT(acts, SizeIs(4));
  EXPECT_EQ(acts[3].outcome(), v1::ACT_OUTCOME_DONE);
  EXPECT_EQ(acts[3].call_id(), put.stamp().call_id());
  EXPECT_EQ(acts[3].revision().ShortDebugString(), put.stamp().revision().ShortDebugString());
  const auto begun = log->GetAct(acts[3].begun());
  ASSERT_TRUE(begun.ok()) << begun.status();
  ASSERT_THAT(begun->subjects, SizeIs(1));
  EXPECT_EQ(begun->subjects[0].text(), "datasets/reg");
}

// Who may not do it has not begun to.
TEST_F(ActsApiTest, WhatIsRefusedAtTheGateIsNoAct) {
  As("reader");
  v1::CreateDatasetRequest request;
  EXPECT_EQ(Refusal(&Data::CreateDataset, request), "PERMISSION_DENIED");
  EXPECT_THAT(ActsOf(*StopAndOpenLog()), IsEmpty());
}

TEST_F(ActsApiTest, AStartEndsWhatWasCutOffAlsoWhenNoneAreRecordedAnyMore) {
  v1::ActCore core;
  core.set_phase(v1::ACT_PHASE_BEGUN);
  core.set_method("DatasetService.CommitLoad");
  {
    const auto log = StopAndOpenLog();
    log->AppendAct({"authorities/a/acts/1", core.SerializeAsString(), {}, ""},
                   [](const auto& recorded) { EXPECT_TRUE(recorded.ok()) << recorded.status(); });
  }
  record_ = false;
  Start();
  CreateDataset("reg");
  const auto log = StopAndOpenLog();
  const std::vector<v1::ActCore> acts = ActsOf(*log);
  ASSERT_THAT(acts, SizeIs(2));
  EXPECT_EQ(acts[1].outcome(), v1::ACT_OUTCOME_INTERRUPTED);
  EXPECT_EQ(acts[1].method(), "DatasetService.CommitLoad");
  EXPECT_THAT(*log->OpenActs(), IsEmpty());
}

TEST_F(ActsApiTest, NoneAreRecordedUnlessTheSettingsSaySo) {
  auto config = AccessTest::Config();
  config.clear_record_acts();
  ASSERT_TRUE(CompleteConfig(&config).ok());
  EXPECT_TRUE(config.has_record_acts());
  EXPECT_FALSE(config.record_acts());
}

}  // namespace
}  // namespace probity::server
