// The watch through the public API: what makes an event, and how events are read.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "services/server/portfolio_testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Message = v1::WatchVerdictsResponse;

class WatchApiTest : public PortfolioTest {
 protected:
  // From noon on, so that no midnight comes in between.
  WatchApiTest() {
    const absl::Duration to_noon =
        absl::FromUnixSeconds(int64_t{today_} * 24 * 60 * 60) + absl::Hours(12) - absl::Now();
    clock_ = [this, to_noon] {
      return absl::Now() + to_noon + absl::Hours(24) * days_ahead_.load();
    };
  }
  ~WatchApiTest() override { server_.reset(); }

  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_watch_checkpoint_seconds(1);
    if (kept_events_ > 0) config.set_watch_kept_events(kept_events_);
    return config;
  }

  void SetUp() override {
    PortfolioTest::SetUp();
    PutPortfolio();
    PutMembers(Member("good", Numbered("04830352")) + Member("bad", Numbered("01234567")) +
               Member("name", "subject { name: 'Brackish Kilns' }"));
    Changes(&cursor_);
  }

  // The list bars the good firm, until `to`.
  void Bar(const std::string& to = "2099-01-01") {
    Put("list",
        "key: 'bar2' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'04830352' } } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION "
        "decided_on " +
            D("2025-01-01") + " listing_intervals { from " + D("2025-01-01") + " to " + D(to) +
            " } }");
  }
  // It takes two persons where the firm's BLOCK goes with it.
  void Unbar() {
    v1::RemoveRecordRequest remove;
    remove.set_name("datasets/list/records/bar2");
    const auto removed = Ask(&DataStub::RemoveRecord, remove);
    if (!removed.has_held()) return;
    EXPECT_EQ(removed.held().violations(0).reason(), v1::ERROR_REASON_VERDICTS_LIFTED);
    EXPECT_EQ(LetThrough(removed.held()).state(), v1::LOAD_STATE_COMMITTED);
  }
  static std::string IdOf(const v1::VerdictChange& change) {
    return change.member().substr(change.member().rfind('/') + 1);
  }

  // Waits until dates were looked at up to this day.
  void AwaitDay(DayNumber day) {
    Until("the day", [&] {
      const auto page = Ask(&Portfolios::ListVerdictChanges, v1::ListVerdictChangesRequest());
      return page.has_checkpoint() && FirstDay(page.checkpoint().day()) >= day;
    });
  }

  // One stream of the test's caller.
  class Stream {
   public:
    Stream(const std::shared_ptr<grpc::Channel>& channel, const std::string& token,
           const std::string& cursor, const std::string& portfolio = "")
        : stub_(channel) {
      context_.AddMetadata("authorization", "Bearer " + token);
      context_.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
      v1::WatchVerdictsRequest request;
      request.set_cursor(cursor);
      request.set_portfolio(portfolio);
      calls_ = stub_.WatchVerdicts(&context_, request);
    }
    Message Next() {
      Message message;
      EXPECT_TRUE(calls_->Read(&message));
      return message;
    }
    // The next one that is no checkpoint.
    Message NextChange() {
      Message message;
      while (calls_->Read(&message) && !message.has_change()) {
      }
      EXPECT_TRUE(message.has_change());
      return message;
    }
    grpc::Status End() {
      context_.TryCancel();
      return Finish();
    }
    grpc::Status Finish() {
      Message ignored;
      while (calls_->Read(&ignored)) {
      }
      return calls_->Finish();
    }

   private:
    Portfolios stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReader<Message>> calls_;
  };
  Stream Watch(const std::string& cursor = "", const std::string& portfolio = "") {
    return Stream(channel_, token_, cursor, portfolio);
  }

  const DayNumber today_ =
      static_cast<DayNumber>(absl::ToUnixSeconds(absl::Now()) / (24 * 60 * 60));
  std::atomic<int> days_ahead_{0};
  uint32_t kept_events_ = 0;
  std::string cursor_;
};

