// The machine's clock is set back by hours, while the server runs and while it does not:
// what orders the past goes on from the newest time that was given, and nothing that was
// said of a time changes.
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/timestamps.h"
#include "gmock/gmock.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using ::testing::Each;
using ::testing::Gt;

class ClockApiTest : public ScreeningTest {
 protected:
  ClockApiTest() {
    clock_ = [this] { return absl::FromUnixMicros(now_us_); };
  }
  ~ClockApiTest() override { server_.reset(); }

  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ScreeningTest::Config();
    config.set_retained_revisions(retained_);
    if (retained_ > 0) config.set_decision_hold_days(1);
    return config;
  }

  void Turn(absl::Duration by) { now_us_ += absl::ToInt64Microseconds(by); }
  void PutFirm(const std::string& name) { Put("reg", Firm("new", name, "00000006")); }

  std::vector<v1::Revision> Revisions() {
    const auto page = Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest());
    return {page.revisions().begin(), page.revisions().end()};
  }
  // When each was published, by number.
  std::map<uint64_t, int64_t> Times() {
    std::map<uint64_t, int64_t> times;
    for (const v1::Revision& one : Revisions()) {
      times[one.token().revision()] = MicrosOf(one.published_at());
    }
    return times;
  }
  // From each revision to the next.
  std::vector<int64_t> Steps() {
    std::vector<int64_t> steps;
    int64_t before = 0;
    for (const auto& [revision, time] : Times()) {
      if (before > 0) steps.push_back(time - before);
      before = time;
    }
    return steps;
  }
  // What the firm was called by what was known at a time; with the revision that says so.
  std::string KnownAt(int64_t micros) {
    v1::LookupSuppliersRequest request;
    v1::Identifier* id = request.add_identifiers();
    id->set_scheme("GB-COH");
    id->set_value("00000006");
    *request.mutable_consistency()->mutable_known_at() = TimestampOfMicros(micros);
    auto response = Ask(&v1::SupplierService::Stub::LookupSuppliers, request);
    response.mutable_stamp()->clear_call_id();
    response.mutable_stamp()->clear_evaluated_at();
    return response.DebugString();
  }
  v1::Receipt ReceiptOf(const std::string& decision) {
    v1::GetReceiptRequest request;
    request.set_name(decision);
    return Ask(&Screening::GetReceipt, request).receipt();
  }

  std::atomic<int64_t> now_us_{int64_t{1780315200} * 1000000};  // 1 June 2026, noon
  uint64_t retained_ = 0;
};

TEST_F(ClockApiTest, RevisionsRiseAndWhatWasKnownStays) {
  std::map<int64_t, std::string> known;
  const auto note = [&] {
    for (const auto& [revision, time] : Times()) {
      const std::string answer = KnownAt(time);
      EXPECT_EQ(known.try_emplace(time, answer).first->second, answer) << revision;
    }
  };
  Turn(absl::Hours(1));
  PutFirm("Before");
  const int64_t newest = Times().rbegin()->second;
  EXPECT_EQ(newest, now_us_);
  note();
  Turn(-absl::Hours(3));
  PutFirm("Behind");
  EXPECT_EQ(Times().rbegin()->second, newest + 1);
  note();
  Turn(-absl::Hours(2));
  Restart();
  note();
  PutFirm("Behind and started again");
  PutFirm("And once more");
  EXPECT_EQ(Times().rbegin()->second, newest + 3);
  note();
  Turn(absl::Hours(6));
  Restart();
  PutFirm("Put right");
  EXPECT_EQ(Times().rbegin()->second, now_us_) << "as soon as the clock is right again";
  note();
  EXPECT_THAT(Steps(), Each(Gt(0)));
  EXPECT_NE(known[newest], known[newest + 1]) << "each of them is told from the next";
}

