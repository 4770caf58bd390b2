#include "services/server/published.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/errors.h"
#include "base/testing.h"
#include "base/timestamps.h"
#include "evidence/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/act.pb.h"
#include "storage/memory/in_memory_evidence_log.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PublishedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED).ok());
  }
  uint64_t Head() const { return store_.Head("")->token().revision(); }
  void Publish() {
    storage::testing::TestLoad load{"d"};
    load.now_us = 1000 * ++published_;
    load.records = {storage::testing::Party("key", "Firm " + std::to_string(published_), {})};
    const auto view = storage::testing::Load(&store_, load);
    ASSERT_TRUE(view.ok()) << view.status();
  }
  std::unique_ptr<PublishedRecorder> Start() {
    PublishedRecorder::Options options{&store_, &log_, {}};
    options.retry = absl::Milliseconds(10);
    options.warn = [this](absl::string_view text) {
      absl::MutexLock lock(&mutex_);
      warnings_.emplace_back(text);
    };
    auto started = PublishedRecorder::Start(std::move(options));
    EXPECT_TRUE(started.ok()) << started.status();
    return *std::move(started);
  }
  // Waits until the log has the revision.
  bool AwaitRecorded(uint64_t revision) const {
    const std::string lineage = store_.Head("")->token().store_lineage();
    for (int i = 0; i < 2000 && *log_.NewestPublished(lineage) < revision; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return *log_.NewestPublished(lineage) == revision;
  }
  std::vector<v1::ActCore> Recorded() const {
    const std::vector<std::string> names = log_.ListActs({})->acts;
    std::vector<v1::ActCore> cores;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      EXPECT_TRUE(cores.emplace_back().ParseFromString(log_.GetAct(*name)->recorded.core));
    }
    return cores;
  }
  std::vector<uint64_t> Numbers() const {
    std::vector<uint64_t> numbers;
    for (const v1::ActCore& core : Recorded()) numbers.push_back(core.revision().revision());
    return numbers;
  }
  std::vector<std::string> Warnings() {
    absl::MutexLock lock(&mutex_);
    return warnings_;
  }

  storage::InMemoryStore store_{TestIdentifiers(), "0123456789abcdef"};
  storage::InMemoryEvidenceLog log_{evidence::TestKey(0), "the log's own id",
                                    [] { return evidence::kTestTime; }};
  absl::Mutex mutex_;
  std::vector<std::string> warnings_ ABSL_GUARDED_BY(mutex_);
  int published_ = 0;
};

TEST_F(PublishedTest, BeginsWithTheNewestAndRecordsEachBehindIt) {
  Publish();
  const uint64_t first = Head();
  const auto recorder = Start();
  ASSERT_TRUE(AwaitRecorded(first));
  Publish();
  Publish();
  ASSERT_TRUE(AwaitRecorded(first + 2));
  EXPECT_THAT(Numbers(), ElementsAre(first, first + 1, first + 2));
  const storage::v1::Manifest manifest = store_.Head("")->manifest();
  const v1::ActCore core = Recorded()[2];
  EXPECT_EQ(core.phase(), v1::ACT_PHASE_PUBLISHED);
  EXPECT_EQ(core.principal(), manifest.published_by());
  EXPECT_EQ(core.load(), manifest.load());
  EXPECT_EQ(MicrosOf(core.received_at()), manifest.published_at_us());
  EXPECT_EQ(core.revision().ShortDebugString(), store_.Head("")->token().ShortDebugString());
  const auto stored = log_.GetAct(log_.ListActs({})->acts.front());
  ASSERT_THAT(stored->subjects, SizeIs(1));
  EXPECT_EQ(stored->subjects[0].text(), "datasets/d");
}

TEST_F(PublishedTest, GoesOnWhereTheLogEnds) {
  const uint64_t first = Head();
  {
    const auto recorder = Start();
    ASSERT_TRUE(AwaitRecorded(first));
  }
  Publish();
  Publish();
  const auto recorder = Start();
  ASSERT_TRUE(AwaitRecorded(first + 2));
  EXPECT_THAT(Numbers(), ElementsAre(first, first + 1, first + 2)) << "each once";
}

TEST_F(PublishedTest, ALogThatFailsIsCaughtUpWithAndNothingIsSweptBefore) {
  const auto recorder = Start();
  const uint64_t first = Head();
  ASSERT_TRUE(AwaitRecorded(first));
  log_.FailWith(EvidenceLogUnavailable("/log", "the disk failed"));
  Publish();
  Publish();
  while (Warnings().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto floor = store_.Sweep(Head());
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_LE(*floor, first + 1);
  log_.FailWith(std::nullopt);
  ASSERT_TRUE(AwaitRecorded(first + 2));
  EXPECT_THAT(Numbers(), ElementsAre(first, first + 1, first + 2));
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("the disk failed"))) << "once, not each time";
}

TEST_F(PublishedTest, WhatWasSweptBeforeIsToldAndPassedOver) {
  const uint64_t first = Head();
  {
    const auto recorder = Start();
    ASSERT_TRUE(AwaitRecorded(first));
  }
  Publish();
  Publish();
  ASSERT_EQ(*store_.Sweep(Head()), first + 2);
  const auto recorder = Start();
  ASSERT_TRUE(AwaitRecorded(first + 2));
  EXPECT_THAT(Numbers(), ElementsAre(first, first + 2));
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("were swept")));
}

}  // namespace
}  // namespace probity::server
