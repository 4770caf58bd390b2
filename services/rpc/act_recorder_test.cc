#include "services/rpc/act_recorder.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/timestamps.h"
#include "evidence/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/dataset_service.pb.h"
#include "storage/memory/in_memory_evidence_log.h"

namespace probity::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kPut[] = "DatasetService.PutRecord";

absl::Status BrokenDisk() { return EvidenceLogUnavailable("/log", "the disk failed"); }

// A log that may answer that it does not know whether it recorded what it did record.
class UnsureLog final : public storage::InMemoryEvidenceLog {
 public:
  using InMemoryEvidenceLog::InMemoryEvidenceLog;
  void AppendAct(storage::ActEntry entry, storage::AppendDone done) override {
    if (!unsure) return InMemoryEvidenceLog::AppendAct(std::move(entry), std::move(done));
    InMemoryEvidenceLog::AppendAct(std::move(entry), [](const auto& /*recorded*/) {});
    done(BrokenDisk());
  }
  bool unsure = false;
};

class ActRecorderTest : public ::testing::Test {
 protected:
  ActRecorderTest() {
    call_.caller.principal = "ann";
    call_.caller.authority = "authorities/a";
    call_.call_id = "0123456789abcdef";
    call_.received_at = absl::FromUnixMicros(evidence::kTestTime);
    call_.subjects = {"datasets/reg", "suppliers/1"};
    response_.mutable_stamp()->mutable_revision()->set_revision(7);
    NewRecorder();
  }

  void NewRecorder() {
    ActRecorder::Options options{&log_, {kPut}, {}};
    options.warn = [this](absl::string_view text) { warnings_.emplace_back(text); };
    recorder_ = std::make_unique<ActRecorder>(std::move(options));
  }
  // Puts a record, which does `body`; counts how often that was begun.
  absl::Status Put(const std::function<absl::Status()>& body = [] { return absl::OkStatus(); }) {
    return recorder_->Run(call_, kPut, response_, [&] {
      ++done_;
      return body();
    });
  }
  // What the log has, oldest first.
  std::vector<v1::ActCore> Acts() const {
    storage::ActQuery query;
    query.authority = "authorities/a";
    std::vector<std::string> names = log_.ListActs(query)->acts;
    std::vector<v1::ActCore> cores;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      EXPECT_TRUE(cores.emplace_back().ParseFromString(log_.GetAct(*name)->recorded.core));
    }
    return cores;
  }
  // "BEGUN", or how it ended.
  std::vector<std::string> Phases() const {
    std::vector<std::string> phases;
    for (const v1::ActCore& core : Acts()) {
      const bool begun = core.phase() == v1::ACT_PHASE_BEGUN;
      const std::string name =
          begun ? v1::ActPhase_Name(core.phase()) : v1::ActOutcome_Name(core.outcome());
      phases.push_back(name.substr(name.rfind('_') + 1));
    }
    return phases;
  }

  UnsureLog log_{evidence::TestKey(0), "the log's own id", [] { return evidence::kTestTime; }};
  std::vector<std::string> warnings_;
  std::unique_ptr<ActRecorder> recorder_;
  CallContext call_;
  v1::PutRecordResponse response_;
  int done_ = 0;
};

TEST_F(ActRecorderTest, KnowsWhatIsAnAct) {
  EXPECT_TRUE(recorder_->Has(kPut));
  EXPECT_FALSE(recorder_->Has("DatasetService.GetDataset"));
}

TEST_F(ActRecorderTest, RecordsAroundWhatIsDone) {
  ASSERT_TRUE(Put([this] {
                EXPECT_THAT(Phases(), ElementsAre("BEGUN"));
                EXPECT_THAT(*log_.OpenActs(), SizeIs(1));
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "DONE"));
  EXPECT_THAT(*log_.OpenActs(), IsEmpty());
  const std::vector<v1::ActCore> acts = Acts();
  for (const v1::ActCore& core : acts) {
    EXPECT_EQ(core.method(), kPut);
    EXPECT_EQ(core.principal(), "ann");
    EXPECT_EQ(core.call_id(), call_.call_id);
    EXPECT_EQ(MicrosOf(core.received_at()), evidence::kTestTime);
  }
  EXPECT_EQ(acts[0].subject_count(), 2U);
  EXPECT_FALSE(acts[0].has_revision());
  EXPECT_EQ(acts[1].revision().revision(), 7U);
  EXPECT_THAT(acts[1].subjects(), IsEmpty()) << "they stand where it began";
  const auto begun = log_.GetAct(acts[1].begun());
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_TRUE(absl::StartsWith(begun->recorded.name, "authorities/a/acts/"));
  std::vector<std::string> subjects;
  for (const std::string& digest : acts[0].subjects()) {
    for (const v1::PersonalText& text : begun->subjects) {
      if (text.digest() == digest) subjects.push_back(text.text());
    }
  }
  EXPECT_EQ(subjects, call_.subjects) << "in the order of the request";
}

TEST_F(ActRecorderTest, FailuresAreRecordedWithWhatTheCallerIsTold) {
  EXPECT_EQ(ReasonOf(Put([] { return DatasetNotFound("datasets/reg"); })),
            v1::ERROR_REASON_DATASET_NOT_FOUND);
  EXPECT_TRUE(absl::IsCancelled(Put([] { return absl::CancelledError("gone"); })));
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "FAILED", "BEGUN", "FAILED"));
  EXPECT_EQ(Acts()[1].reason(), "DATASET_NOT_FOUND");
  EXPECT_EQ(Acts()[3].reason(), "CANCELLED");
  EXPECT_FALSE(Acts()[1].has_revision()) << "no answer was given";
}