TEST_F(ClockApiTest, DecisionsAndHeadsDoNotGoBack) {
  Turn(absl::Hours(1));
  const auto first = Screen(Numbered("04830352")).decision();
  const auto before = ReceiptOf(first.name());
  EXPECT_EQ(MicrosOf(first.recorded_at()), now_us_);
  Turn(-absl::Hours(5));
  const auto second = Screen(Numbered("01234567")).decision();
  EXPECT_EQ(MicrosOf(second.recorded_at()), MicrosOf(first.recorded_at()));
  Restart();
  const auto third = Screen(Numbered("01234567")).decision();
  EXPECT_EQ(MicrosOf(third.recorded_at()), MicrosOf(first.recorded_at()));
  const auto head = ReceiptOf(first.name()).head();
  EXPECT_EQ(head.tree_size(), before.head().tree_size() + 2);
  EXPECT_GE(MicrosOf(head.time()), MicrosOf(before.head().time()));
  EXPECT_EQ(ReceiptOf(first.name()).time().SerializeAsString(), before.time().SerializeAsString());
  for (const auto& decision : {first, second, third}) {
    EXPECT_TRUE(Replay(decision.name(), v1::REPLAY_MODE_REDERIVE).equal()) << decision.name();
  }
  Turn(absl::Hours(6));
  const auto fourth = Screen(Numbered("01234567")).decision();
  EXPECT_EQ(MicrosOf(fourth.recorded_at()), now_us_);
}

TEST_F(ClockApiTest, LoadsWaitTheirTimeAndNoLongerThanThat) {
  const std::string name = OpenLoad("reg", "probity-csv");
  const auto state = [&] {
    v1::GetLoadRequest get;
    get.set_name(name);
    return Ask(&DataStub::GetLoad, get).state();
  };
  Turn(-absl::Hours(5));
  EXPECT_EQ(state(), v1::LOAD_STATE_OPEN);
  Restart();
  EXPECT_EQ(state(), v1::LOAD_STATE_OPEN);
  uint64_t committed = 0;
  EXPECT_TRUE(Send(name, 0, "record_type,key,name\n", &committed).ok()) << "it can be gone on with";
  EXPECT_EQ(state(), v1::LOAD_STATE_OPEN);
  Turn(absl::Hours(7 * 24) - absl::Minutes(1));
  EXPECT_EQ(state(), v1::LOAD_STATE_OPEN);
  Turn(absl::Minutes(2));
  EXPECT_EQ(state(), v1::LOAD_STATE_EXPIRED);
  Turn(-absl::Hours(5));
  Restart();
  EXPECT_EQ(state(), v1::LOAD_STATE_EXPIRED) << "what has ended does not begin again";
}

TEST_F(ClockApiTest, WhatADecisionHoldsIsKeptAndWhatIsSweptStaysSo) {
  const auto decision = Screen(Numbered("01234567")).decision();
  const uint64_t cited = Revisions().front().token().revision();
  for (int i = 0; i < 5; ++i) PutFirm(absl::StrCat("Firm ", i));
  const auto await_oldest = [this](uint64_t revision) {
    for (int i = 0; i < 500 && Times().begin()->first != revision; ++i) {
      absl::SleepFor(absl::Milliseconds(20));
    }
    EXPECT_EQ(Times().begin()->first, revision);
  };
  retained_ = 2;
  Turn(-absl::Hours(12));
  Restart();
  await_oldest(cited);
  EXPECT_TRUE(Replay(decision.name(), v1::REPLAY_MODE_REDERIVE).equal());
  Turn(absl::Hours(12 + 23));
  Restart();
  await_oldest(cited);
  Turn(absl::Hours(2));
  Restart();
  const uint64_t newest = Times().rbegin()->first;
  await_oldest(newest - 2);
  Turn(-absl::Hours(24));
  Restart();
  PutFirm("Behind");
  EXPECT_GE(Times().begin()->first, newest - 2) << "it does not come back";
  EXPECT_THAT(Steps(), Each(Gt(0)));
}

}  // namespace
}  // namespace probity::server
