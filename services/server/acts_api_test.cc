// Acts of administration in the evidence log, of calls through the public API.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "evidence/act.h"
#include "gmock/gmock.h"
#include "services/server/access_testing.h"
#include "services/server/open_evidence.h"

namespace probity::server {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

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

  // What the caller is shown, newest first.
  std::vector<v1::Act> Listed() {
    const auto listed = Ask(&Screening::ListActs, v1::ListActsRequest());
    return {listed.acts().begin(), listed.acts().end()};
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

TEST_F(ActsApiTest, AreListedForTheAuditorsOfTheirAuthority) {
  EXPECT_THAT(Listed(), IsEmpty());
  CreateDataset("reg");
  CreateDataset("other");
  As("auditor");
  const std::vector<v1::Act> acts = Listed();
  ASSERT_THAT(acts, SizeIs(4));
  EXPECT_EQ(acts[0].core().outcome(), v1::ACT_OUTCOME_DONE);
  EXPECT_EQ(acts[0].core().begun(), acts[1].name());
  ASSERT_THAT(acts[1].subjects(), SizeIs(1));
  EXPECT_EQ(acts[1].subjects(0).text(), "datasets/other");
  EXPECT_GE(acts[1].recorded_at().seconds(), acts[1].core().received_at().seconds());
  v1::ListActsRequest request;
  request.set_page_size(3);
  const auto page = Ask(&Screening::ListActs, request);
  ASSERT_THAT(page.acts(), SizeIs(3));
  request.set_page_token(page.next_page_token());
  const auto rest = Ask(&Screening::ListActs, request);
  ASSERT_THAT(rest.acts(), SizeIs(1));
  EXPECT_EQ(rest.acts(0).name(), acts[3].name());
  EXPECT_EQ(rest.next_page_token(), "");
  request.Clear();
  *request.mutable_recorded_to() = acts[3].recorded_at();
  EXPECT_THAT(Ask(&Screening::ListActs, request).acts(), IsEmpty());
  request.set_page_size(1001);
  EXPECT_EQ(Refusal(&Screening::ListActs, request), "LIMIT_EXCEEDED");
  As("other");
  EXPECT_THAT(Listed(), IsEmpty());
  v1::GetActReceiptRequest receipt;
  for (const std::string& name : {acts[1].name(), std::string("authorities/b/acts/none")}) {
    receipt.set_name(name);
    EXPECT_EQ(Refusal(&Screening::GetActReceipt, receipt), "ACT_NOT_FOUND");
  }
}

TEST_F(ActsApiTest, AReceiptProvesAnActAndNoDecision) {
  CreateDataset("reg");
  const v1::Act act = Listed()[0];
  v1::GetActReceiptRequest request;
  request.set_name(act.name());
  const auto receipt = Ask(&Screening::GetActReceipt, request).receipt();
  evidence::Trust trust;
  trust.public_keys.push_back(
      Ask(&Screening::ListLogKeys, v1::ListLogKeysRequest()).keys(0).public_key());
  const v1::ActVerification proof = evidence::VerifyActReceipt(receipt, trust);
  EXPECT_EQ(proof.fault(), v1::EVIDENCE_FAULT_NONE) << proof.explanation();
  EXPECT_EQ(proof.act(), act.name());
  EXPECT_EQ(proof.core().ShortDebugString(), act.core().ShortDebugString());
  EXPECT_EQ(proof.leaf_index(), act.leaf_index());
  v1::GetReceiptRequest decision;
  decision.set_name(act.name());
  EXPECT_EQ(Refusal(&Screening::GetReceipt, decision), "DECISION_NOT_FOUND");
  v1::GetDecisionRequest get;
  get.set_name(act.name());
  EXPECT_EQ(Refusal(&Screening::GetDecision, get), "DECISION_NOT_FOUND");
  EXPECT_THAT(Ask(&Screening::ListDecisions, v1::ListDecisionsRequest()).decisions(), IsEmpty());
}

TEST_F(ActsApiTest, WhatAnActNamedCanBeErasedAndThatIsAnActToo) {
  CreateDataset("reg");
  const v1::Act act = Listed()[1];
  v1::ErasePersonalTextsRequest request;
  request.set_name(act.name());
  request.set_reason("court order");
  request.add_paths("subject");
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "paths[0]");
  request.clear_paths();
  request.add_digests(std::string(32, 'x'));
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "digests[0]");
  request.set_digests(0, act.subjects(0).digest());
  const auto erased = Ask(&Screening::ErasePersonalTexts, request);
  EXPECT_EQ(erased.erased(), 1);
  EXPECT_EQ(erased.left(), 0);
  EXPECT_EQ(Ask(&Screening::ErasePersonalTexts, request).erased(), 0) << "done again";
  const std::vector<v1::Act> acts = Listed();
  ASSERT_THAT(acts, SizeIs(10));
  EXPECT_EQ(acts[9].subjects(0).text(), "");
  EXPECT_EQ(acts[9].subjects(0).erased_by(), "all");
  EXPECT_EQ(acts[0].core().method(), "ScreeningService.ErasePersonalTexts");
  EXPECT_EQ(acts[1].subjects(0).text(), act.name());
  request.set_name("authorities/a/acts/none");
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, request), "ACT_NOT_FOUND");
  request.set_name("authorities/b/acts/none");
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, request), "ACT_NOT_FOUND");
}

// CommitLoad is answered before anything is published.
TEST_F(ActsApiTest, WhatALoadPublishedIsNamedBehindIt) {
  CreateDataset("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
  const v1::Load load =
      Import("own", "probity-jsonl",
             "{\"key\":\"one\",\"supplier\":{\"names\":[{\"text\":\"Invented Looms Ltd\"}]}}\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.ShortDebugString();
  const auto find = [&]() -> v1::Act {
    for (const v1::Act& act : Listed()) {
      if (act.core().load() == load.name()) return act;
    }
    return {};
  };
  for (int i = 0; i < 2000 && find().name().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const v1::Act act = find();
  EXPECT_EQ(act.core().phase(), v1::ACT_PHASE_PUBLISHED);
  EXPECT_EQ(act.core().principal(), "all");
  EXPECT_EQ(act.core().revision().ShortDebugString(), load.revision().ShortDebugString());
  ASSERT_THAT(act.subjects(), SizeIs(1));
  EXPECT_EQ(act.subjects(0).text(), "datasets/own");
  As("other");
  EXPECT_THAT(Listed(), IsEmpty()) << "nor is it shown to another authority";
}

// Who may not do it has not begun to.
TEST_F(ActsApiTest, WhatIsRefusedAtTheGateIsNoAct) {
  As("reader");
  v1::CreateDatasetRequest request;
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, request), "PERMISSION_DENIED");
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

TEST_F(ActsApiTest, AreRecordedUnlessTheSettingsSayOtherwise) {
  auto config = AccessTest::Config();
  config.clear_record_acts();
  ASSERT_TRUE(CompleteConfig(&config).ok());
  EXPECT_TRUE(config.has_record_acts());
  EXPECT_TRUE(config.record_acts());
}

}  // namespace
}  // namespace probity::server
