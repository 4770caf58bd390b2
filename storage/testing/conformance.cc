#include "storage/testing/conformance.h"

#include <set>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "gmock/gmock.h"
#include "storage/index_terms.h"
#include "storage/testing/builders.h"
#include "storage/timeline.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ABSENCE_MODE_DELISTED;
using probity::v1::ABSENCE_MODE_RETRACTED;
using probity::v1::Consistency;
using probity::v1::ErrorReason;
using probity::v1::LOAD_MODE_BACKFILL;
using probity::v1::LOAD_MODE_DELTA;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kLei[] = "XI-LEI";
constexpr char kCoh[] = "GB-COH";

std::string SupplierId(const RecordRef& ref) {
  return "suppliers/" + SupplierIdOf(ref.dataset, ref.key);
}

// Name of the supplier of a record; "none" when it has none.
std::string SupplierOf(const View& view, const RecordRef& ref) {
  auto supplier = view.SupplierOf(ref);
  EXPECT_TRUE(supplier.ok()) << supplier.status();
  return supplier.ok() && supplier->has_value() ? (*supplier)->name : "none";
}

std::string Resolve(const View& view, const RecordRef& founder) {
  auto supplier = view.GetSupplier(SupplierIdOf(founder.dataset, founder.key));
  EXPECT_TRUE(supplier.ok()) << supplier.status();
  return supplier.ok() && supplier->has_value() ? (*supplier)->name : "none";
}

bool Has(const View& view, const RecordRef& ref) {
  auto row = view.GetRecord(ref);
  EXPECT_TRUE(row.ok()) << row.status();
  return row.ok() && row->has_value();
}

Consistency Exact(const View& view) {
  Consistency consistency;
  *consistency.mutable_at_exact_revision() = view.token();
  return consistency;
}

TEST_P(StoreConformanceTest, StartsWithAnEmptyFirstRevision) {
  auto head = store_->Head("");
  EXPECT_EQ(head->manifest().revision(), 1u);
  EXPECT_EQ(head->authority(), "");
  EXPECT_EQ(store_->Head("authorities/x")->authority(), "authorities/x");
  EXPECT_EQ(head->manifest().datasets_size(), 0);
  EXPECT_EQ(head->token().revision_digest().size(), 64u);
  EXPECT_FALSE(Has(*head, {"d", "k"}));
  EXPECT_EQ(SupplierOf(*head, {"d", "k"}), "none");
  EXPECT_EQ(Resolve(*head, {"d", "k"}), "none");
  EXPECT_EQ(store_->EarliestRevision(), 1u);
}

TEST_P(StoreConformanceTest, PublishesALoadInOneRevision) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  auto view =
      Load(store_.get(),
           {"d", {Party("b", "Beta Ltd", {{kCoh, "2"}}), Party("a", "Alpha Ltd", {{kCoh, "1"}})}});
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ((*view)->manifest().revision(), 3u);
  EXPECT_EQ((*view)->manifest().supplier_count(), 2u);
  EXPECT_EQ((*view)->FindDataset("d")->record_count(), 2u);
  EXPECT_THAT(Find(**view, IndexKind::kIdentifier, IdentifierTerm(kCoh, "1")),
              ElementsAre(RecordRef{"d", "a"}));
  EXPECT_THAT(Find(**view, IndexKind::kIdentifier, IdentifierTerm(kCoh, "2")),
              ElementsAre(RecordRef{"d", "b"}));
  auto supplier = (*view)->SupplierOf({"d", "a"});
  ASSERT_TRUE(supplier.ok() && supplier->has_value());
  probity::v1::Supplier parsed;
  ASSERT_TRUE(parsed.ParseFromString((*supplier)->bytes));
  EXPECT_EQ(parsed.display_name(), "Alpha Ltd");
  EXPECT_EQ(parsed.name(), SupplierId({"d", "a"}));
}

TEST_P(StoreConformanceTest, OldViewsStayAsTheyWere) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  auto old = Load(store_.get(), {"d", {Party("a", "Alpha", {{kCoh, "1"}})}}).value();
  auto now = Load(store_.get(), {"d", {Party("a", "Alfa", {{kCoh, "9"}})}}).value();
  EXPECT_THAT(Find(*old, IndexKind::kIdentifier, IdentifierTerm(kCoh, "1")),
              ElementsAre(RecordRef{"d", "a"}));
  EXPECT_THAT(Find(*now, IndexKind::kIdentifier, IdentifierTerm(kCoh, "1")), IsEmpty());
  EXPECT_THAT(Find(*now, IndexKind::kIdentifier, IdentifierTerm(kCoh, "9")),
              ElementsAre(RecordRef{"d", "a"}));
  EXPECT_THAT(Find(*old, IndexKind::kIdentifier, IdentifierTerm(kCoh, "9")), IsEmpty());
  EXPECT_EQ(LatestRecord(**old->GetRecord({"d", "a"})).supplier().names(0).text(), "Alpha");
}

