// What a search does when its index is late, gives up, or is cancelled: over the
// reference store and an index that does as it is told.
#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matching/testing.h"
#include "services/supplier/operations.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/obedient_index.h"

namespace probity::supplier {
namespace {

class SearchOperationTest : public testing::Test {
 protected:
  SearchOperationTest() : store_(TestIdentifiers(), std::string(16, 'x')) {
    EXPECT_TRUE(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED).ok());
    EXPECT_TRUE(
        storage::testing::Load(&store_, {"d",
                                         {storage::testing::Party("a", "Alpha Mills", {}),
                                          storage::testing::Party("b", "Alpha Mill Works", {})}})
            .ok());
    index_.covered_revision = head();
    request_.set_query("Alpha Mills");
    index_.answer = [](const storage::View& view, const index::Query&) {
      const uint32_t number = view.FindDataset("d")->number();
      index::SearchResult result;
      result.hits = {{number, "a", 0, 10000}, {number, "b", 0, 8000}};
      return result;
    };
  }

  uint64_t head() const { return store_.Head("")->token().revision(); }
  absl::Status Ask() {
    response_.Clear();
    const screening::NameBook book{store_, index_, {matching::TestMatcher(), store_.identifiers()}};
    return Search(book, call_, deadline_, request_, &response_);
  }

  storage::InMemoryStore store_;
  storage::testing::ObedientIndex index_;
  rpc::CallContext call_;
  absl::Time deadline_ = absl::UnixEpoch() + absl::Hours(1);
  v1::SearchSuppliersRequest request_;
  v1::SearchSuppliersResponse response_;
};

TEST_F(SearchOperationTest, ShowsHitsInTheOrderOfTheIndex) {
  ASSERT_TRUE(Ask().ok());
  ASSERT_EQ(response_.hits_size(), 2);
  EXPECT_EQ(response_.hits(0).matched_name().text(), "Alpha Mills");
  EXPECT_EQ(response_.hits(1).score(), 0.8);
  EXPECT_FALSE(response_.incomplete());
}

TEST_F(SearchOperationTest, WaitsForItsRevisionUntilTheDeadline) {
  index_.covered_revision = head() - 1;
  const absl::Status status = Ask();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INDEX_NOT_READY);
  EXPECT_EQ(index_.awaited, head());
  EXPECT_EQ(index_.awaited_until, deadline_);
  call_.deadline = deadline_ - absl::Minutes(1);
  EXPECT_FALSE(Ask().ok());
  EXPECT_EQ(index_.awaited_until, call_.deadline);
}

TEST_F(SearchOperationTest, WaitsForNobodyWhoHasGone) {
  index_.covered_revision = head() - 1;
  deadline_ = absl::InfiniteFuture();
  call_.is_cancelled = [] { return true; };
  EXPECT_EQ(Ask().code(), absl::StatusCode::kCancelled);
}

TEST_F(SearchOperationTest, MinimizeLatencyTakesTheNewestCoveredRevision) {
  index_.covered_revision = head() - 1;
  request_.mutable_consistency()->set_minimize_latency(true);
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(response_.stamp().revision().revision(), head() - 1);
  // Nothing is covered: no answer, never an empty one.
  index_.covered_revision = 0;
  EXPECT_EQ(ReasonOf(Ask()), v1::ERROR_REASON_INDEX_NOT_READY);
}

TEST_F(SearchOperationTest, SaysWhenItIsIncomplete) {
  index_.answer = [](const storage::View&, const index::Query&) {
    index::SearchResult result;
    result.incomplete = true;
    return result;
  };
  ASSERT_TRUE(Ask().ok());
  EXPECT_TRUE(response_.incomplete());
  EXPECT_EQ(response_.hits_size(), 0);
}

TEST_F(SearchOperationTest, ACancelledCallEndsInsideTheSearch) {
  bool gone = false;
  call_.is_cancelled = [&gone] { return gone; };
  index_.answer = [&gone](const storage::View&, const index::Query& query) {
    EXPECT_FALSE(query.cancelled());
    gone = true;
    index::SearchResult result;
    result.cancelled = query.cancelled();
    return result;
  };
  EXPECT_EQ(Ask().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(response_.hits_size(), 0);
}

// Records of one supplier take the room of others: more are asked for.
TEST_F(SearchOperationTest, AsksForMoreRecordsUntilThereAreEnoughSuppliers) {
  size_t asked = 0;
  index_.answer = [&asked](const storage::View& view, const index::Query& query) {
    asked = query.limit;
    const uint32_t number = view.FindDataset("d")->number();
    index::SearchResult result;
    for (size_t i = 0; i < query.limit && i < 300; ++i) {
      result.hits.push_back({number, i < 299 ? "a" : "b", 0, 9000});
    }
    return result;
  };
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(response_.hits_size(), 2);
  EXPECT_GT(asked, 299u);
}

}  // namespace
}  // namespace probity::supplier
