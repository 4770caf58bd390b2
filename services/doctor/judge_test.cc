#include "services/doctor/judge.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::doctor {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kExt4 = 0xef53, kTmpfs = 0x01021994, kNfs = 0x6969, kOverlay = 0x794c7630;
constexpr uint64_t kMib = 1 << 20;

SyncTimes Times(absl::Duration middle, absl::Duration slow) {
  SyncTimes times;
  times.sorted.assign(98, middle);
  times.sorted.push_back(slow);
  times.sorted.push_back(slow);
  return times;
}

TEST(JudgeTest, SyncIsJudgedByItsSlowestHundredth) {
  const auto judged = [](absl::Duration middle, absl::Duration slow) {
    return JudgeSync("data_dir", Times(middle, slow)).fitness;
  };
  EXPECT_EQ(judged(absl::Milliseconds(1), absl::Milliseconds(20)), Fitness::kFit);
  EXPECT_EQ(judged(absl::Milliseconds(1), absl::Milliseconds(21)), Fitness::kDoubtful);
  EXPECT_EQ(judged(absl::Milliseconds(1), absl::Milliseconds(201)), Fitness::kUnfit);
  EXPECT_EQ(judged(absl::Nanoseconds(900), absl::Microseconds(3)), Fitness::kDoubtful);
}

TEST(JudgeTest, SyncSaysWhatWasMeasured) {
  const Finding finding = JudgeSync("data_dir", Times(absl::Milliseconds(2), absl::Seconds(1)));
  EXPECT_EQ(finding.check, "sync of data_dir");
  EXPECT_EQ(finding.seen, "p50 2.00 ms, p99 1000.00 ms, slowest 1000.00 ms of 100");
  EXPECT_THAT(finding.advice, HasSubstr("solid-state"));
}

TEST(JudgeTest, WhatCannotBeMeasuredIsUnfitAndNamed) {
  const absl::Status fault = absl::FailedPreconditionError("/data/x: Permission denied");
  for (const Finding& finding :
       {JudgeSync("data_dir", fault), JudgeVolume("data_dir", fault),
        JudgeSpace("data_dir", fault, kMib), JudgeCertificate("tls", absl::Now(), fault)}) {
    EXPECT_EQ(finding.fitness, Fitness::kUnfit) << finding.check;
    EXPECT_THAT(finding.seen, HasSubstr("/data/x"));
    EXPECT_THAT(finding.advice, Not(IsEmpty()));
  }
}

TEST(JudgeTest, MemoryAndReadOnlyVolumesAreUnfitNetworksDoubtful) {
  const auto judged = [](int64_t type, bool read_only = false) {
    return JudgeVolume("data_dir", Volume{type, kMib, read_only}).fitness;
  };
  EXPECT_EQ(judged(kExt4), Fitness::kFit);
  EXPECT_EQ(judged(kExt4, true), Fitness::kUnfit);
  EXPECT_EQ(judged(kTmpfs), Fitness::kUnfit);
  EXPECT_EQ(judged(kNfs), Fitness::kDoubtful);
  EXPECT_EQ(judged(kOverlay), Fitness::kDoubtful);
  EXPECT_EQ(judged(0x1234), Fitness::kFit);
  EXPECT_EQ(VolumeName(kNfs), "nfs");
  EXPECT_EQ(VolumeName(0x1234), "type 0x1234");
}

TEST(JudgeTest, SpaceIsJudgedAgainstTheReserve) {
  const auto judged = [](uint64_t free) {
    return JudgeSpace("data_dir", Volume{kExt4, free, false}, 256 * kMib).fitness;
  };
  EXPECT_EQ(judged(256 * kMib), Fitness::kUnfit);
  EXPECT_EQ(judged(257 * kMib), Fitness::kDoubtful);
  EXPECT_EQ(judged(2048 * kMib), Fitness::kFit);
}

TEST(JudgeTest, AClockBehindTheStoreIsUnfit) {
  const absl::Time now = absl::FromUnixSeconds(1790000000);
  EXPECT_EQ(JudgeClock(now, now).fitness, Fitness::kFit);
  EXPECT_EQ(JudgeClock(now, now - absl::Hours(9000)).fitness, Fitness::kFit);
  const Finding behind = JudgeClock(now, now + absl::Hours(2));
  EXPECT_EQ(behind.fitness, Fitness::kUnfit);
  EXPECT_THAT(behind.advice, HasSubstr("2h behind"));
  EXPECT_EQ(JudgeClock(now, absl::NotFoundError("no store")).fitness, Fitness::kNotChecked);
}

TEST(JudgeTest, TheKernelsClock) {
  EXPECT_EQ(JudgeKernelClock(std::nullopt).fitness, Fitness::kNotChecked);
  EXPECT_EQ(JudgeKernelClock(KernelClock{true, absl::Milliseconds(9)}).fitness, Fitness::kFit);
  EXPECT_EQ(JudgeKernelClock(KernelClock{true, absl::Seconds(2)}).fitness, Fitness::kDoubtful);
  EXPECT_EQ(JudgeKernelClock(KernelClock{false, absl::Seconds(16)}).fitness, Fitness::kDoubtful);
}

TEST(JudgeTest, OpenFiles) {
  EXPECT_EQ(JudgeOpenFiles(0).fitness, Fitness::kFit);
  EXPECT_EQ(JudgeOpenFiles(65536).fitness, Fitness::kFit);
  EXPECT_EQ(JudgeOpenFiles(1024).fitness, Fitness::kDoubtful);
  EXPECT_EQ(JudgeOpenFiles(1023).fitness, Fitness::kUnfit);
}

TEST(JudgeTest, CertificatesThatEndSoonOrHaveEnded) {
  const absl::Time now = absl::FromUnixSeconds(1790000000);
  const auto judged = [now](int days) {
    return JudgeCertificate("tls", now, now + absl::Hours(24) * days).fitness;
  };
  EXPECT_EQ(judged(31), Fitness::kFit);
  EXPECT_EQ(judged(29), Fitness::kDoubtful);
  EXPECT_EQ(judged(0), Fitness::kUnfit);
  EXPECT_EQ(judged(-4), Fitness::kUnfit);
}

}  // namespace
}  // namespace probity::doctor