TEST_P(StoreConformanceTest, ReloadWithoutChangesAddsNoRows) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  TestLoad load{"d", {Party("a", "Alpha", {{kCoh, "1"}}), Party("b", "Beta", {})}};
  ASSERT_TRUE(Load(store_.get(), load).ok());
  auto changes = MakeChangeSet(*store_, load);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(changes->path, "");
  EXPECT_EQ(changes->header.counts().unchanged(), 2u);
  auto view = store_->Publish(*changes, {});
  ASSERT_TRUE(view.ok());
  EXPECT_EQ((*view)->FindDataset("d")->version(), 3u);
  EXPECT_TRUE(Has(**view, {"d", "a"}));
}

TEST_P(StoreConformanceTest, RefusesAChangeSetOverAnOlderVersion) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(CreateDataset(store_.get(), "e", ABSENCE_MODE_RETRACTED).ok());
  auto stale = MakeChangeSet(*store_, {"d", {Party("a", "Alpha", {})}});
  auto other = MakeChangeSet(*store_, {"e", {Party("b", "Beta", {})}});
  ASSERT_TRUE(stale.ok() && other.ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("c", "Gamma", {})}}).ok());
  EXPECT_EQ(ReasonOf(store_->Publish(*stale, {}).status()),
            probity::v1::ERROR_REASON_LOAD_CONFLICT);
  EXPECT_FALSE(Has(*store_->Head(""), {"d", "a"}));
  EXPECT_TRUE(store_->Publish(*other, {}).ok()) << "another dataset's change is no conflict";
}

TEST_P(StoreConformanceTest, FullEditionRetractsWhatItLacks) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(
      Load(store_.get(), {"d", {Party("a", "A1", {{kCoh, "1"}}), Party("b", "B1", {})}}).ok());
  auto view = Load(store_.get(), {"d", {Party("b", "B1", {})}}).value();
  EXPECT_FALSE(Has(*view, {"d", "a"}));
  EXPECT_EQ(SupplierOf(*view, {"d", "a"}), "none");
  EXPECT_EQ(Resolve(*view, {"d", "a"}), "none");
  EXPECT_EQ(view->manifest().supplier_count(), 1u);
  auto again = Load(store_.get(), {"d", {Party("a", "A2", {}), Party("b", "B1", {})}}).value();
  EXPECT_TRUE(Has(*again, {"d", "a"}));
  EXPECT_EQ(Resolve(*again, {"d", "a"}), SupplierId({"d", "a"}));
}

TEST_P(StoreConformanceTest, DeltaKeepsWhatItDoesNotName) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {}), Party("b", "B1", {})}}).ok());
  TestLoad delta{"d", {Party("c", "C1", {})}, {"a"}};
  delta.mode = LOAD_MODE_DELTA;
  auto view = Load(store_.get(), delta).value();
  EXPECT_FALSE(Has(*view, {"d", "a"}));
  EXPECT_TRUE(Has(*view, {"d", "b"}));
  EXPECT_TRUE(Has(*view, {"d", "c"}));
  EXPECT_EQ(ReasonOf(MakeChangeSet(*store_, delta).status()),
            probity::v1::ERROR_REASON_RECORD_NOT_FOUND);
}

TEST_P(StoreConformanceTest, DelistedRecordsStayWithTheirIntervals) {
  ASSERT_TRUE(CreateDataset(store_.get(), "list", ABSENCE_MODE_DELISTED).ok());
  TestLoad load{"list", {Flag("f", "records/p")}};
  load.edition = "2020-01-01";
  ASSERT_TRUE(Load(store_.get(), load).ok());
  TestLoad empty{"list", {}};
  empty.edition = "2021-01-01";
  ASSERT_TRUE(Load(store_.get(), empty).ok());
  load.edition = "2022-01-01";
  auto view = Load(store_.get(), load).value();
  auto row = view->GetRecord({"list", "f"});
  ASSERT_TRUE(row.ok() && row->has_value());
  auto intervals = ListingIntervals(**row);
  ASSERT_EQ(intervals.size(), 2u);
  EXPECT_EQ(intervals[0].to().year(), 2021);
  EXPECT_FALSE(intervals[1].has_to());
  EXPECT_THAT(Find(*view, IndexKind::kFlagSubject, std::string("rlist\0p", 7)),
              ElementsAre(RecordRef{"list", "f"}));
  load.edition = "2019-01-01";
  EXPECT_EQ(ReasonOf(MakeChangeSet(*store_, load).status()),
            probity::v1::ERROR_REASON_OLDER_EDITION);
  load.mode = LOAD_MODE_BACKFILL;
  EXPECT_TRUE(Load(store_.get(), load).ok());
}

