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
