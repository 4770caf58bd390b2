// Differences that nobody waits for any more, over the reference store.
#include "base/testing.h"
#include "gtest/gtest.h"
#include "services/dataset/history.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::dataset {
namespace {

TEST(DiffRevisionsTest, EndsWhenNobodyWaitsForIt) {
  namespace build = storage::testing;
  storage::InMemoryStore store(TestIdentifiers(), std::string(16, 'x'));
  ASSERT_TRUE(build::CreateDataset(&store, "d", v1::ABSENCE_MODE_RETRACTED).ok());
  v1::DiffRevisionsRequest request;
  request.set_dataset("datasets/d");
  request.set_from_revision(store.Head("")->token().revision());
  ASSERT_TRUE(build::Load(&store, {"d", {build::Party("a", "Alpha", {})}}).ok());

  bool gone = false;
  rpc::CallContext call;
  call.is_cancelled = [&gone] { return gone; };
  for (const bool waits : {true, false}) {
    gone = false;
    auto source = OpenDifferences(store, call, request);
    ASSERT_TRUE(source.ok()) << source.status();
    gone = !waits;
    std::vector<v1::DiffRevisionsResponse> page;
    const absl::Status status = (*source)->Next(&page);
    if (waits) {
      EXPECT_TRUE(status.ok()) << status;
      ASSERT_EQ(page.size(), 1u);
      EXPECT_EQ(page[0].changes_size(), 1);
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    }
  }
}

}  // namespace
}  // namespace probity::dataset
