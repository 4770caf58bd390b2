#include "services/admission/callers.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace probity::admission {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1700000000);

Quotas SomeQuotas() {
  return {{{10, 100}, 2},
          {{{"ann", ""}, {{20, 200}, 3}},
           {{"ann", "authorities/a"}, {{30, 300}, 4}},
           {{"bob", "authorities/b"}, {{40, 400}, 5}}}};
}

TEST(QuotasTest, TheMostExactNameCounts) {
  const Quotas quotas = SomeQuotas();
  EXPECT_EQ(quotas.Of({"ann", "authorities/a"}).streams, 4u);
  EXPECT_EQ(quotas.Of({"ann", "authorities/b"}).streams, 3u);
  EXPECT_EQ(quotas.Of({"ann", ""}).streams, 3u);
  EXPECT_EQ(quotas.Of({"bob", "authorities/b"}).streams, 5u);
  EXPECT_EQ(quotas.Of({"bob", "authorities/a"}).streams, 2u);
  EXPECT_EQ(quotas.Of({"eve", ""}).streams, 2u);
}

TEST(CallersTest, EachHasABudgetOfHisOwnForEachAuthority) {
  Callers callers(SomeQuotas(), 100);
  EXPECT_EQ(callers.Find({"eve", "authorities/a"}, kBegin).bucket.Take(100, kBegin),
            absl::ZeroDuration());
  EXPECT_GT(callers.Find({"eve", "authorities/a"}, kBegin).bucket.Take(1, kBegin),
            absl::ZeroDuration());
  EXPECT_EQ(callers.Find({"eve", "authorities/b"}, kBegin).bucket.Take(1, kBegin),
            absl::ZeroDuration());
  EXPECT_EQ(callers.Find({"mallory", "authorities/a"}, kBegin).bucket.Take(1, kBegin),
            absl::ZeroDuration());
  EXPECT_EQ(callers.size(), 3u);
}

TEST(CallersTest, ForgetsWhoNothingHasToBeRememberedOf) {
  Callers callers(SomeQuotas(), 3);
  callers.Find({"full", ""}, kBegin);
  EXPECT_EQ(callers.Find({"spent", ""}, kBegin).bucket.Take(100, kBegin), absl::ZeroDuration());
  CallerState& busy = callers.Find({"busy", ""}, kBegin);
  busy.in_progress[1] = 1;
  callers.Find({"new", ""}, kBegin);
  EXPECT_EQ(callers.size(), 3u);
  EXPECT_GT(callers.Find({"spent", ""}, kBegin).bucket.Take(100, kBegin), absl::ZeroDuration());
  EXPECT_EQ(&callers.Find({"busy", ""}, kBegin), &busy);
}

TEST(CallersTest, WhoComesWhenAllMustBeRememberedSharesABudget) {
  Callers callers(SomeQuotas(), 2);
  for (const char* who : {"one", "two"}) callers.Find({who, ""}, kBegin).in_progress[0] = 1;
  CallerState& third = callers.Find({"three", ""}, kBegin);
  EXPECT_EQ(&callers.Find({"four", ""}, kBegin), &third);
  EXPECT_EQ(third.streams_allowed, 2u);
  EXPECT_EQ(callers.size(), 2u);
  // Once one may be forgotten, the next has a budget again.
  callers.Find({"one", ""}, kBegin).in_progress[0] = 0;
  EXPECT_NE(&callers.Find({"four", ""}, kBegin + absl::Minutes(1)), &third);
  EXPECT_EQ(callers.size(), 2u);
}

TEST(CallersTest, ForgetsThoughTheClockWasSetBack) {
  Callers callers(SomeQuotas(), 1);
  callers.Find({"one", ""}, kBegin).in_progress[0] = 1;
  CallerState& shared = callers.Find({"two", ""}, kBegin);
  callers.Find({"one", ""}, kBegin).in_progress[0] = 0;
  EXPECT_NE(&callers.Find({"two", ""}, kBegin - absl::Hours(1)), &shared);
}

TEST(CallersTest, OtherQuotasHoldForThoseWhoAreKnown) {
  Callers callers(SomeQuotas(), 100);
  EXPECT_EQ(callers.Find({"bob", "authorities/b"}, kBegin).bucket.Take(400, kBegin),
            absl::ZeroDuration());
  Quotas quotas = SomeQuotas();
  quotas.named[2].second = {{1, 500}, 9};
  callers.Become(quotas, kBegin);
  CallerState& bob = callers.Find({"bob", "authorities/b"}, kBegin);
  EXPECT_EQ(bob.streams_allowed, 9u);
  EXPECT_EQ(bob.bucket.Take(101, kBegin), absl::Seconds(1));
}

}  // namespace
}  // namespace probity::admission
