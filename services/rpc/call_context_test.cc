#include "services/rpc/call_context.h"

#include <set>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(CallContextTest, NobodyWaitsAfterTheDeadlineOrACancellation) {
  CallContext call;
  EXPECT_TRUE(call.CheckAlive().ok());
  call.deadline = absl::Now() + absl::Hours(1);
  EXPECT_TRUE(call.CheckAlive().ok());
  call.deadline = absl::Now() - absl::Milliseconds(1);
  EXPECT_EQ(call.CheckAlive().code(), absl::StatusCode::kDeadlineExceeded);
  call.is_cancelled = [] { return true; };
  EXPECT_EQ(call.CheckAlive().code(), absl::StatusCode::kCancelled);
}

TEST(CallContextTest, TheDayOfTheCallIsThatOfUtc) {
  CallContext call;
  call.received_at = absl::FromUnixSeconds(86400 - 1);
  EXPECT_EQ(call.Today(), 0);
  call.received_at = absl::FromUnixSeconds(86400);
  EXPECT_EQ(call.Today(), 1);
  call.received_at = absl::FromUnixSeconds(-1);
  EXPECT_EQ(call.Today(), -1);
}

TEST(CallContextTest, CallIdsAre16HexDigitsAndDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = NewCallId();
    EXPECT_EQ(id.size(), 16u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 100u);
}

}  // namespace
}  // namespace probity::rpc
