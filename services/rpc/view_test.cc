#include "services/rpc/view.h"

#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/obedient_index.h"

namespace probity::rpc {
namespace {

// Two revisions behind the first, of which the index covers one.
class NamedViewTest : public ::testing::Test {
 protected:
  NamedViewTest() : store_(TestIdentifiers(), std::string(16, 'x')) {
    for (const char* dataset : {"d", "e"}) {
      EXPECT_TRUE(
          storage::testing::CreateDataset(&store_, dataset, v1::ABSENCE_MODE_RETRACTED).ok());
    }
    head_ = store_.Head("")->token().revision();
    index_.covered_revision = head_ - 1;
    call_.received_at = absl::Now();
  }
  v1::Consistency Exactly(uint64_t revision) const {
    v1::Consistency exact;
    *exact.mutable_at_exact_revision() = store_.TokenOf(revision).value();
    return exact;
  }

  storage::InMemoryStore store_;
  storage::testing::ObedientIndex index_;
  CallContext call_;
  uint64_t head_ = 0;
};

TEST_F(NamedViewTest, WhatIsAtHandIsNotWaitedFor) {
  v1::Consistency quickly;
  quickly.set_minimize_latency(true);
  EXPECT_TRUE(NamesAreAtHand(store_, index_, quickly));
  EXPECT_TRUE(NamesAreAtHand(store_, index_, Exactly(head_ - 1)));
  EXPECT_FALSE(NamesAreAtHand(store_, index_, Exactly(head_)));
  EXPECT_FALSE(NamesAreAtHand(store_, index_, {}));
  for (const auto& consistency : {quickly, Exactly(head_ - 1)}) {
    const auto view = NamedViewFor(store_, index_, call_, consistency);
    ASSERT_TRUE(view.ok()) << view.status();
    EXPECT_EQ((*view)->token().revision(), head_ - 1);
  }
  index_.covered_revision = head_;
  EXPECT_TRUE(NamesAreAtHand(store_, index_, {}));
  index_.covered_revision = 0;
  EXPECT_FALSE(NamesAreAtHand(store_, index_, quickly)) << "nothing is there at all";
}

TEST_F(NamedViewTest, WaitsUntilPatienceOrTheDeadlineEnds) {
  call_.received_at = absl::Now() - absl::Minutes(1);
  const auto late = NamedViewFor(store_, index_, call_, {});
  EXPECT_EQ(ReasonOf(late.status()), v1::ERROR_REASON_INDEX_NOT_READY);
  EXPECT_EQ(index_.awaited, head_);
  EXPECT_EQ(index_.awaited_until, call_.received_at + absl::Seconds(2));
}

TEST_F(NamedViewTest, WaitsForNobodyWhoHasGone) {
  call_.received_at = absl::Now() + absl::Hours(1);
  call_.is_cancelled = [] { return true; };
  EXPECT_EQ(NamedViewFor(store_, index_, call_, {}).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace probity::rpc
