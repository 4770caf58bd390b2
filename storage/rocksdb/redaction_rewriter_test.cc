// What is left of a record in the store and its files once it was redacted.
#include "storage/rocksdb/redaction_rewriter.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/index_terms.h"
#include "storage/memory/in_memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Party;
using testing::TestLoad;

constexpr char kName[] = "Zebulon Quill the younger";
constexpr char kOlderName[] = "Quill of the elder name";
constexpr char kNumber[] = "98765432";

class RedactionRewriterTest : public ::testing::Test {
 protected:
  RedactionRewriterTest() {
    directory_ = ::testing::TempDir() + "/redaction-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    options_.path = directory_ + "/store";
    Open();
    Fill(store_.get());
  }
  ~RedactionRewriterTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    store_.reset();
    store_ = OpenRocksdbStore(options_, TestIdentifiers()).value();
  }

  // Two versions of a person, who is one supplier with a record of another dataset.
  static void Fill(Store* store) {
    for (const char* dataset : {"d", "e"}) {
      ASSERT_TRUE(testing::CreateDataset(store, dataset, probity::v1::ABSENCE_MODE_RETRACTED).ok());
    }
    ASSERT_TRUE(
        testing::Load(store, {"e", {Party("other", "Plain Firm", {{"GB-COH", kNumber}})}}).ok());
    ASSERT_TRUE(
        testing::Load(store, {"d", {Person(kOlderName), Party("l", "Left Alone", {})}}).ok());
    ASSERT_TRUE(testing::Load(store, {"d", {Person(kName), Party("l", "Left Alone", {})}}).ok());
  }
  static probity::v1::Record Person(const std::string& name) {
    auto person = Party("k", name, {{"GB-COH", kNumber}});
    person.mutable_supplier()->set_kind(probity::v1::PARTY_KIND_PERSON);
    return person;
  }
  static RedactionRulesPtr All() {
    auto rules = std::make_shared<RedactionRules>();
    rules->Add({"d", "k"}, {"redactions/r", {}});
    return rules;
  }
  // As a redaction does it: the head first, then the past.
  static void RedactIn(Store* store) {
    store->SetRedactions(All());
    TestLoad load{"d", {Person(kName)}};
    load.mode = probity::v1::LOAD_MODE_DELTA;
    ASSERT_TRUE(testing::Load(store, load).ok());
    ASSERT_TRUE(store->RewriteRedacted({"d", "k"}).ok());
  }

  std::shared_ptr<const View> At(uint64_t revision) const {
    probity::v1::Consistency exactly;
    *exactly.mutable_at_exact_revision() = store_->TokenOf(revision).value();
    return store_->ViewAt(exactly, "").value();
  }
  // All bytes of all files of the store.
  std::string Files() const { return TextOfFilesBelow(options_.path); }

  std::string directory_;
  RocksdbOptions options_;
  std::unique_ptr<Store> store_;
};

TEST_F(RedactionRewriterTest, NoRevisionSaysIt) {
  const uint64_t before = store_->Head("")->token().revision();
  const std::string digest = store_->TokenOf(before).value().revision_digest();
  RedactIn(store_.get());
  EXPECT_EQ(store_->TokenOf(before).value().revision_digest(), digest) << "history stands";
  const auto term = IdentifierTerm("GB-COH", kNumber);
  for (uint64_t revision = 1; revision <= store_->Head("")->token().revision(); ++revision) {
    const auto view = At(revision);
    const auto row = view->GetRecord({"d", "k"}).value();
    if (row) {
      EXPECT_THAT(row->DebugString(), Not(HasSubstr("Quill"))) << revision;
      EXPECT_THAT(row->DebugString(), HasSubstr("redactions/r")) << revision;
    }
    for (const RecordRef& found : testing::Find(*view, IndexKind::kIdentifier, term)) {
      EXPECT_EQ(found.key, "other") << revision;
    }
    for (const char* key : {"k", "other"}) {
      const auto supplier = view->GetSupplier(SupplierIdOf(key[0] == 'k' ? "d" : "e", key)).value();
      EXPECT_THAT(supplier ? supplier->bytes : "", Not(HasSubstr("Quill"))) << revision;
    }
  }
  const auto rest = store_->Head("")->GetSupplier(SupplierIdOf("e", "other")).value();
  EXPECT_THAT(rest->bytes, HasSubstr(kNumber)) << "what another record says stays";
}

