// Suppliers' replies and self-cleaning dossiers through the public API: shown beside
// their flag, weighed by people, and without effect by themselves.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/review_testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A firm that was convicted, by a rule that knows self-cleaning, and a ban on goods.
class ReplyApiTest : public ReviewTest {
 protected:
  void SetUp() override {
    ReviewTest::SetUp();
    CreateDataset("reg");
    Put("reg", Firm("looms", "Invented Looms Ltd", "07654321"));
    Put("reg", Debarment("verdict", "looms", "legal_measure: 'records/measure'"));
    Put("reg",
        "key: 'measure' legal_measure { subject { party { source_record: 'records/looms' } } "
        "regime: 'X' effect: MEASURE_EFFECT_INFO_ONLY in_force { from " +
            D("2025-01-01") + " } }");
    Put("reg",
        "key: 'goods' risk_flag { subject { commodity_origin { origin: 'TM' } } type: "
        "FLAG_TYPE_IMPORT_BAN_WRO }");
    ActivateForBoth(R"(id: "test" version: "1" title: "Test"
      rules { id: "T-BAR" title: "Barred" legal_basis: "Test Act s. 1"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { all { conditions { in_force: true }
                     conditions { flag_type { types: FLAG_TYPE_DEBARMENT } } } }
        effect: RULE_EFFECT_BLOCK reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
        self_cleaning: true })");
    today_ = FirstDay(Screen().decision().core().as_of());
  }

  std::string Day(int from_today) const {
    return "{ " + DateOf(today_ + from_today).ShortDebugString() + " }";
  }
  v1::ScreenSupplierResponse Screen() {
    return Ask(&Screening::ScreenSupplier,
               Parse<v1::ScreenSupplierRequest>(
                   "subject { ref { identifier { scheme: 'GB-COH' value: '07654321' } } } purchase "
                   "{ authority_country: 'GB' purpose: PURPOSE_AWARD }"));
  }
  v1::Verdict Verdict() { return Screen().decision().core().verdict(); }
  static std::vector<v1::NextAction> StepsOf(const v1::ScreenSupplierResponse& answer) {
    std::vector<v1::NextAction> steps;
    for (const v1::NextStep& one : answer.decision().core().next_steps()) {
      steps.push_back(one.action());
    }
    return steps;
  }

  static std::string Says(const std::string& kind, const std::string& more = "",
                          const std::string& about = kVerdict) {
    return "reply { about: '" + about + "' kind: REPLY_KIND_" + kind +
           " text: 'the fees were repaid' " + more + " }";
  }
  static std::string Dossier(const std::string& about = kVerdict) {
    return "reply { about: '" + about +
           "' kind: REPLY_KIND_SELF_CLEANING evidence: 'https://example.org/dossier' elements: "
           "SELF_CLEANING_ELEMENT_COMPENSATION_PAID_OR_UNDERTAKEN }";
  }
  v1::Reply Submit(const std::string& request) {
    return Ask(&Reviews::SubmitReply, Parse<v1::SubmitReplyRequest>(request)).reply();
  }
  std::string RefusalOf(const std::string& request) {
    return Refusal(&Reviews::SubmitReply, Parse<v1::SubmitReplyRequest>(request));
  }
  static v1::AssessSelfCleaningRequest Assessment(const std::string& name,
                                                  const std::string& outcome) {
    return Parse<v1::AssessSelfCleaningRequest>(
        "name: '" + name + "' outcome: SELF_CLEANING_OUTCOME_" + outcome + " reasons: 'looked at'");
  }
  // By somebody else than who recorded it.
  v1::Reply Assess(const std::string& name, const std::string& outcome) {
    token_ = kCat;
    const auto reply = Ask(&Reviews::AssessSelfCleaning, Assessment(name, outcome)).reply();
    token_ = kAnn;
    return reply;
  }
  v1::Reply Withdraw(const std::string& name) {
    return Ask(&Reviews::WithdrawReply,
               Parse<v1::WithdrawReplyRequest>("name: '" + name + "' reason: 'of another flag'"))
        .reply();
  }
  v1::ListedRiskFlag Flag(const std::string& more = "") {
    return Ask(&v1::RiskService::Stub::GetRiskFlag,
               Parse<v1::GetRiskFlagRequest>("name: '" + std::string(kVerdict) + "' " + more))
        .flag();
  }
  std::vector<std::string> Names(const std::string& request = "") {
    std::vector<std::string> names;
    const auto list = Ask(&Reviews::ListReplies, Parse<v1::ListRepliesRequest>(request));
    for (const v1::Reply& one : list.replies()) names.push_back(one.name());
    return names;
  }

