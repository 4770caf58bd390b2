// What a store keeps to when a person is forgotten, and which source it believes.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "gmock/gmock.h"
#include "storage/change_set.h"
#include "storage/clusters.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"

namespace probity::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

probity::v1::Record Firm(const std::string& key, const std::string& jurisdiction) {
  auto firm = Party(key, "Firm " + jurisdiction, {{"GB-COH", "1"}});
  firm.mutable_supplier()->set_jurisdiction(jurisdiction);
  return firm;
}

probity::v1::Supplier SupplierAt(const View& view, const std::string& id) {
  probity::v1::Supplier supplier;
  const auto stored = view.GetSupplier(id);
  EXPECT_TRUE(stored.ok() && stored->has_value());
  EXPECT_TRUE(supplier.ParseFromString((*stored)->bytes));
  return supplier;
}

// The dataset with another precedence, published without rows.
std::shared_ptr<const View> Prefer(Store* store, const std::string& dataset, int precedence,
                                   const std::string& authority = "") {
  const auto before = *store->Head(authority)->FindDataset(dataset);
  auto after = before;
  after.mutable_dataset()->set_precedence(precedence);
  auto view = store->Publish(ChangeSetWithoutRows(before, after), {});
  EXPECT_TRUE(view.ok()) << view.status();
  return *view;
}

TEST_P(StoreConformanceTest, PrecedenceDecidesWhichSourceIsBelieved) {
  for (const char* dataset : {"a", "b"}) {
    ASSERT_TRUE(CreateDataset(store_.get(), dataset, probity::v1::ABSENCE_MODE_RETRACTED).ok());
    TestLoad load{dataset, {Firm("k", dataset[0] == 'a' ? "GB" : "FR"), Party("alone", "Z", {})}};
    ASSERT_TRUE(Load(store_.get(), load).ok());
  }
  const std::string id = SupplierIdOf("a", "k");
  const auto before = store_->Head("");
  EXPECT_EQ(SupplierAt(*before, id).jurisdiction(), "GB") << "the older record";
  const auto preferred = Prefer(store_.get(), "b", 1);
  const auto supplier = SupplierAt(*preferred, id);
  EXPECT_EQ(supplier.jurisdiction(), "FR");
  EXPECT_EQ(supplier.display_name(), "Firm FR");
  EXPECT_EQ(supplier.name(), "suppliers/" + id) << "its id stays";
  EXPECT_THAT(supplier.source_records(),
              ElementsAre("datasets/a/records/k", "datasets/b/records/k"));
  EXPECT_EQ(SupplierAt(*before, id).jurisdiction(), "GB") << "earlier revisions stay";
  EXPECT_EQ(preferred->manifest().supplier_count(), before->manifest().supplier_count());
  EXPECT_EQ(SupplierAt(*Prefer(store_.get(), "a", 2), id).jurisdiction(), "GB");
  Reopen();
  EXPECT_EQ(SupplierAt(*store_->Head(""), id).jurisdiction(), "GB");
}

TEST_P(StoreConformanceTest, PrecedenceOfAnOwnedDatasetCountsForItsOwner) {
  ASSERT_TRUE(CreateDataset(store_.get(), "a", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(
      CreateDataset(store_.get(), "b", probity::v1::ABSENCE_MODE_RETRACTED, "authorities/x").ok());
  ASSERT_TRUE(Load(store_.get(), {"a", {Firm("k", "GB")}}).ok());
  TestLoad own{"b", {Firm("k", "FR")}};
  own.authority = "authorities/x";
  ASSERT_TRUE(Load(store_.get(), own).ok());
  Prefer(store_.get(), "b", 1, "authorities/x");
  const std::string id = SupplierIdOf("a", "k");
  EXPECT_EQ(SupplierAt(*store_->Head("authorities/x"), id).jurisdiction(), "FR");
  EXPECT_EQ(SupplierAt(*store_->Head(""), id).jurisdiction(), "GB");
}

TEST_P(StoreConformanceTest, WhatIsRedactedIsInNoRevision) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", probity::v1::ABSENCE_MODE_DELISTED).ok());
  for (const char* day : {"2025-01-01", "2025-02-01", "2025-03-01"}) {
    TestLoad load{"d", {Party("k", std::string("Quill of ") + day, {}), Party("l", "Left", {})}};
    load.edition = day;
    ASSERT_TRUE(Load(store_.get(), load).ok());
  }
  auto rules = std::make_shared<RedactionRules>();
  rules->Add({"d", "k"}, {"redactions/r", {}});
  store_->SetRedactions(rules);
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 3u);
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 0u);
  ASSERT_TRUE(store_->Forget({{"d", "k"}}).ok());
  for (uint64_t revision = 1; revision <= store_->Head("")->token().revision(); ++revision) {
    for (const std::string& line : VersionsAt(*store_, revision)) {
      EXPECT_THAT(line, Not(HasSubstr("Quill"))) << revision;
    }
  }
  const auto history = store_->HistoryOf({"d", "k"}).value();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_GT(history[0].version, history[2].version) << "newest first";
  EXPECT_EQ(history[0].row->segments_size(), 1) << "it said the same all the time";
  EXPECT_TRUE(store_->HistoryOf({"d", "none"}).value().empty());
  EXPECT_TRUE(store_->HistoryOf({"none", "k"}).value().empty());
}

TEST_P(StoreConformanceTest, LoadsAreComparedWithWhatIsLeft) {
  ASSERT_TRUE(CreateDataset(store_.get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  auto rules = std::make_shared<RedactionRules>();
  rules->Add({"d", "k"}, {"redactions/r", {"supplier.names"}});
  store_->SetRedactions(rules);
  const TestLoad load{"d", {Party("k", "Quill", {{"GB-COH", "1"}})}};
  ASSERT_TRUE(Load(store_.get(), load).ok());
  const auto row = store_->Head("")->GetRecord({"d", "k"}).value();
  const probity::v1::SupplierRecord& party = row->segments(0).record().supplier();
  EXPECT_EQ(party.names_size(), 0);
  EXPECT_EQ(party.identifiers_size(), 1);
  EXPECT_EQ(MakeChangeSet(*store_, load)->header.counts().unchanged(), 1u);
}

}  // namespace
}  // namespace probity::storage::testing
