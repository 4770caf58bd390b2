#include "services/admission/adaptive_limit.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "gtest/gtest.h"

namespace probity::admission {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1700000000);

LimitOptions Options() {
  LimitOptions options;
  options.least = 4;
  options.most = 100;
  options.initial = 40;
  options.waits_allowed = 2;
  options.least_wait_allowed = absl::Milliseconds(10);
  return options;
}

// Calls that all take as long, on some threads, in time that is counted and not lived
// through: each tick as many arrive as are said to, and as many end as the threads manage.
class Simulation {
 public:
  Simulation(int threads, absl::Duration work, const LimitOptions& options = Options())
      : threads_(threads), work_(work), limit_(options, kBegin) {}

  // For `ticks` times `work`.
  void Run(int ticks, int arrivals_a_tick) {
    for (int tick = 0; tick < ticks; ++tick) {
      for (int i = 0; i < arrivals_a_tick; ++i) {
        if (limit_.Enter()) {
          queue_.push_back(now_);
        } else {
          ++shed_;
        }
      }
      now_ += work_;
      for (int i = 0; i < threads_ && !queue_.empty(); ++i) {
        const absl::Duration waited = now_ - work_ - queue_.front();
        longest_ = std::max(longest_, waited);
        queue_.pop_front();
        ++done_;
        limit_.Leave(waited, work_, now_);
      }
    }
  }

  int TakeShed() { return std::exchange(shed_, 0); }
  int TakeDone() { return std::exchange(done_, 0); }
  absl::Duration TakeLongest() { return std::exchange(longest_, absl::ZeroDuration()); }
  const AdaptiveLimit& limit() const { return limit_; }

 private:
  const int threads_;
  const absl::Duration work_;
  AdaptiveLimit limit_;
  absl::Time now_ = kBegin;
  std::deque<absl::Time> queue_;
  int shed_ = 0;
  int done_ = 0;
  absl::Duration longest_;
};

TEST(AdaptiveLimitTest, ShedsNothingThatTheThreadsManage) {
  Simulation simulation(4, absl::Milliseconds(5));
  simulation.Run(2000, 4);
  EXPECT_EQ(simulation.TakeShed(), 0);
  EXPECT_EQ(simulation.limit().in_progress(), 0);
}

TEST(AdaptiveLimitTest, KeepsThreadsBusyAndWaitsShortAtFourTimesTheLoad) {
  Simulation simulation(4, absl::Milliseconds(20));
  simulation.Run(500, 16);  // it finds its limit
  simulation.TakeDone();
  simulation.TakeLongest();
  simulation.Run(1000, 16);
  EXPECT_EQ(simulation.TakeDone(), 4000) << "a thread stood idle";
  EXPECT_GT(simulation.TakeShed(), 10000);
  // Two waits of 20 ms are allowed on the mean; the limit goes up and down around that.
  EXPECT_LE(simulation.TakeLongest(), absl::Milliseconds(100));
}

TEST(AdaptiveLimitTest, ShrinksWhereTheSameCallsTakeLonger) {
  Simulation quick(4, absl::Milliseconds(1));
  quick.Run(5000, 16);
  Simulation slow(4, absl::Milliseconds(500));
  slow.Run(500, 16);
  EXPECT_LT(slow.limit().limit(), quick.limit().limit());
  EXPECT_GE(slow.limit().limit(), Options().least);
}

TEST(AdaptiveLimitTest, GrowsAgainOnceTheLoadFits) {
  LimitOptions options = Options();
  options.initial = options.least;
  Simulation simulation(20, absl::Milliseconds(20), options);
  simulation.Run(20, 20);
  EXPECT_GT(simulation.TakeShed(), 0);
  simulation.Run(500, 20);
  simulation.TakeShed();
  simulation.Run(500, 20);
  EXPECT_EQ(simulation.TakeShed(), 0);
  EXPECT_GE(simulation.limit().limit(), 20);
}