TEST_F(RedactionRewriterTest, ThePastKeepsWhoWasOneSupplier) {
  const uint64_t before = store_->Head("")->token().revision();
  RedactIn(store_.get());
  const auto then = At(before)->SupplierOf({"d", "k"}).value();
  EXPECT_EQ(then->name, "suppliers/" + SupplierIdOf("e", "other"));
  probity::v1::Supplier supplier;
  ASSERT_TRUE(supplier.ParseFromString(then->bytes));
  EXPECT_EQ(supplier.source_records_size(), 2);
  ASSERT_EQ(supplier.edges_size(), 1);
  EXPECT_FALSE(supplier.edges(0).has_identifier());
  const auto now = store_->Head("")->SupplierOf({"d", "k"}).value();
  EXPECT_EQ(now->name, "suppliers/" + SupplierIdOf("d", "k")) << "nothing joins them any more";
}

TEST_F(RedactionRewriterTest, NoFileHoldsIt) {
  // As sorted files, and through the log.
  for (const size_t small : {size_t{0}, size_t{4} << 20}) {
    options_.small_publish = small;
    Open();
    TestLoad again{"d", {Person(std::string(kName) + " again")}};
    again.mode = probity::v1::LOAD_MODE_DELTA;
    // No rules since it was opened.
    ASSERT_TRUE(testing::Load(store_.get(), again).ok());
    ASSERT_THAT(Files(), HasSubstr("Quill"));
    RedactIn(store_.get());
    ASSERT_TRUE(store_->Forget({{"d", "k"}}).ok());
    EXPECT_THAT(Files(), Not(HasSubstr("Quill"))) << "while it is open";
    Open();
    EXPECT_THAT(Files(), Not(HasSubstr("Quill")));
    EXPECT_THAT(Files(), HasSubstr("Left Alone"));
    EXPECT_TRUE(store_->Head("")->GetRecord({"d", "l"}).value().has_value());
  }
}

TEST_F(RedactionRewriterTest, DoneAgainItChangesNothing) {
  RedactIn(store_.get());
  const auto history = store_->HistoryOf({"d", "k"}).value();
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 0u);
  Open();
  store_->SetRedactions(All());
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 0u);
  EXPECT_EQ(store_->HistoryOf({"d", "k"}).value().size(), history.size());
}

TEST_F(RedactionRewriterTest, LaterLoadsDoNotBringItBack) {
  RedactIn(store_.get());
  const auto row = store_->Head("")->GetRecord({"d", "k"}).value();
  TestLoad load{"d", {Person("Quill come back"), Party("l", "Left Alone", {})}};
  const auto changes = testing::MakeChangeSet(*store_, load).value();
  EXPECT_EQ(changes.header.counts().unchanged(), 2u) << "it is compared as it is kept";
  // A change set that was made before the redaction, or elsewhere.
  store_->SetRedactions(std::make_shared<RedactionRules>());
  const auto unaware = testing::MakeChangeSet(*store_, load).value();
  store_->SetRedactions(All());
  ASSERT_TRUE(store_->Publish(unaware, {}).ok());
  EXPECT_EQ(CanonicalBytes(*store_->Head("")->GetRecord({"d", "k"}).value()), CanonicalBytes(*row));
  // Gone and loaded again.
  ASSERT_TRUE(testing::Load(store_.get(), {"d", {Party("l", "Left Alone", {})}}).ok());
  ASSERT_TRUE(testing::Load(store_.get(), load).ok());
  EXPECT_THAT(store_->Head("")->GetRecord({"d", "k"}).value()->DebugString(),
              Not(HasSubstr("Quill")));
}