TEST_F(WatchApiTest, AListingIsAnEventOfTheMemberThatItConcerns) {
  Bar();
  auto changes = Changes(&cursor_);
  ASSERT_THAT(changes, SizeIs(1));
  const v1::VerdictChange barred = changes[0];
  EXPECT_EQ(barred.member(), std::string(kTextiles) + "/members/good");
  EXPECT_EQ(barred.portfolio(), kTextiles);
  EXPECT_EQ(barred.kind(), v1::CHANGE_KIND_VERDICT);
  EXPECT_EQ(barred.cause(), v1::CHANGE_CAUSE_DATA);
  EXPECT_EQ(barred.changed_dataset(), "datasets/list");
  EXPECT_EQ(barred.before().verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(barred.after().verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(barred.after().rule_ids(), Contains("T-BAR"));
  Unbar();
  changes = Changes(&cursor_);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].after().verdict(), v1::VERDICT_CLEAR);
  EXPECT_GT(changes[0].id(), barred.id());
  EXPECT_GT(changes[0].revision(), barred.revision());
}

TEST_F(WatchApiTest, WhatChangesNoVerdictIsNoEvent) {
  Put("reg", Firm("other", "Saltmarsh Paper Ltd", "00000006"));
  Put("reg", Firm("good", "Tidewater Stationery Ltd", "04830352"));
  EXPECT_THAT(Changes(&cursor_), IsEmpty());
}