TEST_P(StoreConformanceTest, JoinsOverAnEqualIdentifierAndShowsTheEdge) {
  ASSERT_TRUE(CreateDataset(store_.get(), "a", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(CreateDataset(store_.get(), "b", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"b", {Party("1", "Old name", {{kCoh, "7"}})}}).ok());
  auto view =
      Load(store_.get(), {"a", {Party("1", "New name", {{kCoh, "7"}, {kLei, "L"}})}}).value();
  const std::string founder = SupplierId({"b", "1"});
  EXPECT_EQ(SupplierOf(*view, {"a", "1"}), founder);
  EXPECT_EQ(Resolve(*view, {"a", "1"}), founder) << "the younger id redirects";
  EXPECT_EQ(view->manifest().supplier_count(), 1u);
  probity::v1::Supplier supplier;
  ASSERT_TRUE(supplier.ParseFromString((*view->SupplierOf({"a", "1"}))->bytes));
  ASSERT_EQ(supplier.edges_size(), 1);
  EXPECT_EQ(supplier.edges(0).from(), "datasets/b/records/1");
  EXPECT_EQ(supplier.edges(0).identifier().value(), "7");
}

TEST_P(StoreConformanceTest, SplitsWhenTheIdentifierIsCorrected) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("1", "One", {{kCoh, "7"}})}}).ok());
  TestLoad both{"d", {Party("1", "One", {{kCoh, "7"}}), Party("2", "Two", {{kCoh, "7"}})}};
  auto joined = Load(store_.get(), both).value();
  ASSERT_EQ(SupplierOf(*joined, {"d", "2"}), SupplierId({"d", "1"}));
  auto split = Load(store_.get(),
                    {"d", {Party("1", "One", {{kCoh, "7"}}), Party("2", "Two", {{kCoh, "8"}})}})
                   .value();
  EXPECT_EQ(SupplierOf(*split, {"d", "1"}), SupplierId({"d", "1"}));
  EXPECT_EQ(SupplierOf(*split, {"d", "2"}), SupplierId({"d", "2"}));
  EXPECT_EQ(SupplierOf(*joined, {"d", "2"}), SupplierId({"d", "1"})) << "the past stays";
}

TEST_P(StoreConformanceTest, NeverJoinsOverConflictingIdentifiers) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  auto view = Load(store_.get(), {"d",
                                  {Party("1", "Fund A", {{kCoh, "7"}, {kLei, "A"}}),
                                   Party("2", "Fund B", {{kCoh, "7"}, {kLei, "B"}})}})
                  .value();
  EXPECT_NE(SupplierOf(*view, {"d", "1"}), SupplierOf(*view, {"d", "2"}));
  EXPECT_THAT(Find(*view, IndexKind::kIdentifier, IdentifierTerm(kCoh, "7")),
              ElementsAre(RecordRef{"d", "1"}, RecordRef{"d", "2"}));
}

TEST_P(StoreConformanceTest, ARetractedFounderHandsItsIdOn) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(),
                   {"d", {Party("1", "One", {{kCoh, "7"}}), Party("2", "Two", {{kCoh, "7"}})}})
                  .ok());
  auto view = Load(store_.get(), {"d", {Party("2", "Two", {{kCoh, "7"}})}}).value();
  EXPECT_EQ(SupplierOf(*view, {"d", "2"}), SupplierId({"d", "2"}));
  EXPECT_EQ(Resolve(*view, {"d", "1"}), SupplierId({"d", "2"}));
}