TEST_F(RedactionRewriterTest, ARecordThatIsGoneIsRedactedInThePast) {
  ASSERT_TRUE(testing::Load(store_.get(), {"d", {Party("l", "Left Alone", {})}}).ok());
  store_->SetRedactions(All());
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 2u);
  ASSERT_TRUE(store_->Forget({{"d", "k"}}).ok());
  EXPECT_THAT(Files(), Not(HasSubstr("Quill")));
}

TEST_F(RedactionRewriterTest, SweepingGoesOnAfterwards) {
  RedactIn(store_.get());
  const uint64_t head = store_->Head("")->token().revision();
  EXPECT_EQ(store_->Sweep(head).value(), head);
  EXPECT_EQ(store_->HistoryOf({"d", "k"}).value().size(), 1u);
  EXPECT_TRUE(store_->Head("")->SupplierOf({"d", "k"}).value().has_value());
  const auto term = IdentifierTerm("GB-COH", kNumber);
  EXPECT_EQ(testing::Find(*store_->Head(""), IndexKind::kIdentifier, term).size(), 1u);
}

TEST_F(RedactionRewriterTest, AfterASweepTooNothingIsLeft) {
  ASSERT_TRUE(store_->Sweep(store_->Head("")->token().revision()).ok());
  RedactIn(store_.get());
  ASSERT_TRUE(store_->Forget({{"d", "k"}}).ok());
  EXPECT_THAT(Files(), Not(HasSubstr("Quill")));
  const auto term = IdentifierTerm("GB-COH", kNumber);
  for (uint64_t revision = store_->EarliestRevision();
       revision <= store_->Head("")->token().revision(); ++revision) {
    EXPECT_EQ(testing::Find(*At(revision), IndexKind::kIdentifier, term).size(), 1u) << revision;
  }
}

TEST_F(RedactionRewriterTest, AnswersThatShowItAreForgotten) {
  const auto publish = [this](const std::string& id, const std::string& response) {
    PublishContext context;
    context.request_id = id;
    context.request_digest = "digest";
    context.response = response;
    TestLoad load{"d", {Party("n-" + id, "New", {})}};
    load.mode = probity::v1::LOAD_MODE_DELTA;
    ASSERT_TRUE(store_->Publish(testing::MakeChangeSet(*store_, load).value(), context).ok());
  };
  publish("by-name", "shows datasets/d/records/k");
  publish("by-text", std::string("shows ") + kOlderName);
  publish("of-others", "shows Left Alone");
  RedactIn(store_.get());
  EXPECT_FALSE(store_->FindRequest("by-name").value().has_value());
  EXPECT_FALSE(store_->FindRequest("by-text").value().has_value());
  EXPECT_TRUE(store_->FindRequest("of-others").value().has_value());
}

TEST_F(RedactionRewriterTest, TheReferenceModelSaysTheSameOfEveryRecord) {
  InMemoryStore model(TestIdentifiers(), std::string(16, 'x'));
  Fill(&model);
  RedactIn(&model);
  RedactIn(store_.get());
  for (uint64_t revision = 1; revision <= store_->Head("")->token().revision(); ++revision) {
    EXPECT_EQ(testing::VersionsAt(*store_, revision), testing::VersionsAt(model, revision));
  }
}

TEST_F(RedactionRewriterTest, ADatasetThatIsNotThereIsTold) {
  auto rules = std::make_shared<RedactionRules>();
  rules->Add({"none", "k"}, {"redactions/r", {}});
  store_->SetRedactions(rules);
  EXPECT_EQ(ReasonOf(store_->RewriteRedacted({"none", "k"}).status()),
            probity::v1::ERROR_REASON_DATASET_NOT_FOUND);
  EXPECT_EQ(store_->RewriteRedacted({"d", "k"}).value(), 0u) << "it has no rule";
}

}  // namespace
}  // namespace probity::storage