TEST_F(ActRecorderTest, AnAnswerWithoutAStampHasNoRevision) {
  ASSERT_TRUE(recorder_->Run(call_, kPut, v1::Dataset(), [] { return absl::OkStatus(); }).ok());
  EXPECT_FALSE(Acts()[1].has_revision());
  response_.mutable_stamp()->clear_revision();
  ASSERT_TRUE(Put().ok());
  EXPECT_FALSE(Acts()[3].has_revision());
}

TEST_F(ActRecorderTest, OfManySubjectsItNamesTheFirstAndCountsAll) {
  call_.subjects.clear();
  for (int i = 0; i < 20; ++i) call_.subjects.push_back(absl::StrCat("vendor:sap/1/", i));
  ASSERT_TRUE(Put().ok());
  EXPECT_EQ(Acts()[0].subject_count(), 20U);
  EXPECT_THAT(Acts()[0].subjects(), SizeIs(kMaxActSubjects));
  EXPECT_THAT(log_.GetAct(Acts()[1].begun())->subjects, SizeIs(kMaxActSubjects));
}

TEST_F(ActRecorderTest, CallersWithoutAnAuthorityHaveActsToo) {
  call_.caller.authority.clear();
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(log_.ListActs({})->acts, SizeIs(2));
}

TEST_F(ActRecorderTest, WhatCannotBeRecordedIsNotDone) {
  log_.FailWith(BrokenDisk());
  for (int i = 0; i < 2; ++i) {
    const absl::Status refused = Put();
    EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE);
    EXPECT_TRUE(absl::IsUnavailable(refused));
    EXPECT_EQ(MetadataOf(refused)["path"], "/log");
    EXPECT_TRUE(absl::StartsWith(refused.message(), "nothing was done")) << refused;
  }
  EXPECT_EQ(done_, 0);
  log_.FailWith(std::nullopt);
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "DONE")) << "nothing is there of what never began";
}

TEST_F(ActRecorderTest, NoAnswerIsGivenAndNoActBeginsBeforeAnEndIsRecorded) {
  const auto breaks = [this] {
    log_.FailWith(BrokenDisk());
    return absl::OkStatus();
  };
  const absl::Status unanswered = Put(breaks);
  EXPECT_EQ(ReasonOf(unanswered), v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE);
  EXPECT_THAT(std::string(unanswered.message()), HasSubstr("ask again with the same request_id"));
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(ReasonOf(Put()), v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE);
  EXPECT_EQ(done_, 1) << "the next one waits for the end of the first";
  EXPECT_THAT(Phases(), ElementsAre("BEGUN"));
  log_.FailWith(std::nullopt);
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "DONE", "BEGUN", "DONE"));
  EXPECT_EQ(Acts()[1].revision().revision(), 7U) << "as it would have been answered";
}

// Nobody knows whether a leaf stands in the log whose sync failed.
TEST_F(ActRecorderTest, ALeafThatStandsThereAfterAllIsNotRecordedTwice) {
  const auto becomes_unsure = [this] {
    log_.unsure = true;
    return absl::OkStatus();
  };
  EXPECT_FALSE(Put(becomes_unsure).ok());
  log_.unsure = false;
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "DONE", "BEGUN", "DONE"));
}

TEST_F(ActRecorderTest, AnActThatBeganAfterAllIsEnded) {
  log_.unsure = true;
  EXPECT_FALSE(Put().ok());
  EXPECT_EQ(done_, 0);
  log_.unsure = false;
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "FAILED", "BEGUN", "DONE"));
  EXPECT_EQ(Acts()[1].reason(), "EVIDENCE_LOG_UNAVAILABLE");
  EXPECT_THAT(*log_.OpenActs(), IsEmpty());
}

TEST_F(ActRecorderTest, AStartEndsWhatWasCutOff) {
  EXPECT_FALSE(Put([this] {
                 log_.FailWith(BrokenDisk());
                 return absl::OkStatus();
               }).ok());
  log_.FailWith(std::nullopt);
  NewRecorder();  // the process ended, and begins
  ASSERT_TRUE(recorder_->EndInterrupted().ok());
  ASSERT_THAT(Phases(), ElementsAre("BEGUN", "INTERRUPTED"));
  const v1::ActCore end = Acts()[1];
  EXPECT_EQ(end.method(), kPut);
  EXPECT_EQ(end.principal(), "ann");
  EXPECT_EQ(end.call_id(), call_.call_id);
  EXPECT_THAT(end.subjects(), IsEmpty());
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_[0], HasSubstr(end.begun()));
  NewRecorder();
  EXPECT_TRUE(recorder_->EndInterrupted().ok());
  EXPECT_THAT(Phases(), SizeIs(2)) << "once";
  EXPECT_THAT(warnings_, SizeIs(1));
}

TEST_F(ActRecorderTest, AStartThatCannotEndThemDoesSoBeforeTheFirstAct) {
  EXPECT_FALSE(Put([this] {
                 log_.FailWith(BrokenDisk());
                 return absl::OkStatus();
               }).ok());
  NewRecorder();
  ASSERT_TRUE(recorder_->EndInterrupted().ok()) << "who only reads is served";
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_[0], HasSubstr("the disk failed"));
  EXPECT_FALSE(Put().ok());
  EXPECT_EQ(done_, 1);
  log_.FailWith(std::nullopt);
  ASSERT_TRUE(Put().ok());
  EXPECT_THAT(Phases(), ElementsAre("BEGUN", "INTERRUPTED", "BEGUN", "DONE"));
}

}  // namespace
}  // namespace probity::rpc
