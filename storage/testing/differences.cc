// What two revisions of a dataset have different.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "storage/diff.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"
#include "storage/testing/history.h"
#include "storage/timeline.h"
#include "storage/watch/record_changes.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ABSENCE_MODE_RETRACTED;
using probity::v1::LOAD_MODE_DELTA;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::shared_ptr<const View> ViewAt(const Store& store, uint64_t revision,
                                   const std::string& authority = "") {
  return ViewOfRevision(store, revision, authority).value();
}

// "key: before -> after" by display, read in pages of `page`.
std::vector<std::string> Differences(const Store& store, const View& from, const View& to,
                                     const std::string& dataset, size_t page) {
  const auto text = [](const std::optional<v1::RecordRow>& row) {
    return row.has_value() ? LatestRecord(*row).supplier().names(0).text() : "none";
  };
  std::vector<std::string> lines;
  DiffReader reader(store, from, to, dataset);
  for (;;) {
    auto changes = reader.Next(page);
    EXPECT_TRUE(changes.ok()) << changes.status();
    if (!changes.ok() || changes->empty()) return lines;
    EXPECT_LE(changes->size(), page);
    for (const RecordChange& change : *changes) {
      EXPECT_EQ(change.ref.dataset, dataset);
      lines.push_back(change.ref.key + ": " + text(change.before) + " -> " + text(change.after));
    }
  }
}

// Revision 2 makes d, 3 to 6 load it; the last one takes back what the third did.
void LoadFourEditions(Store* store) {
  ASSERT_TRUE(CreateDataset(store, "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A1", {}), Party("b", "B1", {})}}).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A2", {}), Party("c", "C1", {})}}).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A3", {}), Party("c", "C1", {})}}).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("a", "A2", {}), Party("c", "C1", {})}}).ok());
}

TEST_P(StoreConformanceTest, DiffersRecordByRecord) {
  LoadFourEditions(store_.get());
  for (const size_t page : {1u, 2u, 100u}) {
    const auto diff = [&](uint64_t from, uint64_t to) {
      return Differences(*store_, *ViewAt(*store_, from), *ViewAt(*store_, to), "d", page);
    };
    EXPECT_THAT(diff(2, 3), ElementsAre("a: none -> A1", "b: none -> B1"));
    EXPECT_THAT(diff(3, 4), ElementsAre("a: A1 -> A2", "b: B1 -> none", "c: none -> C1"));
    EXPECT_THAT(diff(4, 5), ElementsAre("a: A2 -> A3"));
    EXPECT_THAT(diff(4, 6), IsEmpty()) << "written in between, and written back";
    EXPECT_THAT(diff(3, 6), ElementsAre("a: A1 -> A2", "b: B1 -> none", "c: none -> C1"));
    EXPECT_THAT(diff(6, 3), ElementsAre("a: A2 -> A1", "b: none -> B1", "c: C1 -> none"));
    EXPECT_THAT(diff(1, 3), ElementsAre("a: none -> A1", "b: none -> B1")) << "before it was made";
    EXPECT_THAT(diff(5, 5), IsEmpty());
  }
}

TEST_P(StoreConformanceTest, ListsEachChangedKeyOnce) {
  LoadFourEditions(store_.get());
  const auto keys = [&](uint64_t one, uint64_t other, const char* after, size_t limit) {
    return store_->ChangedKeys(*ViewAt(*store_, one), *ViewAt(*store_, other), "d", after, limit)
        .value();
  };
  EXPECT_THAT(keys(2, 6, "", 10), ElementsAre("a", "b", "c"));
  EXPECT_THAT(keys(6, 2, "", 10), ElementsAre("a", "b", "c")) << "in either direction";
  EXPECT_THAT(keys(2, 6, "", 2), ElementsAre("a", "b"));
  EXPECT_THAT(keys(2, 6, "b", 2), ElementsAre("c"));
  EXPECT_THAT(keys(2, 6, "a", 1), ElementsAre("b"));
  EXPECT_THAT(keys(2, 6, "aa", 1), ElementsAre("b")) << "behind a key that is none";
  EXPECT_THAT(keys(2, 6, "c", 1), IsEmpty());
  EXPECT_THAT(keys(4, 5, "", 10), ElementsAre("a"));
  EXPECT_THAT(keys(5, 5, "", 10), IsEmpty());
}

// Other datasets, with numbers next to this one's, are not read.
TEST_P(StoreConformanceTest, ChangedKeysAreThoseOfOneDataset) {
  for (const char* id : {"c", "d", "e"}) {
    ASSERT_TRUE(CreateDataset(store_.get(), id, ABSENCE_MODE_RETRACTED).ok());
  }
  for (const char* id : {"c", "d", "e"}) {
    ASSERT_TRUE(Load(store_.get(), {id, {Party(std::string("in-") + id, "X", {})}}).ok());
  }
  EXPECT_THAT(store_->ChangedKeys(*ViewAt(*store_, 1), *ViewAt(*store_, 7), "d", "", 10).value(),
              ElementsAre("in-d"));
  EXPECT_THAT(store_->ChangedKeys(*ViewAt(*store_, 1), *ViewAt(*store_, 7), "x", "", 10).value(),
              IsEmpty());
}

