// Borders of candidates; that they answer as what is published is in
// storage/testing/random_history.cc.
#include "storage/candidate_view.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using ::testing::ElementsAre;
using testing::Party;
using testing::TestLoad;

class CandidateTest : public ::testing::Test {
 protected:
  CandidateTest() : store_(TestIdentifiers(), "0123456789abcdef") {
    EXPECT_TRUE(testing::CreateDataset(&store_, "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
    EXPECT_TRUE(
        testing::CreateDataset(&store_, "own", probity::v1::ABSENCE_MODE_RETRACTED, "authorities/x")
            .ok());
    EXPECT_TRUE(testing::Load(&store_, {"d", {Party("k", "Firm", {{"GB-COH", "1"}})}}).ok());
  }

  ChangeSet Changes(const TestLoad& load) { return testing::MakeChangeSet(store_, load).value(); }
  static TestLoad OwnLoad() {
    TestLoad load{"own", {Party("a", "A", {{"GB-COH", "1"}})}};
    load.authority = "authorities/x";
    return load;
  }
  uint64_t Next() const { return store_.Head("")->token().revision() + 1; }
  std::shared_ptr<const CandidateRows> Rows(const ChangeSet& changes) {
    return CandidateRows::Open(changes, Next(), nullptr).value();
  }
  absl::StatusOr<std::unique_ptr<CandidateView>> View(std::shared_ptr<const CandidateRows> rows,
                                                      const std::string& authority = "") {
    return CandidateView::Create(store_.Head(authority), std::move(rows), store_.identifiers(),
                                 nullptr);
  }

  InMemoryStore store_;
};

TEST_F(CandidateTest, NoMoreRowsThanItTakes) {
  const ChangeSet changes = Changes({"d", {Party("a", "A", {}), Party("k", "B", {})}});
  EXPECT_TRUE(CandidateRows::Open(changes, Next(), nullptr, 2).ok());
  EXPECT_EQ(ReasonOf(CandidateRows::Open(changes, Next(), nullptr, 1).status()),
            probity::v1::ERROR_REASON_LIMIT_EXCEEDED);
  unlink(changes.path.c_str());
}

TEST_F(CandidateTest, RowsAreReadFromAFileThatIsGone) {
  const ChangeSet changes = Changes({"d", {Party("a", "A", {}), Party("k", "B", {})}});
  const auto rows = Rows(changes);
  unlink(changes.path.c_str());
  EXPECT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->Read(0)->key, "a");
  EXPECT_EQ(rows->Read(1)->key, "k");
  EXPECT_EQ(rows->Read(0)->row->first_revision(), Next());
  EXPECT_TRUE(rows->Find("a")->has_value());
  EXPECT_FALSE(rows->Find("b")->has_value());
}

TEST_F(CandidateTest, ATornFileIsTold) {
  const ChangeSet changes = Changes({"d", {Party("a", "A", {}), Party("k", "B", {})}});
  const auto size = std::filesystem::file_size(changes.path);
  for (const auto left : {size - 1, size / 2, uintmax_t{1}}) {
    std::filesystem::resize_file(changes.path, left);
    EXPECT_EQ(ReasonOf(CandidateRows::Open(changes, Next(), nullptr).status()),
              probity::v1::ERROR_REASON_STORE_CORRUPT)
        << left;
  }
  unlink(changes.path.c_str());
  EXPECT_EQ(ReasonOf(CandidateRows::Open(changes, Next(), nullptr).status()),
            probity::v1::ERROR_REASON_STORE_CORRUPT);
}

TEST_F(CandidateTest, IsNoRevision) {
  const ChangeSet changes = Changes({"d", {Party("a", "A", {})}});
  const auto view = View(Rows(changes)).value();
  unlink(changes.path.c_str());
  EXPECT_EQ(view->token().store_lineage(), store_.Head("")->token().store_lineage());
  EXPECT_EQ(view->token().revision_digest(), "");
  EXPECT_EQ(view->manifest().revision(), Next());
  probity::v1::Consistency at;
  *at.mutable_at_exact_revision() = view->token();
  EXPECT_EQ(ReasonOf(store_.ViewAt(at, "").status()),
            probity::v1::ERROR_REASON_REVISION_NOT_YET_HERE);
}

TEST_F(CandidateTest, WhoDoesNotSeeTheDatasetSeesNothingNew) {
  const ChangeSet changes = Changes(OwnLoad());
  const auto rows = Rows(changes);
  unlink(changes.path.c_str());
  const RecordRef ref{"own", "a"};
  const auto owner = View(rows, "authorities/x").value();
  EXPECT_TRUE(owner->sees_rows());
  EXPECT_TRUE(owner->GetRecord(ref)->has_value());
  EXPECT_THAT(owner->joined(), ElementsAre(RecordRef{"d", "k"}));
  for (const char* other : {"", "authorities/y"}) {
    const auto view = View(rows, other).value();
    EXPECT_FALSE(view->sees_rows());
    EXPECT_FALSE(view->GetRecord(ref)->has_value());
    EXPECT_FALSE(view->SupplierOf(ref)->has_value());
    EXPECT_EQ(view->SupplierOf({"d", "k"}).value()->bytes,
              store_.Head(other)->SupplierOf({"d", "k"}).value()->bytes);
    EXPECT_EQ(view->manifest().changed_dataset(), "");
  }
}

TEST_F(CandidateTest, ADatasetThatIsNew) {
  probity::v1::Dataset dataset;
  dataset.set_name("datasets/c");
  dataset.set_absence(probity::v1::ABSENCE_MODE_RETRACTED);
  const ChangeSet changes = NewDatasetChangeSet(*store_.Head(""), dataset).value();
  const auto view = View(Rows(changes)).value();
  ASSERT_NE(view->FindDataset("c"), nullptr);
  EXPECT_EQ(view->FindDataset("c")->number(), kCandidateDataset);
  EXPECT_EQ(view->FindDataset("c")->version(), 1U);
  EXPECT_NE(view->FindDataset("d"), nullptr);
  ASSERT_TRUE(store_.Publish(changes, {}).ok());
  EXPECT_EQ(ReasonOf(View(Rows(changes)).status()), probity::v1::ERROR_REASON_LOAD_CONFLICT);
}

TEST_F(CandidateTest, EndsWhenItIsNoLongerWanted) {
  const ChangeSet changes = Changes({"d", {Party("a", "A", {})}});
  const auto unwanted = [] { return absl::CancelledError("enough"); };
  EXPECT_TRUE(absl::IsCancelled(CandidateRows::Open(changes, Next(), unwanted).status()));
  EXPECT_TRUE(absl::IsCancelled(
      CandidateView::Create(store_.Head(""), Rows(changes), store_.identifiers(), unwanted)
          .status()));
  unlink(changes.path.c_str());
}

// Where hashes meet, what does not have the text is looked at and left out.
TEST(HashTable32Test, FindsAllOfATextInOrder) {
  HashTable32 table;
  for (const uint32_t value : {7U, 3U, 5U}) table.Add("a", value);
  table.Add("b", 1);
  table.Sort();
  EXPECT_THAT(table.Find("a"), ElementsAre(3, 5, 7));
  EXPECT_THAT(table.Find("b"), ElementsAre(1));
  EXPECT_TRUE(table.Find("c").empty());
}

}  // namespace
}  // namespace probity::storage