TEST_P(StoreConformanceTest, OwnedDatasetsDoNotExistForOthers) {
  ASSERT_TRUE(CreateDataset(store_.get(), "s", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(CreateDataset(store_.get(), "own", ABSENCE_MODE_RETRACTED, "authorities/x").ok());
  ASSERT_TRUE(Load(store_.get(),
                   {"s", {Party("1", "One", {{kCoh, "1"}}), Party("2", "Two", {{kLei, "L"}})}})
                  .ok());
  TestLoad bridge{"own", {Party("b", "Both", {{kCoh, "1"}, {kLei, "L"}})}};
  bridge.authority = "authorities/x";
  ASSERT_TRUE(Load(store_.get(), bridge).ok());
  EXPECT_EQ(store_->Head("authorities/x")->manifest().changed_dataset(), "datasets/own");

  auto owner = store_->Head("authorities/x");
  EXPECT_EQ(SupplierOf(*owner, {"s", "2"}), SupplierId({"s", "1"}));
  EXPECT_EQ(SupplierOf(*owner, {"own", "b"}), SupplierId({"s", "1"}));
  for (const char* authority : {"", "authorities/y"}) {
    auto view = store_->Head(authority);
    EXPECT_EQ(view->FindDataset("own"), nullptr);
    ASSERT_EQ(view->manifest().datasets_size(), 1) << "nor is it named";
    EXPECT_EQ(view->manifest().datasets(0).dataset().name(), "datasets/s");
    const v1::Manifest& seen = view->manifest();
    EXPECT_EQ(seen.changed_dataset() + seen.published_by() + seen.note() + seen.load(), "");
    EXPECT_FALSE(seen.has_counts()) << "nor what the publish to it did";
    EXPECT_FALSE(Has(*view, {"own", "b"}));
    EXPECT_EQ(Resolve(*view, {"own", "b"}), "none");
    EXPECT_EQ(SupplierOf(*view, {"s", "1"}), SupplierId({"s", "1"}));
    EXPECT_EQ(SupplierOf(*view, {"s", "2"}), SupplierId({"s", "2"})) << "no bridge in sight";
    EXPECT_THAT(Find(*view, IndexKind::kIdentifier, IdentifierTerm(kLei, "L")),
                ElementsAre(RecordRef{"s", "2"}));
  }
}

TEST_P(StoreConformanceTest, AnswersAtTheAskedRevision) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  TestLoad load{"d", {Party("a", "A1", {})}};
  load.now_us = 1000000;
  auto first = Load(store_.get(), load).value();
  load.records = {Party("a", "A2", {})};
  load.now_us = 500;  // a clock that was set back
  auto second = Load(store_.get(), load).value();
  EXPECT_EQ(second->manifest().published_at_us(), 1000001);

  EXPECT_EQ(store_->ViewAt(Exact(*first), "").value()->manifest().revision(),
            first->manifest().revision());
  Consistency known;
  known.mutable_known_at()->set_seconds(1);
  EXPECT_EQ(store_->ViewAt(known, "").value()->manifest().revision(), first->manifest().revision());
  known.mutable_known_at()->set_nanos(1000);
  EXPECT_EQ(store_->ViewAt(known, "").value()->manifest().revision(),
            second->manifest().revision());
  Consistency fresh;
  *fresh.mutable_at_least_as_fresh() = first->token();
  EXPECT_EQ(store_->ViewAt(fresh, "").value()->manifest().revision(),
            second->manifest().revision());
  fresh.mutable_at_least_as_fresh()->set_revision(99);
  EXPECT_EQ(ReasonOf(store_->ViewAt(fresh, "").status()),
            probity::v1::ERROR_REASON_REVISION_NOT_YET_HERE);
  fresh.mutable_at_least_as_fresh()->set_store_lineage("00");
  EXPECT_EQ(ReasonOf(store_->ViewAt(fresh, "").status()), probity::v1::ERROR_REASON_WRONG_LINEAGE);
}

TEST_P(StoreConformanceTest, ManifestsFormAChain) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"d", {Party("a", "A1", {})}}).ok());
  auto manifests = store_->ListManifests(0, 10).value();
  ASSERT_EQ(manifests.size(), 3u);
  for (size_t i = 0; i + 1 < manifests.size(); ++i) {
    EXPECT_EQ(manifests[i].revision(), manifests[i + 1].revision() + 1);
    EXPECT_EQ(ToHex(manifests[i].parent_digest()),
              store_->TokenOf(manifests[i + 1].revision())->revision_digest());
  }
  EXPECT_EQ(store_->ListManifests(2, 10).value().size(), 2u);
  EXPECT_EQ(store_->ListManifests(0, 1).value().size(), 1u);
}

