#include "services/admission/admission.h"

#include <deque>
#include <map>
#include <string>

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::admission {
namespace {

constexpr char kLookup[] = "SupplierService.LookupSuppliers";
constexpr char kSearch[] = "SupplierService.SearchSuppliers";
constexpr char kWatch[] = "PortfolioService.WatchVerdicts";
constexpr char kPut[] = "DatasetService.PutRecord";
constexpr char kPreview[] = "PolicyService.PreviewPolicy";

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionOptions Options() {
    AdmissionOptions options;
    options.quotas.each = {{100, 1000}, 2};
    options.quotas.named = {{{"rich", ""}, {{1e9, 1e9}, 3}}};
    options.max_streams = 4;
    options.heavy_threads = 1;
    options.limit.initial = 8;
    options.limit.least = 8;
    options.limit.most = 8;
    options.clock = [this] { return now_; };
    return options;
  }

  // What a caller is told; empty: his call is in progress.
  std::string Ask(const std::string& who, const std::string& method) {
    rpc::CallContext& call = calls_.emplace_back();
    call.caller.principal = who;
    const absl::Status let = admission_.Admit(method, &call);
    if (let.ok()) {
      in_progress_[who + method].push_back(&call);
      return "";
    }
    told_ = MetadataOf(let);
    EXPECT_EQ(let.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_NE(told_["retry_after_ms"], "") << "nobody says when to come back";
    return ReasonName(ReasonOf(let));
  }
  int AskUntilRefused(const std::string& who, const std::string& method) {
    int let = 0;
    while (let < 100000 && Ask(who, method).empty()) ++let;
    return let;
  }
  void End(const std::string& who, const std::string& method) {
    auto& calls = in_progress_[who + method];
    ASSERT_FALSE(calls.empty());
    admission_.Leave({*calls.back(), method, absl::OkStatus(), absl::Milliseconds(1)});
    calls.pop_back();
  }
  rpc::CallContext& Last() { return calls_.back(); }

  absl::Time now_ = absl::FromUnixSeconds(1700000000);
  Admission admission_{Options()};
  std::deque<rpc::CallContext> calls_;
  std::map<std::string, std::vector<rpc::CallContext*>> in_progress_;
  ErrorMetadata told_;
};

TEST_F(AdmissionTest, ABudgetIsUsedUpByWhatCallsCost) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_EQ(Ask("ann", kSearch), "") << i;
    End("ann", kSearch);
  }
  EXPECT_EQ(Ask("ann", kSearch), "QUOTA_EXCEEDED");
  EXPECT_EQ(told_["caller"], "ann");
  EXPECT_EQ(told_["quota"], "caller_units_per_second");
  EXPECT_EQ(told_["retry_after_ms"], "400");  // 40 units, 100 a second
  EXPECT_EQ(Ask("ann", kLookup), "QUOTA_EXCEEDED");
  EXPECT_EQ(told_["retry_after_ms"], "10");
  EXPECT_EQ(Ask("bob", kSearch), "") << "another's budget is another's";
  now_ += absl::Milliseconds(400);
  EXPECT_EQ(Ask("ann", kSearch), "") << "the time that was told was not enough";
  const AdmissionFigures figures = admission_.Figures();
  EXPECT_EQ(figures.quota_exceeded, 2u);
  EXPECT_EQ(figures.heavy_in_progress, 2);
  EXPECT_EQ(figures.callers, 2u);
}

TEST_F(AdmissionTest, WhoIsTurnedAwayHasPaidNothing) {
  EXPECT_EQ(AskUntilRefused("ann", kSearch), 6);  // his share of eight places
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(Ask("ann", kSearch), "OVERLOADED");
  for (int i = 0; i < 6; ++i) End("ann", kSearch);
  for (int i = 0; i < 19; ++i) {
    ASSERT_EQ(Ask("ann", kSearch), "") << i;
    End("ann", kSearch);
  }
  EXPECT_EQ(Ask("ann", kSearch), "QUOTA_EXCEEDED");
}

// Who cannot pay holds no place either.
TEST_F(AdmissionTest, WhoCannotPayTakesNoPlace) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(Ask("ann", kLookup), "");
    End("ann", kLookup);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Ask("ann", kSearch), "QUOTA_EXCEEDED");
    EXPECT_EQ(Ask("ann", kWatch), "QUOTA_EXCEEDED");
  }
  EXPECT_EQ(admission_.Figures().heavy_in_progress, 0);
  EXPECT_EQ(admission_.Figures().streams, 0);
}

TEST_F(AdmissionTest, LookupsNeedNoPlace) {
  AskUntilRefused("rich", kSearch);
  AskUntilRefused("bob", kSearch);
  EXPECT_EQ(admission_.Figures().heavy_in_progress, 8);
  EXPECT_EQ(Ask("eve", kSearch), "OVERLOADED");
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(Ask("rich", kLookup), "");
  EXPECT_EQ(Ask("eve", kLookup), "");
}

TEST_F(AdmissionTest, OneCallerNeverKeepsOutTheOthers) {
  EXPECT_EQ(AskUntilRefused("rich", kSearch), 6);
  EXPECT_EQ(Ask("bob", kSearch), "");
  EXPECT_EQ(AskUntilRefused("rich", kPut), kMaxWrites * 3 / 4);
  EXPECT_EQ(Ask("bob", kPut), "");
  EXPECT_EQ(AskUntilRefused("rich", kPreview), kMaxLong * 3 / 4);
  EXPECT_EQ(admission_.Figures().long_in_progress, kMaxLong * 3 / 4);
  EXPECT_EQ(admission_.Figures().writes_in_progress, kMaxWrites * 3 / 4 + 1);
}

