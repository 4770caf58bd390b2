// What indexes beside the store are shown: every version that readable
// revisions read, what a revision changed, and when there is a new one.
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"
#include "storage/testing/history.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ABSENCE_MODE_RETRACTED;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const RecordVersionVisitor kIgnore = [](const RecordVersion&) { return true; };

std::shared_ptr<const View> ViewOf(const Store& store, uint64_t revision,
                                   const std::string& authority) {
  probity::v1::Consistency at;
  *at.mutable_at_exact_revision() = store.TokenOf(revision).value();
  return store.ViewAt(at, authority).value();
}

uint64_t Newest(const Store& store) { return store.Head("")->manifest().revision(); }

// Revisions 2 and 3 make the datasets d (1) and own (2), 4 to 7 load them.
void LoadFourTimes(Store* store) {
  ASSERT_TRUE(CreateDataset(store, "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(CreateDataset(store, "own", ABSENCE_MODE_RETRACTED, "authorities/x").ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A1", {}), Party("b", "B1", {})}}).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A2", {})}}).ok());
  TestLoad own{"own", {Party("o", "O1", {})}};
  own.authority = "authorities/x";
  ASSERT_TRUE(Load(store, own).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A2", {}), Party("b", "B3", {})}}).ok());
}

TEST_P(StoreConformanceTest, ShowsAllVersionsOfAllOwnersUpToARevision) {
  LoadFourTimes(store_.get());
  EXPECT_THAT(VersionsAt(*store_, 1), IsEmpty());
  EXPECT_THAT(VersionsAt(*store_, 3), IsEmpty());
  EXPECT_THAT(VersionsAt(*store_, 4), ElementsAre("1/a@2 A1", "1/b@2 B1"));
  EXPECT_THAT(VersionsAt(*store_, 5),
              ElementsAre("1/a@3 A2", "1/a@2 A1", "1/b@3 gone", "1/b@2 B1"));
  EXPECT_THAT(VersionsAt(*store_, 7), ElementsAre("1/a@3 A2", "1/a@2 A1", "1/b@4 B3", "1/b@3 gone",
                                                  "1/b@2 B1", "2/o@2 O1"));
  EXPECT_EQ(ReasonOf(store_->ForEachVersion(8, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_NOT_YET_HERE);
}

TEST_P(StoreConformanceTest, ShowsWhatARevisionChanged) {
  LoadFourTimes(store_.get());
  EXPECT_THAT(ChangesOf(*store_, 2), IsEmpty());
  EXPECT_THAT(ChangesOf(*store_, 4), ElementsAre("1/a@2 A1", "1/b@2 B1"));
  EXPECT_THAT(ChangesOf(*store_, 5), ElementsAre("1/a@3 A2", "1/b@3 gone"));
  EXPECT_THAT(ChangesOf(*store_, 6), ElementsAre("2/o@2 O1"));
  EXPECT_THAT(ChangesOf(*store_, 7), ElementsAre("1/b@4 B3"));
  EXPECT_EQ(ReasonOf(store_->ForEachChange(8, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_NOT_YET_HERE);
  EXPECT_EQ(ReasonOf(store_->ForEachChange(1, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_EXPIRED);
}

TEST_P(StoreConformanceTest, VisitorsOfVersionsCanStop) {
  LoadFourTimes(store_.get());
  int seen = 0;
  const auto stop_at_two = [&](const RecordVersion&) { return ++seen < 2; };
  ASSERT_TRUE(store_->ForEachVersion(7, stop_at_two).ok());
  EXPECT_EQ(seen, 2);
  seen = 1;
  ASSERT_TRUE(store_->ForEachChange(4, stop_at_two).ok());
  EXPECT_EQ(seen, 2);
}

TEST_P(StoreConformanceTest, ShowsNothingThatIsSwept) {
  LoadFourTimes(store_.get());
  ASSERT_EQ(store_->Sweep(5).value(), 5u);
  EXPECT_THAT(VersionsAt(*store_, 5), ElementsAre("1/a@3 A2"))
      << "a removal at the earliest revision removes nothing that is readable";
  EXPECT_THAT(VersionsAt(*store_, 7), ElementsAre("1/a@3 A2", "1/b@4 B3", "2/o@2 O1"));
  EXPECT_EQ(ReasonOf(store_->ForEachVersion(4, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_EXPIRED);
  EXPECT_EQ(ReasonOf(store_->ForEachChange(5, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_EXPIRED);
  EXPECT_THAT(ChangesOf(*store_, 6), ElementsAre("2/o@2 O1"));
}

TEST_P(StoreConformanceTest, WhoHoldsAViewGetsAllChangesBehindIt) {
  LoadFourTimes(store_.get());
  std::shared_ptr<const View> held = ViewOf(*store_, 5, "");
  ASSERT_EQ(store_->Sweep(7).value(), 5u);
  EXPECT_THAT(ChangesOf(*store_, 6), ElementsAre("2/o@2 O1"));
  EXPECT_THAT(ChangesOf(*store_, 7), ElementsAre("1/b@4 B3"));
  held.reset();
  ASSERT_EQ(store_->Sweep(7).value(), 7u);
  EXPECT_EQ(ReasonOf(store_->ForEachChange(6, kIgnore)),
            probity::v1::ERROR_REASON_REVISION_EXPIRED);
}

// Nothing may vanish under a reader in the middle.
TEST_P(StoreConformanceTest, NothingIsSweptWhileVersionsAreShown) {
  LoadFourTimes(store_.get());
  std::vector<uint64_t> floors;
  const auto sweep = [&](const RecordVersion& version) {
    floors.push_back(store_->Sweep(7).value());
    return version.version > 0;
  };
  ASSERT_TRUE(store_->ForEachVersion(5, sweep).ok());
  EXPECT_THAT(floors, ElementsAre(1u, 1u, 1u, 1u));
  floors.clear();
  ASSERT_TRUE(store_->ForEachChange(4, sweep).ok());
  EXPECT_THAT(floors, ElementsAre(1u, 1u));
}

TEST_P(StoreConformanceTest, AwaitsARevision) {
  const absl::Time past = absl::Now() - absl::Seconds(1);
  EXPECT_TRUE(store_->AwaitRevision(0, past));
  EXPECT_TRUE(store_->AwaitRevision(1, past));
  EXPECT_FALSE(store_->AwaitRevision(2, past));
  EXPECT_FALSE(store_->AwaitRevision(2, absl::Now() + absl::Milliseconds(5)));
  std::thread writer(
      [&] { EXPECT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok()); });
  EXPECT_TRUE(store_->AwaitRevision(2, absl::InfiniteFuture()));
  EXPECT_EQ(Newest(*store_), 2u);
  writer.join();
}

// The newest version at or below a dataset's version is what a view reads.
void ExpectVersionsMakeUpViews(const Store& store, uint64_t shown_at) {
  std::map<std::pair<uint32_t, std::string>, std::vector<RecordVersion>> records;
  ASSERT_TRUE(store
                  .ForEachVersion(shown_at,
                                  [&](const RecordVersion& version) {
                                    records[{version.dataset, version.key}].push_back(version);
                                    return true;
                                  })
                  .ok());
  for (uint64_t revision = store.EarliestRevision(); revision <= shown_at; ++revision) {
    auto view = ViewOf(store, revision, "authorities/x");
    for (const v1::DatasetState& state : view->manifest().datasets()) {
      const std::string id = state.dataset().name().substr(sizeof("datasets/") - 1);
      for (int key = 0; key < RandomHistory::kKeys; ++key) {
        const RecordRef ref{id, "k" + std::to_string(key)};
        std::string read = "none";
        for (const RecordVersion& version : records[{state.number(), ref.key}]) {
          if (version.version > state.version()) continue;
          if (version.row.has_value()) read = version.row->DebugString();
          break;
        }
        auto row = view->GetRecord(ref).value();
        ASSERT_EQ(read, row.has_value() ? row->DebugString() : "none")
            << ref.Name() << " at revision " << revision;
      }
    }
  }
}

TEST_P(StoreConformanceTest, VersionsOfARandomHistoryMakeUpItsViews) {
  InMemoryStore model(TestIdentifiers(), kTestLineage);
  RandomHistory history(5);
  CreateRandomDatasets(store_.get());
  CreateRandomDatasets(&model);
  for (int step = 0; step < 30; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const TestLoad load = history.NextLoad(model);
    ASSERT_TRUE(Load(store_.get(), load).ok());
    ASSERT_TRUE(Load(&model, load).ok());
    const uint64_t newest = Newest(model);
    if (step % 7 == 6) {
      ASSERT_EQ(store_->Sweep(newest - 4).value(), model.Sweep(newest - 4).value());
    }
    ASSERT_EQ(ChangesOf(*store_, newest), ChangesOf(model, newest));
    for (uint64_t shown : {newest, newest - 1}) {
      ASSERT_EQ(VersionsAt(*store_, shown), VersionsAt(model, shown));
      ExpectVersionsMakeUpViews(*store_, shown);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace probity::storage::testing
