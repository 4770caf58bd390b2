// What makes the server ready, and who is told of it.
#include "services/health/health_keeper.h"

#include <atomic>
#include <memory>

#include "absl/time/clock.h"
#include "base/await_testing.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::health {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr char kDatasets[] = "probity.v1.DatasetService";
constexpr char kScreening[] = "probity.v1.ScreeningService";
constexpr char kServer[] = "probity.v1.ServerService";
constexpr char kSuppliers[] = "probity.v1.SupplierService";

const absl::Time kToday = absl::FromCivil(absl::CivilDay(2027, 3, 1), absl::UTCTimeZone());

// An index that is as far as a test says.
class ScriptedNames final : public storage::NameIndex {
 public:
  uint64_t covered() const override { return reached; }
  absl::Status Await(uint64_t, absl::Time) const override { return absl::OkStatus(); }
  absl::StatusOr<index::SearchResult> Search(const storage::View&,
                                             const index::Query&) const override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<index::SearchResult> SearchExhaustively(const storage::View&,
                                                         const index::Query&) const override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::unique_ptr<NameIndex>> ForCandidate(
      const storage::CandidateView&, const storage::CandidateRows::StillWanted&) const override {
    return absl::UnimplementedError("");
  }
  Stats stats() const override { return {}; }

  std::atomic<uint64_t> reached{1};
};

class HealthTest : public ::testing::Test {
 protected:
  ReadinessSources Sources() {
    return {store_, names_, [this] { return absl::FromUnixMicros(now_us_.load()); }};
  }
  void SetClock(absl::Time time) { now_us_ = absl::ToUnixMicros(time); }
  // Publishes a revision at that time.
  void PublishAt(absl::Time time) {
    ASSERT_TRUE(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED).ok());
    storage::testing::TestLoad load{"d", {storage::testing::Party("k", "Firm", {})}};
    load.now_us = absl::ToUnixMicros(time);
    ASSERT_TRUE(storage::testing::Load(&store_, load).ok());
  }

  storage::InMemoryStore store_{TestIdentifiers(), "fedcba9876543210"};
  ScriptedNames names_;
  std::atomic<int64_t> now_us_{absl::ToUnixMicros(kToday)};
};

TEST_F(HealthTest, AnEmptyStoreIsReady) {
  const Readiness readiness = Look(Sources());
  EXPECT_EQ(readiness.Why(), "");
  EXPECT_THAT(ByService(readiness), Each(Pair(::testing::_, true)));
  EXPECT_TRUE(readiness.Serves(""));
  EXPECT_FALSE(readiness.Serves("probity.v1.NoSuchService"));
}

TEST_F(HealthTest, WithoutNamesWhatSearchesIsNotReady) {
  names_.reached = 0;
  const Readiness readiness = Look(Sources());
  EXPECT_THAT(readiness.Why(), HasSubstr("name index"));
  for (const char* service : {"", kScreening, kSuppliers}) {
    EXPECT_FALSE(readiness.Serves(service)) << service;
  }
  for (const char* service : {kDatasets, kServer}) EXPECT_TRUE(readiness.Serves(service));
}

// Every call is refused then, and goes better to another server.
TEST_F(HealthTest, WhoseCallsCannotBeLoggedServesNothing) {
  bool can = false;
  ReadinessSources sources = Sources();
  sources.calls_are_logged = [&can] { return can; };
  EXPECT_THAT(Look(sources).Why(), HasSubstr("access log"));
  EXPECT_THAT(ByService(Look(sources)), Each(Pair(::testing::_, false)));
  can = true;
  EXPECT_EQ(Look(sources).Why(), "");
}

TEST_F(HealthTest, NamesThatLagBehindALoadAreNoReason) {
  PublishAt(kToday);
  EXPECT_GT(store_.Head("")->token().revision(), names_.covered());
  EXPECT_EQ(Look(Sources()).Why(), "");
}

