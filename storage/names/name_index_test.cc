#include "storage/names/name_index.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "storage/names/index_fixture.h"

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(NameIndexTest, OwnedDatasetsAreNotFoundByOthers) {
  UseNew();
  ASSERT_TRUE(
      CreateDataset(store_.get(), "own", probity::v1::ABSENCE_MODE_RETRACTED, "authorities/x")
          .ok());
  TestLoad load{"own", {Party("k", "Golden Ocean 7", {})}};
  load.authority = "authorities/x";
  ASSERT_TRUE(Load(store_.get(), load).ok());
  Restart();
  EXPECT_THAT(FoundNow("authorities/x"), HasSubstr("1/k"));
  EXPECT_EQ(FoundNow("authorities/y"), "");
  EXPECT_EQ(FoundNow(""), "");
}

TEST_F(NameIndexTest, SaysHowFarItIs) {
  UseNew();
  Restart();
  EXPECT_EQ(index_->covered(), 1u);
  const absl::Status waited = index_->Await(9, absl::Now() + absl::Milliseconds(5));
  EXPECT_EQ(ReasonOf(waited), probity::v1::ERROR_REASON_INDEX_NOT_READY) << waited;
  EXPECT_EQ(waited.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(waited.message()), HasSubstr("up to revision 1, not yet at 9"));
  EXPECT_EQ(MetadataOf(waited).at("covered_revision"), "1");

  const auto other = SmallStore("", kTestLineage);
  const auto found = index_->Search(*other->Head(""), {});
  EXPECT_EQ(ReasonOf(found.status()), probity::v1::ERROR_REASON_INDEX_NOT_READY);
}

// A store that shows its records when it is told to, or never.
class MoodyStore : public InMemoryStore {
 public:
  MoodyStore() : InMemoryStore(TestIdentifiers(), kTestLineage) {}
  absl::Status ForEachVersion(uint64_t revision, const RecordVersionVisitor& visit) const override {
    opened_.WaitForNotification();
    return InMemoryStore::ForEachVersion(revision, visit);
  }
  absl::Status ForEachChange(uint64_t revision, const RecordVersionVisitor& visit) const override {
    if (corrupt_) return StoreCorrupt("000042.sst", "bad block");
    return InMemoryStore::ForEachChange(revision, visit);
  }
  void Open() { opened_.Notify(); }
  void SetCorrupt(bool corrupt) { corrupt_ = corrupt; }

 private:
  mutable absl::Notification opened_;
  std::atomic<bool> corrupt_{false};
};

TEST_F(NameIndexTest, IsNeverReadAsNotFoundWhileItIsBuilt) {
  auto owned = std::make_unique<MoodyStore>();
  MoodyStore* store = owned.get();
  Use(std::move(owned));
  ASSERT_TRUE(CreateDataset(store, "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store, {"d", {Party("k", "Golden Ocean 7", {})}}).ok());
  index_ = NameIndex::Open(store, &TestMatcher(), options_);
  while (!index_->stats().building) absl::SleepFor(absl::Milliseconds(1));
  const auto found = index_->Search(*store->Head(""), {});
  EXPECT_EQ(ReasonOf(found.status()), probity::v1::ERROR_REASON_INDEX_NOT_READY);
  EXPECT_THAT(std::string(found.status().message()),
              HasSubstr("cannot be searched yet: the name index is being built: 0 of about 1 "));
  EXPECT_EQ(MetadataOf(found.status()).at("covered_revision"), "0");
  store->Open();
  AwaitHead();
  EXPECT_FALSE(index_->stats().building);
  EXPECT_THAT(FoundNow(), HasSubstr("1/k"));
}

TEST_F(NameIndexTest, SaysWhatKeepsItAndGoesOnWhenItCan) {
  auto owned = std::make_unique<MoodyStore>();
  MoodyStore* store = owned.get();
  store->Open();
  Use(std::move(owned));
  Restart();
  store->SetCorrupt(true);
  ASSERT_TRUE(CreateDataset(store, "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  absl::Status status;
  do {
    status = index_->Await(2, absl::Now() + absl::Milliseconds(20));
    EXPECT_EQ(ReasonOf(status), probity::v1::ERROR_REASON_INDEX_NOT_READY) << status;
  } while (!absl::StrContains(status.message(), "cannot go on"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("000042.sst"));
  EXPECT_THAT(Log(), HasSubstr("000042.sst"));
  EXPECT_THAT(FoundNow(), HasSubstr("UNAVAILABLE")) << "not: nothing found";
  store->SetCorrupt(false);
  AwaitHead();
  EXPECT_EQ(FoundNow(), "");
}

TEST_F(NameIndexTest, AnswersInMemoryAlone) {
  options_.path = "";
  Use(SmallStore("", kTestLineage));
  Restart();
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("k", "Golden Ocean 7", {})}}).ok());
  AwaitHead();
  EXPECT_EQ(FoundNow(), FindAllInRecords(*store_->Head("")));
  EXPECT_EQ(index_->stats().names, 1u);
  EXPECT_EQ(index_->stats().saved, 0u);
}

// More than one thread and one segment, and more than are held to be sorted.
TEST_F(NameIndexTest, ALargeChangeBecomesVisible) {
  UseStoreOnDisk();
  ASSERT_TRUE(CreateDataset(store_.get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  Restart();
  constexpr int kParties = 100000;
  TestLoad load{"d"};
  for (int i = 0; i < kParties; ++i) {
    load.records.push_back(Party(absl::StrCat("k", i), absl::StrCat("Firm ", i), {}));
  }
  ASSERT_TRUE(Load(store_.get(), load).ok());
  const auto old = store_->Head("");
  AwaitHead();
  for (int i = 0; i < kParties; ++i) {
    load.records[i].mutable_supplier()->mutable_names(0)->set_text(absl::StrCat("Company ", i));
  }
  ASSERT_TRUE(Load(store_.get(), load).ok());
  AwaitHead();
  index::Query query;
  query.name = TestMatcher().Normalize("Firm 4711", matching::Kind::kAny);
  query.min_score = 9900;
  EXPECT_THAT(index_->Search(*store_->Head(""), query)->hits, IsEmpty());
  const auto found = index_->Search(*old, query);
  ASSERT_EQ(found->hits.size(), 1u);
  EXPECT_EQ(found->hits[0].key, "k4711");
  query.name = TestMatcher().Normalize("Company 4711", matching::Kind::kAny);
  ASSERT_EQ(index_->Search(*store_->Head(""), query)->hits.size(), 1u);
  EXPECT_THAT(index_->Search(*old, query)->hits, IsEmpty());
}

}  // namespace
}  // namespace probity::storage::testing