TEST_F(WatchApiTest, AJudgementIsAnEventOfItsSubject) {
  Ask(&v1::ReviewService::Stub::CreateJudgement,
      Parse<v1::CreateJudgementRequest>(
          "judgement { subject { query { name: 'Brackish Kilns' } } source_record: "
          "'datasets/reg/records/bad' outcome: JUDGEMENT_OUTCOME_IS reason: 'same letterhead' }"));
  const auto changes = Changes(&cursor_);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(IdOf(changes[0]), "name");
  EXPECT_EQ(changes[0].before().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(changes[0].after().verdict(), v1::VERDICT_BLOCK);
}

TEST_F(WatchApiTest, AnotherPolicyIsAnEventOfThoseWhomItDecidesOtherwise) {
  v1::CreatePolicyRequest create;
  create.set_text(R"(id: "test" version: "2" title: "Mild" includes: "always-on"
      required_sources { dataset: "datasets/list" max_age_days: 30 })");
  Ask(&Policies::CreatePolicy, create);
  v1::ActivatePolicyRequest activate;
  activate.set_name("policies/test/versions/2");
  activate.set_label(v1::POLICY_LABEL_STABLE);
  Ask(&Policies::ActivatePolicy, activate);
  // Of the one by name it was a rule of a candidate.
  const auto changes = AwaitChanges(&cursor_, 2);
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(IdOf(changes[0]), "bad");
  EXPECT_EQ(changes[0].before().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(changes[0].after().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(IdOf(changes[1]), "name");
  for (const v1::VerdictChange& one : changes) {
    EXPECT_EQ(one.cause(), v1::CHANGE_CAUSE_POLICY);
    EXPECT_EQ(one.after().policy(), "policies/test/versions/2");
  }
}

// A purchase that requires a certificate which runs out in ten days.
TEST_F(WatchApiTest, ACertificateThatRunsOutIsAnEventOfItsDay) {
  Put("reg",
      "key: 'cert' certification { scheme_id: 'GOTS' certificate_no: 'G-1' holder { source_record: "
      "'records/good' } scope { all_sites: true } valid_from " +
          D("2024-01-01") + " expires_on { " + DateOf(today_ + 10).ShortDebugString() +
          " } verification_method: VERIFICATION_METHOD_SCHEME_REGISTER verified_on { " +
          DateOf(today_).ShortDebugString() +
          " } status_events { status: CERTIFICATION_STATUS_ISSUED from " + D("2024-01-01") +
          " } }");
  PutMembers(Member("certified", Numbered("04830352") +
                                     Bought("requirements { requirement_id: 'c' accepted_schemes { "
                                            "scheme_id: 'GOTS' } }")));
  EXPECT_THAT(Changes(&cursor_), IsEmpty());
  const auto before = ListMembers("verdict: VERDICT_CLEAR");
  EXPECT_THAT(IdsOf(before), Contains("certified")) << ListMembers().DebugString();
  days_ahead_ = 10;
  AwaitDay(today_ + 10);
  EXPECT_THAT(Changes(&cursor_), IsEmpty()) << "on its last day it holds";
  days_ahead_ = 11;
  const auto changes = AwaitChanges(&cursor_, 1);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(IdOf(changes[0]), "certified");
  EXPECT_EQ(changes[0].cause(), v1::CHANGE_CAUSE_DATE);
  EXPECT_EQ(changes[0].day().DebugString(), DateOf(today_ + 11).DebugString());
  EXPECT_EQ(changes[0].after().verdict(), v1::VERDICT_REVIEW);
}

TEST_F(WatchApiTest, AListThatIsTooOldIsOneEventOfThePortfolio) {
  days_ahead_ = 31;
  auto changes = AwaitChanges(&cursor_, 1);
  ASSERT_THAT(changes, SizeIs(1)) << "however many members there are";
  EXPECT_EQ(changes[0].kind(), v1::CHANGE_KIND_SOURCE_STALE);
  EXPECT_EQ(changes[0].dataset(), "datasets/list");
  EXPECT_EQ(changes[0].member(), "");
  EXPECT_THAT(IdsOf(ListMembers("verdict: VERDICT_CLEAR")), SizeIs(1));
  v1::GetPortfolioRequest get;
  get.set_name(kTextiles);
  EXPECT_THAT(Ask(&Portfolios::GetPortfolio, get).status().stale_sources(),
              Contains("datasets/list"));
  Put("list", "key: 'again' supplier { names { text: 'Somebody Else Entirely' } }");
  changes = AwaitChanges(&cursor_, 1);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].kind(), v1::CHANGE_KIND_SOURCE_FRESH);
}

TEST_F(WatchApiTest, AChangedPurchaseIsAnEventOfItsCause) {
  PutPortfolio("name: 'portfolios/textiles' " +
               Bought("requirements { requirement_id: 'c' accepted_schemes { scheme_id: 'SA8000' } "
                      "}"));
  const auto changes = Changes(&cursor_);
  ASSERT_FALSE(changes.empty());
  for (const v1::VerdictChange& one : changes) EXPECT_EQ(one.cause(), v1::CHANGE_CAUSE_PORTFOLIO);
}

TEST_F(WatchApiTest, EventsOfOnePortfolioAlone) {
  PutPortfolio("name: 'portfolios/other' " + Bought());
  PutMembers(Member("good", Numbered("04830352"), "other"), "other");
  std::string all = cursor_, textiles, other;
  Changes(&textiles, kTextiles);
  Changes(&other, "portfolios/other");
  Changes(&all);
  Bar();
  EXPECT_THAT(Changes(&all), SizeIs(2));
  for (auto& [cursor, name] : std::vector<std::pair<std::string*, std::string>>{
           {&textiles, kTextiles}, {&other, "authorities/a/portfolios/other"}}) {
    const auto changes = Changes(cursor, name);
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(changes[0].portfolio(), name);
  }
  v1::ListVerdictChangesRequest request;
  request.set_portfolio(kTextiles);
  request.set_cursor(all);
  EXPECT_EQ(Refusal(&Portfolios::ListVerdictChanges, request), "INVALID_CURSOR");
  request.set_portfolio("portfolios/none");
  EXPECT_EQ(Refusal(&Portfolios::ListVerdictChanges, request), "PORTFOLIO_NOT_FOUND");
}

TEST_F(WatchApiTest, AStreamTellsOfWhatComesAndChecksIn) {
  Stream stream = Watch();
  const Message first = stream.Next();
  ASSERT_TRUE(first.has_checkpoint());
  EXPECT_GT(first.checkpoint().revision(), 0u);
  Bar();
  const Message change = stream.NextChange();
  EXPECT_EQ(IdOf(change.change()), "good");
  Message checkpoint = stream.Next();
  while (checkpoint.checkpoint().revision() < change.change().revision()) {
    ASSERT_TRUE(checkpoint.has_checkpoint());
    checkpoint = stream.Next();
  }
  EXPECT_EQ(stream.End().error_code(), grpc::StatusCode::CANCELLED);
}

// At least once, with the same ids: from any cursor, over a restart of the server too.
TEST_F(WatchApiTest, AStreamGoesOnFromItsCursorOverARestart) {
  Bar();
  Unbar();
  Bar();
  const auto listed = Changes(&cursor_);
  ASSERT_THAT(listed, SizeIs(3));
  v1::ListVerdictChangesRequest request;
  const auto page = Ask(&Portfolios::ListVerdictChanges, request);
  ASSERT_EQ(page.changes_size(), 3);
  Stream before = Watch(page.cursor());
  before.Next();
  before.End();
  request.set_page_size(1);
  const std::string behind_first = Ask(&Portfolios::ListVerdictChanges, request).cursor();
  Restart();
  Until("the watch to open its database", [&] {
    v1::ListVerdictChangesResponse answer;
    return Call(&Portfolios::ListVerdictChanges, request, &answer).ok();
  });
  for (int i = 0; i < 2; ++i) {
    Stream stream = Watch(behind_first);
    EXPECT_EQ(stream.NextChange().change().SerializeAsString(), listed[1].SerializeAsString());
    const Message third = stream.NextChange();
    EXPECT_EQ(third.change().SerializeAsString(), listed[2].SerializeAsString());
    stream.End();
  }
  Unbar();
  EXPECT_EQ(Watch(cursor_).NextChange().change().after().verdict(), v1::VERDICT_CLEAR);
}

TEST_F(WatchApiTest, CursorsThatExpireSayWhatToDo) {
  kept_events_ = 2;
  Restart();
  const std::string old = cursor_;
  for (int i = 0; i < 3; ++i) {
    Bar();
    AwaitWeighed();
    Unbar();
    AwaitWeighed();
  }
  v1::ListVerdictChangesRequest request;
  request.set_cursor(old);
  EXPECT_EQ(Refusal(&Portfolios::ListVerdictChanges, request), "CURSOR_EXPIRED");
  Stream stream = Watch(old);
  const grpc::Status ended = stream.Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(ended.error_message(), HasSubstr("ListMembers"));
  request.clear_cursor();
  EXPECT_EQ(Ask(&Portfolios::ListVerdictChanges, request).changes_size(), 2);
  v1::GetPortfolioRequest get;
  get.set_name(kTextiles);
  std::string now = Ask(&Portfolios::GetPortfolio, get).status().cursor();
  EXPECT_THAT(Changes(&now, kTextiles), IsEmpty());
}

TEST_F(WatchApiTest, CursorsOfNobodyAreRefused) {
  v1::ListVerdictChangesRequest request;
  for (const std::string& cursor : {std::string("nonsense"), cursor_ + "A", cursor_.substr(1)}) {
    request.set_cursor(cursor);
    EXPECT_EQ(Refusal(&Portfolios::ListVerdictChanges, request), "INVALID_CURSOR");
    EXPECT_EQ(field_, "cursor");
  }
  token_ = "wrong";
  Stream stream = Watch();
  EXPECT_EQ(stream.Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(WatchApiTest, AnAuthorityHearsNothingOfAnother) {
  Bar();
  AwaitWeighed();
  token_ = kBob;
  v1::ListVerdictChangesRequest request;
  EXPECT_EQ(Ask(&Portfolios::ListVerdictChanges, request).changes_size(), 0);
  Stream bob = Watch();
  bob.Next();
  token_ = kAnn;
  Unbar();
  ASSERT_THAT(Changes(&cursor_), SizeIs(2));
  EXPECT_TRUE(bob.Next().has_checkpoint());
  EXPECT_TRUE(bob.Next().has_checkpoint());
  bob.End();
}

TEST_F(WatchApiTest, StreamsEndAtOnceWhenTheServerDrains) {
  Stream stream = Watch();
  stream.Next();
  const auto begin = std::chrono::steady_clock::now();
  std::thread drain([this] { server_->Drain(absl::Seconds(30)); });
  const grpc::Status status = stream.Finish();
  drain.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  ReadDetails(status.error_details());
  EXPECT_EQ(reason_, "WATCH_UNAVAILABLE");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20))
      << "it waited for the stream instead of ending it";
}

}  // namespace
}  // namespace probity::server
