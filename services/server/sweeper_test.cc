#include "services/server/sweeper.h"

#include "gmock/gmock.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

// Keeps two revisions besides the newest.
class SweepingTest : public ScreeningTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ScreeningTest::Config();
    if (sweeps_) config.set_retained_revisions(2);
    return config;
  }

  std::vector<uint64_t> Readable() {
    std::vector<uint64_t> numbers;
    const auto revisions = Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest());
    for (const v1::Revision& one : revisions.revisions()) {
      numbers.push_back(one.token().revision());
    }
    return numbers;
  }
  // Waits until so many revisions are left.
  bool AwaitReadable(size_t count) {
    for (int i = 0; i < 500 && Readable().size() != count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return Readable().size() == count;
  }

  bool sweeps_ = false;
};

TEST_F(SweepingTest, SweepsWhatIsTooOldAndWhatNobodyNeeds) {
  const size_t all = Readable().size();
  ASSERT_GT(all, 3u);
  sweeps_ = true;
  Restart();
  EXPECT_TRUE(AwaitReadable(3));
  EXPECT_EQ(Screen(Numbered("01234567")).decision().core().verdict(), v1::VERDICT_BLOCK);
}

TEST_F(SweepingTest, ADecisionKeepsItsRevision) {
  const size_t before = Readable().size();
  const std::string decision = Screen(Numbered("01234567")).decision().name();
  for (int i = 0; i < 5; ++i) Put("reg", Firm("new", "Firm " + std::to_string(i), "00000006"));
  sweeps_ = true;
  Restart();
  // Its revision, five behind it, and none before.
  EXPECT_TRUE(AwaitReadable(6));
  ASSERT_GT(before, 1u);
  EXPECT_TRUE(Replay(decision, v1::REPLAY_MODE_REDERIVE).equal());
}

TEST_F(SweepingTest, AHoldKeepsAll) {
  const size_t all = Readable().size();
  v1::SetLegalHoldRequest set;
  set.mutable_hold()->set_reason("order 7/2026");
  const v1::LegalHold hold = Ask(&DataStub::SetLegalHold, set);
  sweeps_ = true;
  Restart();
  // The first share would be swept by then.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(Readable().size(), all) << "nothing is swept while it stands";
  v1::ReleaseLegalHoldRequest release;
  release.set_name(hold.name());
  Ask(&DataStub::ReleaseLegalHold, release);
  Restart();
  EXPECT_TRUE(AwaitReadable(3));
}

}  // namespace
}  // namespace probity::server
