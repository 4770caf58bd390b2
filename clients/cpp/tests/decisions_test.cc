#include "probity/client/decisions.h"

#include "fake_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::client {
namespace {

using ::testing::HasSubstr;

v1::Date Day(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

TEST(MayBuyTest, IsTrueForClearAlone) {
  for (int verdict = 0; verdict < 100; ++verdict) {
    EXPECT_EQ(MayBuy(Decided(verdict)), verdict == v1::VERDICT_CLEAR) << verdict;
  }
  EXPECT_FALSE(MayBuy(Decided(-1)));
}

TEST(MayBuyTest, TakesEveryFormOfAnAnswer) {
  const v1::ScreenSupplierResponse answer = Decided(v1::VERDICT_CLEAR);
  v1::GetDecisionResponse kept;
  *kept.mutable_decision() = answer.decision();
  v1::StreamScreenSuppliersResponse streamed;
  *streamed.mutable_result()->mutable_response() = answer;
  EXPECT_TRUE(MayBuy(answer.decision().core()));
  EXPECT_TRUE(MayBuy(answer.decision()));
  EXPECT_TRUE(MayBuy(kept));
  EXPECT_TRUE(MayBuy(streamed));
  EXPECT_TRUE(MayBuy(streamed.result()));
  EXPECT_TRUE(MayBuy(Result<v1::ScreenSupplierResponse>(answer)));
}

TEST(MayBuyTest, WhatIsAbsentOrFailedIsNo) {
  EXPECT_FALSE(MayBuy(v1::ScreenSupplierResponse()));
  EXPECT_FALSE(MayBuy(v1::BatchScreenItemResult()));
  EXPECT_FALSE(MayBuy(v1::StreamScreenSuppliersResponse()));
  EXPECT_FALSE(MayBuy(v1::GetDecisionResponse()));
  EXPECT_FALSE(MayBuy(Result<v1::ScreenSupplierResponse>(Error())));
  v1::BatchScreenItemResult failed;
  failed.mutable_error()->set_reason("INVALID_FIELD");
  EXPECT_FALSE(MayBuy(failed));
  EXPECT_EQ(VerdictName(failed), "NONE");
  EXPECT_THAT(Explain(failed), HasSubstr("nothing may be bought"));
}

TEST(MayBuyOnTest, NeedsTheDaysOfTheDecision) {
  v1::DecisionCore core = Decided(v1::VERDICT_CLEAR).decision().core();
  EXPECT_FALSE(MayBuyOn(core, Day(2026, 11, 27)));  // no end, no beginning
  *core.mutable_as_of() = Day(2026, 11, 27);
  *core.mutable_valid_until() = Day(2026, 12, 31);
  EXPECT_TRUE(MayBuyOn(core, Day(2026, 11, 27)));
  EXPECT_TRUE(MayBuyOn(core, Day(2026, 12, 31)));
  EXPECT_FALSE(MayBuyOn(core, Day(2026, 11, 26)));
  EXPECT_FALSE(MayBuyOn(core, Day(2027, 1, 1)));
  EXPECT_FALSE(MayBuyOn(core, Day(2026, 12, 0)));
  EXPECT_THAT(Explain(core), HasSubstr("Stands until 2026-12-31"));
  *core.mutable_valid_until() = Day(2027, 0, 0);  // a year alone is no day
  EXPECT_FALSE(MayBuyOn(core, Day(2026, 12, 1)));
}

TEST(VerdictNameTest, NamesWhatIsNewerByItsNumber) {
  EXPECT_EQ(VerdictName(Decided(v1::VERDICT_BLOCK)), "BLOCK");
  EXPECT_EQ(VerdictName(Decided(77)), "UNKNOWN(77)");
  EXPECT_THAT(Explain(Decided(77)), HasSubstr("update the client"));
}

}  // namespace
}  // namespace probity::client