// More versions than lists are merged: the rows themselves are read.
TEST_P(StoreConformanceTest, ManySmallRevisionsDifferToo) {
  for (const char* id : {"c", "d", "e"}) {
    ASSERT_TRUE(CreateDataset(store_.get(), id, ABSENCE_MODE_RETRACTED).ok());
    ASSERT_TRUE(Load(store_.get(), {id, {Party("a", "A", {}), Party("z", "Z", {})}}).ok());
  }
  const auto before = store_->Head("");
  for (int i = 0; i < 70; ++i) {
    TestLoad load{"d", {Party("k" + std::to_string(i % 7), "V" + std::to_string(i), {})}};
    load.mode = LOAD_MODE_DELTA;
    ASSERT_TRUE(Load(store_.get(), load).ok());
  }
  EXPECT_THAT(
      Differences(*store_, *before, *store_->Head(""), "d", 3),
      ElementsAre("k0: none -> V63", "k1: none -> V64", "k2: none -> V65", "k3: none -> V66",
                  "k4: none -> V67", "k5: none -> V68", "k6: none -> V69"));
  EXPECT_THAT(store_->ChangedKeys(*before, *store_->Head(""), "d", "k4", 1).value(),
              ElementsAre("k5"));
}

TEST_P(StoreConformanceTest, DifferencesAreMasked) {
  ASSERT_TRUE(CreateDataset(store_.get(), "own", ABSENCE_MODE_RETRACTED, "authorities/x").ok());
  TestLoad own{"own", {Party("o", "O1", {})}};
  own.authority = "authorities/x";
  ASSERT_TRUE(Load(store_.get(), own).ok());
  const auto diff = [&](const char* authority) {
    return Differences(*store_, *ViewAt(*store_, 2, authority), *ViewAt(*store_, 3, authority),
                       "own", 10);
  };
  EXPECT_THAT(diff("authorities/x"), ElementsAre("o: none -> O1"));
  EXPECT_THAT(diff("authorities/y"), IsEmpty());
  EXPECT_THAT(diff(""), IsEmpty());
}

std::map<std::string, std::string> RowsOf(const View& view, const std::string& dataset) {
  std::map<std::string, std::string> rows;
  EXPECT_TRUE(view.ForEachRecord(dataset,
                                 [&](absl::string_view key, const v1::RecordRow& row) {
                                   rows[std::string(key)] = row.DebugString();
                                   return true;
                                 })
                  .ok());
  return rows;
}

TEST_P(StoreConformanceTest, AVisitOfRecordsGoesOnBehindAKey) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {}), Party("b", "B1", {})}}).ok());
  ASSERT_TRUE(Load(store_.get(), {"d",
                                  {Party("a", "A2", {}), Party("aa", "AA", {}),
                                   Party("b", "B2", {}), Party("c", "C1", {})}})
                  .ok());
  const auto behind = [&](uint64_t revision, const char* after, size_t most) {
    std::vector<std::string> keys;
    EXPECT_TRUE(ViewAt(*store_, revision)
                    ->ForEachRecordAfter("d", after,
                                         [&](absl::string_view key, const v1::RecordRow&) {
                                           keys.emplace_back(key);
                                           return keys.size() < most;
                                         })
                    .ok());
    return keys;
  };
  EXPECT_THAT(behind(4, "", 9), ElementsAre("a", "aa", "b", "c"));
  EXPECT_THAT(behind(4, "a", 9), ElementsAre("aa", "b", "c"));
  EXPECT_THAT(behind(4, "a", 1), ElementsAre("aa"));
  EXPECT_THAT(behind(4, "ab", 9), ElementsAre("b", "c")) << "a key that is none";
  EXPECT_THAT(behind(4, "c", 9), IsEmpty());
  EXPECT_THAT(behind(3, "a", 9), ElementsAre("b"));
}

// What differs, and only that, makes the one set of rows out of the other.
TEST_P(StoreConformanceTest, DifferencesOfARandomHistoryAreThoseOfItsRows) {
  RandomHistory history(9);
  CreateRandomDatasets(store_.get());
  for (int step = 0; step < 25; ++step) {
    ASSERT_TRUE(Load(store_.get(), history.NextLoad(*store_)).ok());
  }
  const uint64_t newest = store_->Head("")->manifest().revision();
  for (uint64_t from = 1; from <= newest; from += 4) {
    for (uint64_t to = from; to <= newest; to += 3) {
      const auto older = ViewAt(*store_, from, "authorities/x");
      const auto newer = ViewAt(*store_, to, "authorities/x");
      for (const RandomDataset& dataset : RandomDatasets()) {
        std::map<std::string, std::string> rows = RowsOf(*older, dataset.id);
        DiffReader reader(*store_, *older, *newer, dataset.id);
        for (auto page = reader.Next(2).value(); !page.empty(); page = reader.Next(2).value()) {
          for (const RecordChange& change : page) {
            const auto at = rows.find(change.ref.key);
            ASSERT_EQ(at == rows.end() ? "" : at->second,
                      change.before ? change.before->DebugString() : "");
            rows.erase(change.ref.key);
            if (change.after) rows[change.ref.key] = change.after->DebugString();
          }
        }
        ASSERT_EQ(rows, RowsOf(*newer, dataset.id)) << from << " to " << to;
      }
    }
  }
}

}  // namespace
}  // namespace probity::storage::testing
