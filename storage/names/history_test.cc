// Random histories: at every revision, and of every past one, the index finds what
// the records say.
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "storage/candidate_view.h"
#include "storage/names/index_fixture.h"

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;

// Random loads, restarts and sweeps. At every revision the index finds what a new
// one finds, and what the records say; and it still does when it is the past.
struct Walk {
  uint32_t seed = 0;
  int steps = 0;
  int restart_every = 0;  // about
};

class NameIndexHistoryTest : public NameIndexTest {
 protected:
  void Run(const Walk& walk) {
    std::mt19937 random(walk.seed);
    NameHistory history(walk.seed);
    past_.clear();
    std::filesystem::remove_all(options_.path);
    CreateRandomDatasets(store_.get());
    Restart();
    for (int step = 0; step < walk.steps; ++step) {
      SCOPED_TRACE(absl::StrCat("seed ", walk.seed, " step ", step));
      ASSERT_TRUE(Load(store_.get(), history.NextLoad(*store_)).ok());
      if (random() % walk.restart_every == 0) {
        Restart();
        EXPECT_THAT(Log(), Not(HasSubstr("buil"))) << "it goes on from what it saved";
      }
      if (random() % 8 == 0) {
        ASSERT_TRUE(store_->Sweep(Newest(*store_) - random() % 6).ok());
      }
      if (random() % 3 == 0) continue;  // several revisions at once
      AwaitHead();
      ExpectRightNow();
      ExpectRightInThePast();
      if (HasFatalFailure()) return;
    }
  }

  void ExpectRightNow() {
    const auto anew = NameIndex::Open(store_.get(), &TestMatcher(), {});
    ASSERT_TRUE(anew->Await(Newest(*store_), absl::Now() + absl::Seconds(60)).ok());
    for (const char* authority : {"", "authorities/x", "authorities/y"}) {
      const auto view = store_->Head(authority);
      const std::string found = FindAll(*index_, *view);
      ASSERT_EQ(found, FindAllInRecords(*view)) << authority;
      ASSERT_EQ(FindAllExhaustively(*index_, *view), FindAllInRecords(*view, kWeak)) << authority;
      ASSERT_EQ(found, FindAll(*anew, *view)) << authority;
      past_[{Newest(*store_), authority}] = found;
    }
  }

  void ExpectRightInThePast() {
    for (const auto& [when, found] : past_) {
      if (when.first < store_->EarliestRevision()) continue;
      const auto view = ViewOf(*store_, when.first, when.second);
      ASSERT_EQ(FindAll(*index_, *view), found) << when.first << " " << when.second;
    }
  }

  // Revision and authority -> what a new index found then.
  std::map<std::pair<uint64_t, std::string>, std::string> past_;
};

// What would be found after a publish is what is found then, whatever else the index does.
TEST_F(NameIndexHistoryTest, CandidateFindsWhatIsFoundAfterThePublish) {
  UseNew();
  CreateRandomDatasets(store_.get());
  Restart();
  NameHistory history(7);
  for (int step = 0; step < 40; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    const TestLoad load = history.NextLoad(*store_);
    const ChangeSet changes = MakeChangeSet(*store_, load).value();
    const auto rows = CandidateRows::Open(changes, Newest(*store_) + 1, nullptr).value();
    const std::string owner = load.authority;
    const auto made = [&](const std::string& authority) {
      return CandidateView::Create(store_->Head(authority), rows, store_->identifiers(), nullptr)
          .value();
    };
    const auto index = index_->ForCandidate(*made(owner), nullptr).value();
    std::map<std::string, std::string> found;
    for (const char* authority : {"", "authorities/x", "authorities/y"}) {
      const auto candidate = made(authority);
      found[authority] = FindAll(*index, *candidate);
      ASSERT_EQ(found[authority], FindAllInRecords(*candidate)) << authority;
      ASSERT_EQ(FindAllExhaustively(*index, *candidate), FindAllInRecords(*candidate, kWeak));
      ASSERT_FALSE(index_->Search(*candidate, {}).ok()) << "no revision has it";
    }
    ASSERT_TRUE(store_->Publish(changes, {}).ok());
    std::filesystem::remove(changes.path);
    AwaitHead();
    for (const auto& [authority, lines] : found) ASSERT_EQ(lines, FoundNow(authority)) << authority;
  }
}

// Rows that were compared with an older version of their dataset are no candidate.
TEST_F(NameIndexHistoryTest, NoCandidateOverAnotherVersion) {
  Use(SmallStore("Kestrel Trading Ltd", kTestLineage));
  Restart();
  const TestLoad load{"d", {Party("k", "Aurora Borealis", {})}};
  const ChangeSet changes = MakeChangeSet(*store_, load).value();
  const auto rows = CandidateRows::Open(changes, Newest(*store_) + 1, nullptr).value();
  const auto candidate =
      CandidateView::Create(store_->Head(""), rows, store_->identifiers(), nullptr).value();
  ASSERT_TRUE(store_->Publish(changes, {}).ok());
  std::filesystem::remove(changes.path);
  AwaitHead();
  EXPECT_EQ(index_->ForCandidate(*candidate, nullptr).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(
      CandidateView::Create(store_->Head(""), rows, store_->identifiers(), nullptr).status().code(),
      absl::StatusCode::kAborted);
}

TEST_F(NameIndexHistoryTest, FindsWhatANewIndexFinds) {
  for (const uint32_t seed : {1u, 2u, 3u}) {
    UseNew();
    Run({seed, 30, 6});
    if (HasFatalFailure()) return;
  }
}

TEST_F(NameIndexHistoryTest, FindsTheSameWhenAllIsSavedAndMergedAtOnce) {
  SaveAtOnce();
  for (const uint32_t seed : {4u, 5u}) {
    UseNew();
    Run({seed, 30, 4});
    if (HasFatalFailure()) return;
  }
}

TEST_F(NameIndexHistoryTest, FollowsAStoreOnDisk) {
  UseStoreOnDisk();
  Run({6, 25, 6});
}

}  // namespace
}  // namespace probity::storage::testing
