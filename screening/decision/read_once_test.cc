#include "screening/decision/read_once.h"

#include <memory>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/index_terms.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

// Counts what is asked of another view, and fails on demand.
class CountingView : public storage::BorrowedView {
 public:
  using BorrowedView::BorrowedView;

  absl::StatusOr<std::optional<storage::v1::RecordRow>> GetRecord(
      const RecordRef& ref) const override {
    ++asked;
    if (fails) return StoreCorrupt("a file", "made to fail");
    return view().GetRecord(ref);
  }
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const storage::RecordVisitor& visit) const override {
    ++asked;
    return view().FindRecords(kind, term, visit);
  }
  absl::StatusOr<std::optional<storage::StoredSupplier>> GetSupplier(
      absl::string_view id) const override {
    ++asked;
    return view().GetSupplier(id);
  }
  absl::StatusOr<std::optional<storage::StoredSupplier>> SupplierOf(
      const RecordRef& ref) const override {
    ++asked;
    return view().SupplierOf(ref);
  }

  mutable int asked = 0;
  bool fails = false;
};

class ReadOnceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(storage::testing::CreateDataset(&store_, "list", v1::ABSENCE_MODE_RETRACTED).ok());
    std::vector<v1::Record> records = {storage::testing::Party("p", "Pumice Looms", {})};
    for (size_t i = 0; i < flags_; ++i) {
      records.push_back(storage::testing::Flag("f" + std::to_string(i), "records/p"));
    }
    ASSERT_TRUE(storage::testing::Load(&store_, {"list", records}).ok());
    head_ = store_.Head("");
    counting_ = std::make_unique<CountingView>(*head_);
    once_ = std::make_unique<ReadOnceView>(*counting_);
  }

  size_t Flags(size_t most = 1000000) {
    size_t found = 0;
    EXPECT_TRUE(once_
                    ->FindRecords(IndexKind::kFlagSubject, storage::RecordTerm("list", "p"),
                                  [&](const RecordRef&) { return ++found < most; })
                    .ok());
    return found;
  }

  size_t flags_ = ReadOnceView::kLongestRemembered;
  storage::InMemoryStore store_{TestIdentifiers(), "fedcba9876543210"};
  std::shared_ptr<const storage::View> head_;
  std::unique_ptr<CountingView> counting_;
  std::unique_ptr<ReadOnceView> once_;
};

TEST_F(ReadOnceTest, ReadsEachThingOnce) {
  const RecordRef ref{"list", "p"};
  const RecordRef absent{"list", "nobody"};
  for (int i = 0; i < 3; ++i) {
    auto row = once_->GetRecord(ref);
    ASSERT_TRUE(row.ok() && row->has_value());
    EXPECT_EQ((*row)->SerializeAsString(), (*head_->GetRecord(ref))->SerializeAsString());
    EXPECT_FALSE(once_->GetRecord(absent)->has_value());
    const auto stored = once_->SupplierOf(ref);
    ASSERT_TRUE(stored.ok() && stored->has_value());
    const std::string id = (*stored)->name.substr(10);
    EXPECT_EQ((*once_->GetSupplier(id))->bytes, (*stored)->bytes);
    EXPECT_FALSE(once_->GetSupplier("nobody")->has_value());
    EXPECT_EQ(Flags(), flags_);
  }
  EXPECT_EQ(counting_->asked, 5);  // the supplier's own name was known by its record
}

TEST_F(ReadOnceTest, AListThatWasLeftEarlyIsNotTakenForAll) {
  EXPECT_EQ(Flags(2), 2u);
  EXPECT_EQ(Flags(), flags_);
  EXPECT_EQ(Flags(2), 2u);
  EXPECT_EQ(counting_->asked, 2);
}

TEST_F(ReadOnceTest, AFaultIsNotRemembered) {
  counting_->fails = true;
  EXPECT_FALSE(once_->GetRecord({"list", "p"}).ok());
  counting_->fails = false;
  EXPECT_TRUE(once_->GetRecord({"list", "p"}).value().has_value());
}

class LongListTest : public ReadOnceTest {
 protected:
  LongListTest() { ++flags_; }
};

TEST_F(LongListTest, ALongListIsReadAgain) {
  EXPECT_EQ(Flags(), flags_);
  EXPECT_EQ(Flags(), flags_);
  EXPECT_EQ(counting_->asked, 2);
}

}  // namespace
}  // namespace probity::screening