TEST_F(HealthTest, AClockBehindTheReleaseLeavesOnlyTheServerItself) {
  SetClock(absl::FromCivil(kOldestToday, absl::UTCTimeZone()) - absl::Seconds(1));
  const Readiness readiness = Look(Sources());
  EXPECT_THAT(readiness.Why(), HasSubstr("clock"));
  for (const auto& [service, serves] : ByService(readiness)) {
    EXPECT_EQ(serves, service == kServer) << service;
  }
  SetClock(absl::FromCivil(kOldestToday, absl::UTCTimeZone()));
  EXPECT_EQ(Look(Sources()).Why(), "");
}

TEST_F(HealthTest, AClockBehindTheNewestRevisionIsNotSane) {
  PublishAt(kToday);
  SetClock(kToday - kClockSlack);
  EXPECT_TRUE(Look(Sources()).clock_is_sane);
  SetClock(kToday - kClockSlack - absl::Seconds(1));
  EXPECT_FALSE(Look(Sources()).clock_is_sane);
  // What is ahead is nobody's fault: no date tells a clock that is too fast.
  SetClock(kToday + absl::Hours(24 * 365));
  EXPECT_TRUE(Look(Sources()).clock_is_sane);
}

// Collects what a keeper tells.
class KeeperTest : public HealthTest {
 protected:
  std::unique_ptr<HealthKeeper> Keep() {
    HealthKeeper::Options options{Sources(),
                                  [this](const std::string& service, bool serves) {
                                    absl::MutexLock lock(&mutex_);
                                    told_[service] = serves;
                                    ++times_;
                                  },
                                  [this](absl::string_view text) { Add(text); },
                                  [this](absl::string_view text) { Add(text); }};
    options.every = options.before = absl::Milliseconds(1);
    return std::make_unique<HealthKeeper>(std::move(options));
  }
  void Add(absl::string_view text) {
    absl::MutexLock lock(&mutex_);
    said_.emplace_back(text);
  }
  void Await(const std::string& service, bool serves) {
    const auto is_so = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      const auto found = told_.find(service);
      return found != told_.end() && found->second == serves;
    };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&is_so), absl::Seconds(60))) << service;
  }
  std::map<std::string, bool> told() {
    absl::MutexLock lock(&mutex_);
    return told_;
  }
  std::vector<std::string> said() {
    absl::MutexLock lock(&mutex_);
    return said_;
  }
  int times() {
    absl::MutexLock lock(&mutex_);
    return times_;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, bool> told_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> said_ ABSL_GUARDED_BY(mutex_);
  int times_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST_F(KeeperTest, TellsAllServicesBeforeItIsMade) {
  const auto keeper = Keep();
  EXPECT_EQ(told(), ByService(Look(Sources())));
}

TEST_F(KeeperTest, TellsWhatChangesAndWhy) {
  names_.reached = 0;
  const auto keeper = Keep();
  EXPECT_FALSE(told().at(kSuppliers));
  EXPECT_TRUE(told().at(kDatasets));
  const int before = times();
  names_.reached = 1;
  Await("", true);
  Await(kSuppliers, true);
  Await(kScreening, true);
  EXPECT_EQ(times(), before + 3);  // the others stayed what they were
  EXPECT_THAT(said(), Contains(HasSubstr("name index")));
  EXPECT_TRUE(BecomesTrue([&] { return said().back() == "ready"; }));  // said behind the telling
  SetClock(absl::UnixEpoch());
  Await(kDatasets, false);
  EXPECT_TRUE(told().at(kServer));
}

TEST_F(KeeperTest, DrainsForGood) {
  const auto keeper = Keep();
  keeper->Drain();
  EXPECT_THAT(told(), Each(Pair(::testing::_, false)));
  EXPECT_TRUE(keeper->now().is_draining);
  EXPECT_THAT(keeper->now().Why(), HasSubstr("stopping"));
  const int before = times();
  SetClock(absl::UnixEpoch());
  SetClock(kToday);
  names_.reached = 0;
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(times(), before);
  EXPECT_THAT(told(), Not(IsEmpty()));
}

}  // namespace
}  // namespace probity::health