TEST_F(AdmissionTest, StreamsAreCountedForEachAndForAll) {
  EXPECT_EQ(AskUntilRefused("ann", kWatch), 2);
  EXPECT_EQ(told_["caller"], "ann");
  EXPECT_EQ(told_["limit"], "2");
  EXPECT_EQ(AskUntilRefused("rich", kWatch), 2);
  EXPECT_EQ(told_.count("caller"), 0u);
  EXPECT_EQ(told_["quota"], "max_streams");
  EXPECT_EQ(told_["limit"], "4");
  End("ann", kWatch);
  EXPECT_EQ(Ask("rich", kWatch), "");
  EXPECT_EQ(Ask("ann", kWatch), "TOO_MANY_STREAMS");
  EXPECT_EQ(admission_.Figures().streams, 4);
  EXPECT_EQ(admission_.Figures().too_many_streams, 3u);
}

TEST_F(AdmissionTest, ItemsArePaidForAsTheyCome) {
  ASSERT_EQ(Ask("ann", "ScreeningService.StreamScreenSuppliers"), "");
  EXPECT_TRUE(Last().Spend(110).ok());  // 10 + 110 * 9 of 1,000
  const absl::Status refused = Last().Spend(1);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_EQ(MetadataOf(refused)["retry_after_ms"], "90");
  now_ += absl::Milliseconds(90);
  EXPECT_TRUE(Last().Spend(1).ok());
  ASSERT_EQ(Ask("bob", kSearch), "");
  EXPECT_TRUE(Last().Spend(1 << 20).ok()) << "a search is paid for";
}

// Its first unit is paid before the others: that must not keep it out for ever.
TEST_F(AdmissionTest, ABatchThatCostsMoreThanABudgetHoldsIsOwedByOneWhoAskedNothingElse) {
  ASSERT_EQ(Ask("ann", "ScreeningService.BatchScreenSuppliers"), "");
  EXPECT_TRUE(Last().Spend(300).ok());  // 2,700 of 1,000
  End("ann", "ScreeningService.BatchScreenSuppliers");
  EXPECT_EQ(Ask("ann", kLookup), "QUOTA_EXCEEDED");
  EXPECT_EQ(told_["retry_after_ms"], "17020");  // 1,701 are owed
  ASSERT_EQ(Ask("bob", kLookup), "");
  ASSERT_EQ(Ask("bob", "ScreeningService.BatchScreenSuppliers"), "");
  const absl::Status refused = Last().Spend(300);
  EXPECT_EQ(MetadataOf(refused)["retry_after_ms"], "10");
  now_ += absl::Milliseconds(10);
  EXPECT_TRUE(Last().Spend(300).ok());
}

// One at a time, each time behind the wait that he was told: asking is not what uses it up.
TEST_F(AdmissionTest, WhoAsksAgainAsHeIsToldIsLetThrough) {
  constexpr char kScreen[] = "ScreeningService.ScreenSupplier";
  ASSERT_EQ(Ask("ann", kScreen), "");
  EXPECT_TRUE(Last().Spend(111).ok());  // 1 + 999 of 1,000
  End("ann", kScreen);
  now_ += absl::Milliseconds(10);
  ASSERT_EQ(Ask("ann", kScreen), "");
  const absl::Status refused = Last().Spend(1);
  EXPECT_EQ(MetadataOf(refused)["retry_after_ms"], "90");
  End("ann", kScreen);
  now_ += absl::Milliseconds(90);
  ASSERT_EQ(Ask("ann", kScreen), "");
  EXPECT_TRUE(Last().Spend(1).ok());
}

// How long names were waited for says nothing of how much there is to do: the limit follows
// what stood in the lane alone.
TEST_F(AdmissionTest, WhatWasElsewhereIsNotMeasured) {
  AdmissionOptions options = Options();
  options.quotas.each = options.quotas.named[0].second;
  options.limit = LimitOptions();
  Admission admission(std::move(options));
  const auto end = [&](bool was_elsewhere) {
    for (int i = 0; i < 10; ++i) {
      rpc::CallContext call;
      ASSERT_TRUE(admission.Admit(kSearch, &call).ok());
      call.was_elsewhere = was_elsewhere;
      now_ += absl::Milliseconds(20);
      admission.Leave({call, kSearch, absl::OkStatus(), absl::Seconds(3), absl::Seconds(2.9)});
    }
  };
  const int before = admission.Figures().heavy_limit;
  end(true);
  EXPECT_EQ(admission.Figures().heavy_limit, before);
  EXPECT_EQ(admission.Figures().heavy_in_progress, 0) << "its place is free all the same";
  end(false);
  EXPECT_LT(admission.Figures().heavy_limit, before);
}

TEST_F(AdmissionTest, OtherQuotasHoldAtOnce) {
  ASSERT_EQ(AskUntilRefused("ann", kWatch), 2);
  Quotas quotas;
  quotas.each = {{100, 1000}, 3};
  admission_.SetQuotas(quotas);
  EXPECT_EQ(AskUntilRefused("ann", kWatch), 1);
}

TEST_F(AdmissionTest, SetsApartWhatTakesLong) {
  EXPECT_EQ(admission_.LaneOf(kLookup), nullptr);
  EXPECT_EQ(admission_.LaneOf(kPut), nullptr);
  EXPECT_EQ(admission_.LaneOf("NullService.Null"), nullptr);
  ASSERT_NE(admission_.LaneOf(kSearch), nullptr);
  EXPECT_EQ(admission_.LaneOf("ScreeningService.ScreenSupplier"), admission_.LaneOf(kSearch));
  ASSERT_NE(admission_.LaneOf(kPreview), nullptr);
  EXPECT_NE(admission_.LaneOf(kPreview), admission_.LaneOf(kSearch));
}

}  // namespace
}  // namespace probity::admission