TEST_P(StoreConformanceTest, RemembersRequests) {
  probity::v1::Dataset dataset;
  dataset.set_name("datasets/d");
  dataset.set_absence(ABSENCE_MODE_RETRACTED);
  PublishContext context;
  context.request_id = "id-1";
  context.request_digest = "digest";
  context.response = "answer";
  ASSERT_TRUE(store_->Publish(*NewDatasetChangeSet(*store_->Head(""), dataset), context).ok());
  Reopen();
  auto found = store_->FindRequest("id-1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->request_digest, "digest");
  EXPECT_EQ((*found)->response, "answer");
  EXPECT_EQ((*found)->revision, 2u);
  EXPECT_FALSE(store_->FindRequest("id-2")->has_value());
}

TEST_P(StoreConformanceTest, ForgetsRequestsWithTheirRevision) {
  probity::v1::Dataset dataset;
  dataset.set_absence(ABSENCE_MODE_RETRACTED);
  for (const char* id : {"a", "b", "c"}) {  // revisions 2, 3 and 4
    dataset.set_name(std::string("datasets/") + id);
    PublishContext context;
    context.request_id = id;
    ASSERT_TRUE(store_->Publish(*NewDatasetChangeSet(*store_->Head(""), dataset), context).ok());
  }
  ASSERT_EQ(store_->Sweep(3).value(), 3u);
  EXPECT_FALSE(store_->FindRequest("a")->has_value());
  EXPECT_TRUE(store_->FindRequest("b")->has_value());
  Reopen();
  EXPECT_FALSE(store_->FindRequest("a")->has_value());
  EXPECT_TRUE(store_->FindRequest("c")->has_value());
}

TEST_P(StoreConformanceTest, KeepsMetaValuesInOrder) {
  ASSERT_TRUE(store_->PutMeta("loads/2", "b").ok());
  ASSERT_TRUE(store_->PutMeta("loads/1", "a").ok());
  ASSERT_TRUE(store_->PutMeta("loadz", "z").ok());
  Reopen();
  using Entry = std::pair<std::string, std::string>;
  EXPECT_THAT(*store_->ListMeta("loads/"),
              ElementsAre(Entry{"loads/1", "a"}, Entry{"loads/2", "b"}));
  ASSERT_TRUE(store_->PutMeta("loads/1", "").ok());
  EXPECT_THAT(*store_->ListMeta("loads/"), ElementsAre(Entry{"loads/2", "b"}));
}

TEST_P(StoreConformanceTest, SurvivesARestart) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  auto token = Load(store_.get(), {"d", {Party("a", "Alpha", {{kCoh, "1"}})}}).value()->token();
  Reopen();
  auto head = store_->Head("");
  EXPECT_EQ(head->token().SerializeAsString(), token.SerializeAsString());
  EXPECT_EQ(SupplierOf(*head, {"d", "a"}), SupplierId({"d", "a"}));
}

TEST_P(StoreConformanceTest, SweepsOnlyWhatNobodyReads) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", ABSENCE_MODE_RETRACTED).ok());
  TestLoad load{"d", {Party("a", "A1", {{kCoh, "1"}}), Party("b", "B1", {})}};
  auto first = Load(store_.get(), load).value();
  const Consistency at_first = Exact(*first);
  load.records = {Party("a", "A2", {{kCoh, "2"}})};
  auto second = Load(store_.get(), load).value();
  const uint64_t newest = second->manifest().revision();
  second.reset();

  EXPECT_EQ(store_->Sweep(newest).value(), first->manifest().revision())
      << "a live view holds the floor";
  EXPECT_TRUE(Has(*first, {"d", "b"}));
  first.reset();
  EXPECT_EQ(store_->Sweep(newest).value(), newest);
  EXPECT_EQ(store_->EarliestRevision(), newest);
  absl::Status expired = store_->ViewAt(at_first, "").status();
  EXPECT_EQ(ReasonOf(expired), probity::v1::ERROR_REASON_REVISION_EXPIRED);
  EXPECT_EQ(MetadataOf(expired).at("earliest_revision"), std::to_string(newest));
  auto head = store_->Head("");
  EXPECT_TRUE(Has(*head, {"d", "a"}));
  EXPECT_FALSE(Has(*head, {"d", "b"})) << "a swept tombstone must not bring the row back";
  EXPECT_THAT(Find(*head, IndexKind::kIdentifier, IdentifierTerm(kCoh, "1")), IsEmpty());
  EXPECT_EQ(store_->Sweep(1).value(), newest) << "the floor never sinks";
  Reopen();
  EXPECT_EQ(store_->EarliestRevision(), newest);
}

}  // namespace
}  // namespace probity::storage::testing
