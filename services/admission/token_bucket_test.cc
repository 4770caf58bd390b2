#include "services/admission/token_bucket.h"

#include "gtest/gtest.h"

namespace probity::admission {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1700000000);
constexpr Budget kTenASecond{10, 50};

TEST(TokenBucketTest, GivesWhatItHoldsAndSaysWhenItHoldsEnough) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_EQ(bucket.Take(50, kBegin), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(20, kBegin), absl::Seconds(2));
  // A refusal takes nothing.
  EXPECT_EQ(bucket.Take(20, kBegin + absl::Seconds(1)), absl::Seconds(1));
  EXPECT_EQ(bucket.Take(20, kBegin + absl::Seconds(2)), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(1, kBegin + absl::Seconds(2)), absl::Milliseconds(100));
}

TEST(TokenBucketTest, FillsToTheBrimAndNoFurther) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_TRUE(bucket.IsFull(kBegin));
  const absl::Time later = kBegin + absl::Hours(1);
  EXPECT_EQ(bucket.Take(50, later), absl::ZeroDuration());
  EXPECT_FALSE(bucket.IsFull(later));
  EXPECT_EQ(bucket.Take(1, later), absl::Milliseconds(100));
  EXPECT_TRUE(bucket.IsFull(later + absl::Seconds(5)));
}

TEST(TokenBucketTest, WhatCostsMoreThanTheBrimIsOwed) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_EQ(bucket.Take(150, kBegin), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(1, kBegin), absl::Milliseconds(10100));
  EXPECT_EQ(bucket.Take(150, kBegin + absl::Seconds(14)), absl::Seconds(1));
  EXPECT_EQ(bucket.Take(150, kBegin + absl::Seconds(15)), absl::ZeroDuration());
}

TEST(TokenBucketTest, WhatWasPaidBeforeIsNotMissed) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_EQ(bucket.Take(10, kBegin), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(150, kBegin), absl::Seconds(1));
  EXPECT_EQ(bucket.Take(150, kBegin, 10), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(1, kBegin, 10), absl::Milliseconds(11100));
}

TEST(TokenBucketTest, AClockThatGoesBackFillsNothing) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_EQ(bucket.Take(50, kBegin), absl::ZeroDuration());
  EXPECT_EQ(bucket.Take(10, kBegin - absl::Hours(1)), absl::Seconds(1));
}

TEST(TokenBucketTest, AnotherBudgetForgivesNothing) {
  TokenBucket bucket(kTenASecond, kBegin);
  EXPECT_EQ(bucket.Take(40, kBegin), absl::ZeroDuration());
  bucket.Become({1, 60}, kBegin);
  EXPECT_EQ(bucket.Take(21, kBegin), absl::Seconds(1));
  bucket.Become({1, 20}, kBegin);
  EXPECT_EQ(bucket.Take(1, kBegin), absl::Seconds(21));
}

}  // namespace
}  // namespace probity::admission