TEST(AdaptiveLimitTest, StaysBetweenItsBounds) {
  AdaptiveLimit limit(Options(), kBegin);
  absl::Time now = kBegin;
  const auto round = [&](absl::Duration waited) {
    while (limit.Enter()) {
    }
    now += absl::Seconds(1);
    while (limit.in_progress() > 0) limit.Leave(waited, absl::Milliseconds(1), now);
  };
  for (int i = 0; i < 50; ++i) round(absl::Minutes(1));
  EXPECT_EQ(limit.limit(), Options().least);
  for (int i = 0; i < 200; ++i) round(absl::ZeroDuration());
  EXPECT_EQ(limit.limit(), Options().most);
}

// A pause of the whole machine is seen once, by all calls that stood in the queue.
TEST(AdaptiveLimitTest, OneLookTakesHalfAtMost) {
  AdaptiveLimit limit(Options(), kBegin);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(limit.Enter());
  EXPECT_FALSE(limit.Enter());
  const absl::Time later = kBegin + absl::Minutes(1);
  for (int i = 0; i < 10; ++i) limit.Leave(absl::Minutes(1), absl::Milliseconds(1), later);
  EXPECT_EQ(limit.limit(), 20);
}

TEST(AdaptiveLimitTest, LooksAtEnoughCallsOverEnoughTime) {
  AdaptiveLimit limit(Options(), kBegin);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(limit.Enter());
  const absl::Duration bad = absl::Minutes(1);
  for (int i = 0; i < 20; ++i) limit.Leave(bad, absl::Milliseconds(1), kBegin);
  EXPECT_EQ(limit.limit(), 40) << "no time has passed";
  limit.Leave(bad, absl::Milliseconds(1), kBegin + absl::Seconds(1));
  EXPECT_EQ(limit.limit(), 20);
  for (int i = 0; i < 9; ++i) {
    limit.Leave(bad, absl::Milliseconds(1), kBegin + absl::Seconds(10));
  }
  EXPECT_EQ(limit.limit(), 20) << "nine calls are too few";
}

TEST(AdaptiveLimitTest, GoesOnWhenTheClockWasSetBack) {
  AdaptiveLimit limit(Options(), kBegin);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(limit.Enter());
  const absl::Time back = kBegin - absl::Hours(1);
  limit.Leave(absl::Minutes(1), absl::Milliseconds(1), back);
  for (int i = 0; i < 9; ++i) {
    limit.Leave(absl::Minutes(1), absl::Milliseconds(1), back + absl::Seconds(1));
  }
  EXPECT_EQ(limit.limit(), 20);
}

TEST(AdaptiveLimitTest, GrowsWhereAShareOfItWasTooSmall) {
  LimitOptions options = Options();
  options.initial = 9;
  AdaptiveLimit limit(options, kBegin);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(limit.Enter());
    limit.Press();
    limit.Leave(absl::ZeroDuration(), absl::Milliseconds(1), kBegin + absl::Seconds(1));
  }
  EXPECT_EQ(limit.limit(), 12);
}

TEST(AdaptiveLimitTest, SaysWhenToComeBack) {
  AdaptiveLimit limit(Options(), kBegin);
  EXPECT_EQ(limit.Backlog(), absl::Milliseconds(100));
  for (int i = 0; i < 40; ++i) limit.Enter();
  for (int i = 0; i < 10; ++i) {
    limit.Leave(absl::Milliseconds(1500), absl::Milliseconds(500), kBegin + absl::Seconds(9));
  }
  EXPECT_EQ(limit.Backlog(), absl::Seconds(2));
  for (int i = 0; i < 10; ++i) {
    limit.Leave(absl::Hours(1), absl::Milliseconds(500), kBegin + absl::Seconds(18));
  }
  EXPECT_EQ(limit.Backlog(), absl::Seconds(5));
}

}  // namespace
}  // namespace probity::admission
