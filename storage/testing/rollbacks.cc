// A dataset taken back to what it was.
#include <unistd.h>

#include <set>
#include <string>

#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/rollback.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"
#include "storage/testing/history.h"
#include "storage/testing/same_answers.h"
#include "storage/timeline.h"
#include "storage/watch/record_changes.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ABSENCE_MODE_DELISTED;
using probity::v1::ABSENCE_MODE_RETRACTED;

constexpr char kOwner[] = "authorities/x";

absl::StatusOr<ChangeSet> MakeRollbackTo(const Store& store, const std::string& dataset,
                                         uint64_t revision) {
  auto target = ViewOfRevision(store, revision, kOwner);
  if (!target.ok()) return target.status();
  return MakeRollback(store, *store.Head(kOwner), **target, dataset, ::testing::TempDir(),
                      [] { return absl::OkStatus(); });
}

// The revision that it became; 0 and a failure when it became none.
uint64_t RollBack(Store* store, const std::string& dataset, uint64_t revision) {
  auto changes = MakeRollbackTo(*store, dataset, revision);
  EXPECT_TRUE(changes.ok()) << changes.status();
  if (!changes.ok()) return 0;
  auto view = store->Publish(*changes, {});
  if (!changes->path.empty()) unlink(changes->path.c_str());
  EXPECT_TRUE(view.ok()) << view.status();
  return view.ok() ? (*view)->manifest().revision() : 0;
}

// The state of a dataset without its version.
std::string StateOf(const View& view, const std::string& dataset) {
  v1::DatasetState state = *view.FindDataset(dataset);
  state.clear_version();
  return state.DebugString();
}

TEST_P(StoreConformanceTest, TakesADatasetBack) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(
      Load(store_.get(),
           {"d", {Party("a", "A1", {{"GB-COH", "1"}}), Party("b", "B1", {}), Party("c", "C1", {})}})
          .ok());
  const auto then = store_->Head("");
  ASSERT_TRUE(
      Load(store_.get(),
           {"d", {Party("a", "A2", {{"GB-COH", "2"}}), Party("c", "C1", {}), Party("d", "D1", {})}})
          .ok());
  auto changes = MakeRollbackTo(*store_, "d", 3);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->header.counts().added(), 1u) << "b comes back";
  EXPECT_EQ(changes->header.counts().changed(), 1u) << "a";
  EXPECT_EQ(changes->header.counts().removed(), 1u) << "d goes";
  EXPECT_EQ(changes->header.counts().unchanged(), 1u) << "c was not touched";
  unlink(changes->path.c_str());
  EXPECT_EQ(RollBack(store_.get(), "d", 3), 5u);
  const auto now = store_->Head("");
  EXPECT_EQ(now->FindDataset("d")->version(), 4u);
  EXPECT_EQ(StateOf(*now, "d"), StateOf(*then, "d"));
  EXPECT_EQ(LatestRecord(**now->GetRecord({"d", "a"})).supplier().names(0).text(), "A1");
  EXPECT_EQ((*now->GetRecord({"d", "b"}))->first_revision(), 3u) << "as it first appeared";
  EXPECT_EQ(now->SupplierOf({"d", "b"}).value()->name, then->SupplierOf({"d", "b"}).value()->name);
  EXPECT_FALSE(now->GetRecord({"d", "d"})->has_value());
}

TEST_P(StoreConformanceTest, TakesASeparationBack) {
  for (const char* id : {"d", "seps"}) {
    ASSERT_TRUE(CreateDataset(store_.get(), id, ABSENCE_MODE_RETRACTED).ok());
  }
  const auto firm = [](const char* key) { return Party(key, key, {{"GB-COH", "1"}}); };
  ASSERT_TRUE(Load(store_.get(), {"d", {firm("a"), firm("b")}}).ok());
  const auto then = store_->Head("");
  const auto record = [](const char* key) { return RecordRef{"d", key}.Name(); };
  ASSERT_TRUE(Load(store_.get(), {"seps", {Separation("s", {record("a")}, {record("b")})}}).ok());
  const auto name_of_b = [](const View& view) { return view.SupplierOf({"d", "b"}).value()->name; };
  ASSERT_NE(name_of_b(*store_->Head("")), name_of_b(*then));
  ASSERT_EQ(RollBack(store_.get(), "seps", then->manifest().revision()), 6u);
  EXPECT_EQ(name_of_b(*store_->Head("")), name_of_b(*then));
  EXPECT_EQ(store_->Head("")->manifest().supplier_count(), 1);
}

// The list is as it was, and as old as it was.
TEST_P(StoreConformanceTest, TakesEditionsBack) {
  ASSERT_TRUE(CreateDataset(store_.get(), "list", ABSENCE_MODE_DELISTED).ok());
  TestLoad first{"list", {Party("a", "A1", {}), Party("b", "B1", {})}};
  first.edition = "2024-01-01";
  ASSERT_TRUE(Load(store_.get(), first).ok());
  const auto then = store_->Head("");
  TestLoad second{"list", {Party("a", "A2", {})}};
  second.edition = "2024-02-01";
  ASSERT_TRUE(Load(store_.get(), second).ok());
  ASSERT_EQ(store_->Head("")->FindDataset("list")->edition_days_size(), 2);
  RollBack(store_.get(), "list", 3);
  const auto now = store_->Head("");
  EXPECT_EQ(StateOf(*now, "list"), StateOf(*then, "list"));
  EXPECT_EQ((*now->GetRecord({"list", "b"}))->DebugString(),
            (*then->GetRecord({"list", "b"}))->DebugString())
      << "its listing did not end";
  // An edition between the two can be loaded now.
  second.edition = "2024-01-15";
  EXPECT_TRUE(Load(store_.get(), second).ok());
}

