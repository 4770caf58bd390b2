#include "cli/server_check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

v1::GetServerInfoResponse GoodInfo() {
  v1::GetServerInfoResponse info;
  info.mutable_revision()->set_revision(7);
  info.mutable_published_at()->set_seconds(absl::ToUnixSeconds(kNow) - 60);
  info.add_datasets();
  info.mutable_name_index()->set_ready(true);
  return info;
}

TEST(ServerCheckTest, HealthIsServingOrUnfit) {
  EXPECT_EQ(JudgeHealth(grpc::Status::OK, "\x08\x01").fitness, Fitness::kFit);
  EXPECT_EQ(JudgeHealth(grpc::Status::OK, "\x08\x02").fitness, Fitness::kUnfit);
  EXPECT_EQ(JudgeHealth(grpc::Status::OK, "").fitness, Fitness::kUnfit);
  EXPECT_EQ(JudgeHealth({grpc::StatusCode::UNAVAILABLE, "gone"}, "").fitness, Fitness::kUnfit);
}

TEST(ServerCheckTest, SlowCallsAreDoubtfulByTheirSlowestHundredth) {
  CallTimes calls;
  calls.times.assign(199, absl::Milliseconds(2));
  calls.times.push_back(absl::Seconds(9));  // one in two hundred is no matter
  EXPECT_EQ(JudgeCalls("lookups", calls, absl::Milliseconds(50)).fitness, Fitness::kFit);
  calls.times.assign(100, absl::Milliseconds(51));
  const Finding slow = JudgeCalls("lookups", calls, absl::Milliseconds(50));
  EXPECT_EQ(slow.fitness, Fitness::kDoubtful);
  EXPECT_EQ(slow.seen, "p50 51.00 ms, p99 51.00 ms of 100");
}

TEST(ServerCheckTest, CallsThatFailAreUnfitUnlessARightIsLacking) {
  const auto judged = [](grpc::StatusCode code) {
    return JudgeCalls("lookups", {{}, {code, "why"}}, absl::Milliseconds(50)).fitness;
  };
  EXPECT_EQ(judged(grpc::StatusCode::DATA_LOSS), Fitness::kUnfit);
  EXPECT_EQ(judged(grpc::StatusCode::PERMISSION_DENIED), Fitness::kNotChecked);
  EXPECT_EQ(judged(grpc::StatusCode::RESOURCE_EXHAUSTED), Fitness::kDoubtful);
}

TEST(ServerCheckTest, ClocksDifferOnlyBeyondTheTimeOfTheCall) {
  const auto judged = [](absl::Duration server, absl::Duration call) {
    return JudgeDifference({{kNow, kNow + call, kNow + server}}).fitness;
  };
  EXPECT_EQ(judged(absl::Milliseconds(1), absl::Milliseconds(2)), Fitness::kFit);
  EXPECT_EQ(judged(absl::Seconds(9), absl::Seconds(10)), Fitness::kFit);
  EXPECT_EQ(judged(absl::Seconds(9), absl::Seconds(1)), Fitness::kUnfit);
  EXPECT_EQ(judged(-absl::Seconds(9), absl::Seconds(1)), Fitness::kUnfit);
  EXPECT_EQ(JudgeDifference({}).fitness, Fitness::kNotChecked);
}

TEST(ServerCheckTest, AGoodServerIsFit) {
  EXPECT_THAT(JudgeInfo(GoodInfo(), kNow), Each(Field(&Finding::fitness, Fitness::kFit)));
}

TEST(ServerCheckTest, WhatTheServerSaysOfItselfIsHeard) {
  v1::GetServerInfoResponse info = GoodInfo();
  info.clear_datasets();
  info.mutable_name_index()->set_ready(false);
  info.mutable_evidence_log()->set_not_recorded(3);
  EXPECT_THAT(JudgeInfo(info, kNow), Each(Field(&Finding::fitness, Fitness::kDoubtful)));
  info = GoodInfo();
  info.mutable_published_at()->set_seconds(absl::ToUnixSeconds(kNow) + 3600);
  EXPECT_THAT(JudgeInfo(info, kNow)[0].advice, HasSubstr("future"));
  info.mutable_evidence_log()->mutable_continuation();
  EXPECT_EQ(JudgeInfo(info, kNow)[2].fitness, Fitness::kUnfit);
  info.mutable_evidence_log()->mutable_continuation()->set_accepted_by("uid 0");
  EXPECT_EQ(JudgeInfo(info, kNow)[2].fitness, Fitness::kFit);
}

}  // namespace
}  // namespace probity::cli