  static constexpr char kVerdict[] = "datasets/reg/records/verdict";
  DayNumber today_ = 0;
};

TEST_F(ReplyApiTest, AReplyStandsBesideItsFlagAndTakesNothingAway) {
  const v1::DecisionCore before = Screen().decision().core();
  EXPECT_EQ(before.verdict(), v1::VERDICT_BLOCK);
  const v1::Reply made = Submit(Says("STATEMENT", "received_on " + Day(-3)));
  EXPECT_EQ(made.recorded_by(), "ann");
  EXPECT_EQ(made.state(), v1::REPLY_STATE_RECORDED);
  Submit(Says("CORRECTION_REQUEST"));
  ASSERT_EQ(Flag().replies_size(), 2);
  EXPECT_EQ(Flag().replies(0).text(), "the fees were repaid");
  EXPECT_EQ(Flag().replies(0).recorded_by(), "ann");
  const auto answer = Screen();
  const v1::DecisionCore& after = answer.decision().core();
  EXPECT_EQ(after.verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(after.risk(), before.risk());
  ASSERT_EQ(after.findings_size(), 1);
  EXPECT_EQ(FirstDay(after.findings(0).replied_on()), today_);
  EXPECT_THAT(StepsOf(answer), Contains(v1::NEXT_ACTION_WEIGH_REPLY));
  EXPECT_THAT(StepsOf(answer), Contains(v1::NEXT_ACTION_ASK_CORRECTION));
  // What it says, and who recorded it, stands beside the bundle.
  const v1::ListedRiskFlag& held = answer.bundle().subjects(0).facts(0).flag();
  ASSERT_EQ(held.replies_size(), 2);
  EXPECT_EQ(held.replies(0).text() + held.replies(0).recorded_by(), "");
  v1::ReplayDecisionRequest replay;
  replay.set_name(answer.decision().name());
  replay.set_mode(v1::REPLAY_MODE_REDERIVE);
  EXPECT_TRUE(Ask(&Screening::ReplayDecision, replay).equal());
}

TEST_F(ReplyApiTest, AReplyToTheMeasureStandsBesideTheFlagThatShowsIt) {
  Submit("reply { about: 'datasets/reg/records/measure' kind: REPLY_KIND_STATEMENT text: 'no' }");
  EXPECT_EQ(Flag().replies_size(), 1);
}

TEST_F(ReplyApiTest, OnADayBeforeItCameItIsNotThere) {
  Submit(Says("STATEMENT", "received_on " + Day(-3)));
  EXPECT_EQ(Flag("as_of " + Day(-3)).replies_size(), 1);
  EXPECT_EQ(Flag("as_of " + Day(-4)).replies_size(), 0);
}

TEST_F(ReplyApiTest, OfAnotherAuthorityItIsNotThere) {
  const std::string name = Submit(Says("STATEMENT")).name();
  token_ = kBob;
  EXPECT_EQ(Flag().replies_size(), 0);
  EXPECT_THAT(Names(), IsEmpty());
  v1::GetReplyRequest get;
  get.set_name(name);
  EXPECT_EQ(Refusal(&Reviews::GetReply, get), "REPLY_NOT_FOUND");
}

TEST_F(ReplyApiTest, AWithdrawnOneIsShownNoMore) {
  const std::string name = Submit(Says("STATEMENT")).name();
  const v1::Reply withdrawn = Withdraw(name);
  EXPECT_EQ(withdrawn.state(), v1::REPLY_STATE_WITHDRAWN);
  EXPECT_EQ(Withdraw(name).withdrawn_by(), withdrawn.withdrawn_by());
  EXPECT_EQ(Flag().replies_size(), 0);
  EXPECT_THAT(Names("state: REPLY_STATE_WITHDRAWN"), ElementsAre(name));
  v1::GetReplyRequest get;
  get.set_name(withdrawn.withdrawn_by());
  EXPECT_EQ(Ask(&Reviews::GetReply, get).reply().withdraws(), name);
}

TEST_F(ReplyApiTest, ADossierCountsOnceSomebodyElseHasAcceptedIt) {
  const std::string name = Submit(Dossier()).name();
  auto answer = Screen();
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(answer.decision().core().findings(0).self_cleaning(), v1::SELF_CLEANING_STATE_PENDING);
  EXPECT_THAT(StepsOf(answer), Contains(v1::NEXT_ACTION_ASSESS_SELF_CLEANING));
  v1::AssessSelfCleaningResponse refused;
  const grpc::Status status =
      Call(&Reviews::AssessSelfCleaning, Assessment(name, "ACCEPTED"), &refused);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(reason_, "SELF_ASSESSMENT");
  EXPECT_THAT(status.error_message(), HasSubstr("recorded by ann"));
  EXPECT_EQ(Verdict(), v1::VERDICT_BLOCK);
  const v1::Reply assessed = Assess(name, "INSUFFICIENT");
  EXPECT_EQ(assessed.assessed_by(), "cat");
  EXPECT_EQ(FirstDay(assessed.assessed_on()), today_);
  EXPECT_EQ(Screen().decision().core().findings(0).self_cleaning(),
            v1::SELF_CLEANING_STATE_INSUFFICIENT);
  Assess(name, "ACCEPTED");
  answer = Screen();
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_CLEAR) << answer.DebugString();
  EXPECT_EQ(answer.decision().core().findings(0).self_cleaning(), v1::SELF_CLEANING_STATE_ACCEPTED);
  ASSERT_EQ(answer.bundle().subjects(0).facts(0).self_cleaning_size(), 1);
  // For who accepted it alone.
  token_ = kBob;
  EXPECT_EQ(Verdict(), v1::VERDICT_BLOCK);
  token_ = kAnn;
  Assess(name, "NOT_AVAILABLE");
  EXPECT_EQ(Verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(Names("kind: REPLY_KIND_SELF_CLEANING state: REPLY_STATE_ASSESSED"),
              ElementsAre(name));
}

TEST_F(ReplyApiTest, WhatIsNoDossierIsNotAssessed) {
  const std::string statement = Submit(Says("STATEMENT")).name();
  const std::string withdrawn = Submit(Dossier()).name();
  Withdraw(withdrawn);
  EXPECT_EQ(Verdict(), v1::VERDICT_BLOCK);
  token_ = kCat;
  for (const std::string& name : {statement, withdrawn}) {
    EXPECT_EQ(Refusal(&Reviews::AssessSelfCleaning, Assessment(name, "ACCEPTED")), "REPLY_STATE");
  }
  auto request = Assessment(statement, "ACCEPTED");
  request.clear_outcome();
  EXPECT_EQ(Refusal(&Reviews::AssessSelfCleaning, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "outcome");
  request = Assessment(statement, "ACCEPTED");
  request.clear_reasons();
  EXPECT_EQ(Refusal(&Reviews::AssessSelfCleaning, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "reasons");
}

TEST_F(ReplyApiTest, ListsByFlagKindAndPage) {
  const std::string first = Submit(Says("STATEMENT")).name();
  const std::string second = Submit(Dossier("datasets/reg/records/measure")).name();
  EXPECT_THAT(Names(), ElementsAre(first, second));
  EXPECT_THAT(Names("about: '" + std::string(kVerdict) + "'"), ElementsAre(first));
  EXPECT_THAT(Names("kind: REPLY_KIND_SELF_CLEANING"), ElementsAre(second));
  EXPECT_THAT(Names("about: 'nonsense'"), IsEmpty());
  const auto page = Ask(&Reviews::ListReplies, Parse<v1::ListRepliesRequest>("page_size: 1"));
  EXPECT_THAT(Names("page_size: 1 page_token: '" + page.next_page_token() + "'"),
              ElementsAre(second));
}

TEST_F(ReplyApiTest, DocumentsSayThatTheSupplierReplied) {
  Submit(Says("STATEMENT"));
  const auto answer = Screen();
  v1::PrintDecisionRequest print;
  print.set_name(answer.decision().name());
  print.set_language("en");
  const std::string text = Ask(&Screening::PrintDecision, print).text();
  EXPECT_THAT(text, HasSubstr("The supplier replied on"));
  EXPECT_THAT(text, HasSubstr("statement: the fees were repaid"));
}

TEST_F(ReplyApiTest, WhatIsWrongIsNamed) {
  struct Case {
    std::string request, reason, field;
  };
  const std::string about = "about: '" + std::string(kVerdict) + "' ";
  for (const Case& one : std::vector<Case>{
           {"", "INVALID_FIELD", "reply.kind"},
           {"reply { kind: REPLY_KIND_STATEMENT }", "INVALID_FIELD", "reply.text"},
           {Says("STATEMENT", "received_on " + Day(1)), "INVALID_FIELD", "reply.received_on"},
           {Says("STATEMENT", "received_on { year: 2024 }"), "INVALID_FIELD", "reply.received_on"},
           {Says("STATEMENT", "evidence: ''"), "INVALID_FIELD", "reply.evidence[0]"},
           {Says("STATEMENT", "elements: SELF_CLEANING_ELEMENT_PERSONNEL_MEASURES"),
            "INVALID_FIELD", "reply.elements"},
           {Says("STATEMENT", "", "verdict"), "INVALID_FIELD", "reply.about"},
           {Says("STATEMENT", "", "datasets/reg/records/none"), "RISK_FLAG_NOT_FOUND", ""},
           {Says("STATEMENT", "", "datasets/reg/records/looms"), "RISK_FLAG_NOT_FOUND", ""},
           {"reply { " + about + "kind: REPLY_KIND_SELF_CLEANING }", "INVALID_FIELD",
            "reply.evidence"},
           {"reply { " + about + "kind: REPLY_KIND_SELF_CLEANING evidence: 'e' }", "INVALID_FIELD",
            "reply.elements"},
           {"reply { " + about +
                "kind: REPLY_KIND_SELF_CLEANING evidence: 'e' elements: "
                "SELF_CLEANING_ELEMENT_UNSPECIFIED }",
            "INVALID_FIELD", "reply.elements[0]"},
           {Dossier("datasets/reg/records/goods"), "INVALID_FIELD", "reply.about"},
           {"reply { " + about + "kind: REPLY_KIND_STATEMENT text: '" + std::string(10001, 't') +
                "' }",
            "LIMIT_EXCEEDED", "reply.text"}}) {
    SCOPED_TRACE(one.request.substr(0, 200));
    EXPECT_EQ(RefusalOf(one.request), one.reason);
    if (!one.field.empty()) {
      EXPECT_EQ(field_, one.field);
    }
  }
  Submit("reply { " + about + "kind: REPLY_KIND_STATEMENT text: '" + std::string(10000, 't') +
         "' }");
  EXPECT_EQ(Names().size(), 1u);
}

}  // namespace
}  // namespace probity::server