TEST_P(StoreConformanceTest, KeepsWhatWasSaidOfTheDatasetItself) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {})}}).ok());
  auto changes = MakeChangeSet(*store_, {"d", {Party("a", "A2", {})}});
  ASSERT_TRUE(changes.ok());
  changes->header.mutable_state()->mutable_dataset()->set_title("Renamed");
  ASSERT_TRUE(store_->Publish(*changes, {}).ok());
  RollBack(store_.get(), "d", 3);
  EXPECT_EQ(store_->Head("")->FindDataset("d")->dataset().title(), "Renamed");
}

TEST_P(StoreConformanceTest, SaysWhyItCannotGoBack) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {})}}).ok());
  ASSERT_TRUE(CreateDataset(store_.get(), "e", ABSENCE_MODE_RETRACTED).ok());
  const auto reason = [&](const char* dataset, uint64_t revision) {
    auto changes = MakeRollbackTo(*store_, dataset, revision);
    if (changes.ok()) unlink(changes->path.c_str());
    return ReasonOf(changes.status());
  };
  EXPECT_EQ(reason("d", 1), probity::v1::ERROR_REASON_INVALID_FIELD) << "it was not there";
  EXPECT_EQ(reason("d", 2), probity::v1::ERROR_REASON_UNSPECIFIED) << "it was there, empty";
  EXPECT_EQ(reason("d", 3), probity::v1::ERROR_REASON_INVALID_FIELD) << "it is as it was";
  EXPECT_EQ(reason("d", 4), probity::v1::ERROR_REASON_INVALID_FIELD) << "another one was written";
  EXPECT_EQ(reason("none", 1), probity::v1::ERROR_REASON_DATASET_NOT_FOUND);
  EXPECT_EQ(reason("d", 5), probity::v1::ERROR_REASON_REVISION_NOT_YET_HERE);
}

TEST_P(StoreConformanceTest, ARollbackGivenUpLeavesNothing) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {})}}).ok());
  auto target = ViewOfRevision(*store_, 2, "").value();
  auto changes = MakeRollback(*store_, *store_->Head(""), *target, "d", ::testing::TempDir(),
                              [] { return absl::CancelledError("enough"); });
  EXPECT_EQ(changes.status().code(), absl::StatusCode::kCancelled);
}

TEST_P(StoreConformanceTest, WhatWasErasedDoesNotComeBack) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "Erased Name", {{"GB-COH", "1"}})}}).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "Later Name", {{"GB-COH", "2"}})}}).ok());
  auto rules = std::make_shared<RedactionRules>();
  rules->Add({"d", "a"}, {"redactions/1", {"supplier.names"}});
  store_->SetRedactions(rules);
  ASSERT_EQ(*store_->RewriteRedacted({"d", "a"}), 2u);
  RollBack(store_.get(), "d", 3);
  const auto now = store_->Head("");
  const probity::v1::Record record = LatestRecord(**now->GetRecord({"d", "a"}));
  EXPECT_EQ(record.supplier().names_size(), 0) << record.DebugString();
  EXPECT_EQ(record.supplier().identifiers(0).value(), "1") << "all else is as it was";
  EXPECT_EQ(now->SupplierOf({"d", "a"}).value()->bytes.find("Name"), std::string::npos);
}

// Load A, load B, take it back: everything answers as after A. Take that back: as after B.
void GoThereAndBack(uint32_t seed, Store* store) {
  RandomHistory history(seed);
  CreateRandomDatasets(store);
  std::set<IndexTerm> terms;
  for (int step = 0; step < 12; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    ASSERT_TRUE(Load(store, history.NextLoad(*store)).ok());
    const auto a = store->Head(kOwner);
    const TestLoad load = history.NextLoad(*store);
    ASSERT_TRUE(Load(store, load).ok());
    const auto b = store->Head(kOwner);
    AllRecords(*a, &terms);
    AllRecords(*b, &terms);
    RollBack(store, load.dataset, a->manifest().revision());
    ExpectSameAnswers(*store->Head(kOwner), *a, terms, SupplierIds::kOfPartiesInModel);
    ASSERT_EQ(StateOf(*store->Head(kOwner), load.dataset), StateOf(*a, load.dataset));
    RollBack(store, load.dataset, b->manifest().revision());
    ExpectSameAnswers(*store->Head(kOwner), *b, terms, SupplierIds::kOfPartiesInModel);
    ASSERT_EQ(StateOf(*store->Head(kOwner), load.dataset), StateOf(*b, load.dataset));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST_P(StoreConformanceTest, ARollbackAnswersAsBeforeAndCanBeTakenBack) {
  for (uint32_t seed = 21; seed <= 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    StartAnew();
    GoThereAndBack(seed, store_.get());
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace probity::storage::testing
