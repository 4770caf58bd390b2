// A listing that nobody waits for any more, over the reference store.
#include "absl/time/clock.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "services/rpc/publish.h"
#include "services/vendor/operations.h"
#include "storage/memory/in_memory_store.h"

namespace probity::vendor {
namespace {

TEST(ListVendorsTest, EndsWhenNobodyWaitsForIt) {
  storage::InMemoryStore store(TestIdentifiers(), std::string(16, 'x'));
  rpc::CallContext call;
  call.caller = {"ann", "authorities/a"};
  call.received_at = absl::Now();
  v1::BatchUpsertVendorsRequest upsert;
  for (const char* number : {"1", "2", "3"}) {
    v1::Vendor* vendor = upsert.add_vendors();
    vendor->mutable_number()->set_system("S");
    vendor->mutable_number()->set_number(number);
  }
  v1::BatchUpsertVendorsResponse upserted;
  ASSERT_TRUE(Upsert({store, call}, upsert, &upserted).ok());

  int asked = 0;
  call.is_cancelled = [&asked] { return ++asked > 2; };
  v1::ListVendorsResponse response;
  EXPECT_EQ(List(store, call, {}, &response).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 3) << "went on";
  call.is_cancelled = nullptr;
  call.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_EQ(List(store, call, {}, &response).code(), absl::StatusCode::kDeadlineExceeded);
  call.deadline = absl::InfiniteFuture();
  response.Clear();
  EXPECT_TRUE(List(store, call, {}, &response).ok());
  EXPECT_EQ(response.vendors_size(), 3);
}

}  // namespace
}  // namespace probity::vendor
