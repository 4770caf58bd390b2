// Waivers through the public API: two persons, the law's own derogations, one procedure,
// one party; and what verdicts make of them.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/review_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A firm that a list bars, by a rule that knows a derogation of twelve months, and one
// that knows none.
class WaiverApiTest : public ReviewTest {
 protected:
  void SetUp() override {
    ReviewTest::SetUp();
    CreateDataset("reg");
    PutFirm("Invented Looms Ltd");
    Put("reg", Debarment("ban", "looms"));
    ActivateForBoth(R"(id: "test" version: "1" title: "Test" includes: "always-on"
      rules { id: "T-BAR" title: "Barred" legal_basis: "Test Act s. 1"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { all { conditions { in_force: true }
                     conditions { flag_type { types: FLAG_TYPE_DEBARMENT } } } }
        effect: RULE_EFFECT_BLOCK reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
        hearing_required: true
        derogations { id: "T-1A" legal_basis: "Test Act s. 1A" max_months: 12
                      to_confirm: "Who decides." } }
      rules { id: "T-ABSOLUTE" title: "Never" legal_basis: "Test Act s. 2"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { flag_type { types: FLAG_TYPE_LKSG_FINE } }
        effect: RULE_EFFECT_BLOCK reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING }
      rules { id: "T-CHOICE" title: "May" legal_basis: "Test Act s. 3"
        discretion: DISCRETION_DISCRETIONARY scope: RULE_SCOPE_FACT
        when { flag_type { types: FLAG_TYPE_MEDIA } }
        effect: RULE_EFFECT_REVIEW reason: REVIEW_REASON_DISCRETIONARY_GROUND })");
    today_ = FirstDay(Screen().decision().core().as_of());
  }

  void PutFirm(const std::string& name) { Put("reg", Firm("looms", name, "07654321")); }

  std::string Day(int from_today) const {
    return "{ " + DateOf(today_ + from_today).ShortDebugString() + " }";
  }
  // FACT-1 of the pack weighs the same fact; the verdict is that of the rules together.
  v1::ScreenSupplierResponse Screen(const std::string& procedure = "P-1",
                                    const std::string& ref = kFirm, const std::string& more = "") {
    return Ask(&Screening::ScreenSupplier,
               Parse<v1::ScreenSupplierRequest>(
                   "subject { ref { " + ref + " } } purchase { authority_country: 'GB' purpose: " +
                   "PURPOSE_AWARD procedure: '" + procedure + "' } " + more));
  }
  v1::Verdict VerdictFor(const std::string& procedure = "P-1") {
    return Screen(procedure).decision().core().verdict();
  }
  static const v1::RuleFinding* FindingOf(const v1::ScreenSupplierResponse& answer,
                                          const std::string& rule) {
    for (const v1::RuleFinding& one : answer.decision().core().findings()) {
      if (one.rule_id() == rule) return &one;
    }
    return nullptr;
  }

  // A waiver for the firm; `more` is merged over it.
  v1::CreateWaiverRequest Wanted(const std::string& more = "") const {
    auto request = Parse<v1::CreateWaiverRequest>(
        "waiver { subject { " + std::string(kFirm) +
        " } rule_id: 'T-BAR' derogation: 'T-1A' reason: 'the only maker' procedure: 'P-1' "
        "contract_end " +
        Day(100) + " last_day " + Day(30) + " }");
    request.MergeFrom(Parse<v1::CreateWaiverRequest>(more));
    return request;
  }
  v1::Waiver Request(const std::string& more = "") {
    return Ask(&Reviews::CreateWaiver, Wanted(more)).waiver();
  }
  static v1::ApproveWaiverRequest Approval(const std::string& name) {
    return Parse<v1::ApproveWaiverRequest>("name: '" + name + "' reason: 'weighed'");
  }
  // By somebody else than who asked.
  v1::Waiver Approve(const std::string& name, const char* token = kCat) {
    token_ = token;
    const auto waiver = Ask(&Reviews::ApproveWaiver, Approval(name)).waiver();
    token_ = kAnn;
    return waiver;
  }
  v1::Waiver Revoke(const std::string& name) {
    return Ask(&Reviews::RevokeWaiver,
               Parse<v1::RevokeWaiverRequest>("name: '" + name + "' reason: 'another maker'"))
        .waiver();
  }
  v1::Waiver Get(const std::string& name) {
    v1::GetWaiverRequest request;
    request.set_name(name);
    return Ask(&Reviews::GetWaiver, request).waiver();
  }
  std::vector<std::string> Names(const std::string& request = "") {
    std::vector<std::string> names;
    const auto list = Ask(&Reviews::ListWaivers, Parse<v1::ListWaiversRequest>(request));
    for (const v1::Waiver& one : list.waivers()) names.push_back(one.name());
    return names;
  }

  static constexpr char kFirm[] = "identifier { scheme: 'GB-COH' value: '07654321' }";
  DayNumber today_ = 0;
};

TEST_F(WaiverApiTest, TwoPersonsTakeABlockDownToReview) {
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
  const v1::Waiver asked = Request();
  EXPECT_EQ(asked.state(), v1::WAIVER_STATE_REQUESTED);
  EXPECT_EQ(asked.requested_by(), "ann");
  EXPECT_EQ(asked.legal_basis(), "Test Act s. 1A");
  EXPECT_EQ(asked.policy(), "policies/test/versions/1");
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
  const v1::Waiver approved = Approve(asked.name());
  EXPECT_EQ(approved.state(), v1::WAIVER_STATE_IN_FORCE);
  EXPECT_EQ(approved.approved_by(), "cat");
  const auto answer = Screen();
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW) << answer.DebugString();
  EXPECT_EQ(core.risk(), v1::RISK_STATE_BINDING_GROUND);
  EXPECT_LE(FirstDay(core.valid_until()), today_ + 30);
  ASSERT_NE(FindingOf(answer, "T-BAR"), nullptr);
  EXPECT_EQ(FindingOf(answer, "T-BAR")->waiver(), asked.name());
  ASSERT_EQ(answer.bundle().subjects(0).waivers_size(), 1);
  // Who and why stand beside the bundle, where they can be erased.
  const v1::Waiver& held = answer.bundle().subjects(0).waivers(0);
  EXPECT_EQ(held.rule_id(), "T-BAR");
  EXPECT_EQ(held.requested_by() + held.approved_by() + held.reason() + held.approval_reason() +
                held.subject_fingerprint(),
            "");
  // Another purchase from the same firm is blocked, and shows the waiver.
  const auto other = Screen("P-2");
  EXPECT_EQ(other.decision().core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(FindingOf(other, "T-BAR")->waiver(), "");
  EXPECT_EQ(other.bundle().subjects(0).waivers_size(), 1);
}

TEST_F(WaiverApiTest, WhoAskedDoesNotApprove) {
  const v1::Waiver asked = Request();
  v1::ApproveWaiverResponse refused;
  const grpc::Status status = Call(&Reviews::ApproveWaiver, Approval(asked.name()), &refused);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(reason_, "WAIVER_SELF_APPROVAL");
  EXPECT_THAT(status.error_message(), HasSubstr("asked for by ann"));
  EXPECT_EQ(Get(asked.name()).state(), v1::WAIVER_STATE_REQUESTED);
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
  token_ = kBob;
  EXPECT_EQ(Refusal(&Reviews::ApproveWaiver, Approval(asked.name())), "WAIVER_NOT_FOUND");
}

// Without tokens all callers are one.
TEST_F(WaiverApiTest, OnAServerThatKnowsNobodyNobodyApproves) {
  tokens_.clear();
  token_.clear();
  Restart();
  auto request = Wanted();
  request.set_policy("policies/test");
  const std::string name = Ask(&Reviews::CreateWaiver, request).waiver().name();
  EXPECT_EQ(Refusal(&Reviews::ApproveWaiver, Approval(name)), "WAIVER_SELF_APPROVAL");
}

TEST_F(WaiverApiTest, AMandatoryRuleNeedsOneOfItsDerogations) {
  struct Case {
    std::string more, message;
  };
  for (const Case& one : std::vector<Case>{
           {"waiver { derogation: 'T-9' }", "T-1A (Test Act s. 1A)"},
           {"waiver { rule_id: 'T-ABSOLUTE' }", "knows no derogation"},
           {"waiver { contract_end " + Day(2000) + " last_day " + Day(366) + " }", "at the latest"},
       }) {
    SCOPED_TRACE(one.more);
    v1::CreateWaiverResponse refused;
    const grpc::Status status = Call(&Reviews::CreateWaiver, Wanted(one.more), &refused);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(reason_, "WAIVER_NOT_LAWFUL");
    EXPECT_THAT(status.error_message(), HasSubstr(one.message));
  }
  auto silent = Wanted();
  silent.mutable_waiver()->clear_derogation();
  EXPECT_EQ(Refusal(&Reviews::CreateWaiver, silent), "WAIVER_NOT_LAWFUL");
  // The last day that twelve months allow, and the day after it.
  const DayNumber end = AddMonths(today_, 12) - 1;
  const auto until = [&](DayNumber day) {
    return "waiver { contract_end " + Day(2000) + " last_day " + Day(day - today_) + " }";
  };
  EXPECT_EQ(Refusal(&Reviews::CreateWaiver, Wanted(until(end + 1))), "WAIVER_NOT_LAWFUL");
  EXPECT_EQ(Request(until(end)).state(), v1::WAIVER_STATE_REQUESTED);
  // What the law leaves to the buyer needs none.
  auto choice = Wanted("waiver { rule_id: 'T-CHOICE' }");
  choice.mutable_waiver()->clear_derogation();
  EXPECT_EQ(Ask(&Reviews::CreateWaiver, choice).waiver().state(), v1::WAIVER_STATE_REQUESTED);
}

TEST_F(WaiverApiTest, ARevokedOneIsGoneFromTheNextDecision) {
  const std::string name = Request().name();
  Approve(name);
  EXPECT_EQ(VerdictFor(), v1::VERDICT_REVIEW);
  const v1::Waiver revoked = Revoke(name);
  EXPECT_EQ(revoked.state(), v1::WAIVER_STATE_REVOKED);
  EXPECT_EQ(revoked.revoked_by(), "ann");
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
  EXPECT_EQ(Revoke(name).revocation(), revoked.revocation());
  token_ = kCat;
  EXPECT_EQ(Refusal(&Reviews::ApproveWaiver, Approval(name)), "WAIVER_STATE");
  // Rows about it are of the record, and no waivers of their own.
  EXPECT_EQ(Get(revoked.revocation()).revokes(), name);
  EXPECT_EQ(Get(Get(name).approval()).approves(), name);
  EXPECT_EQ(Refusal(&Reviews::ApproveWaiver, Approval(revoked.revocation())), "WAIVER_NOT_FOUND");
}

TEST_F(WaiverApiTest, ApprovedTwiceIsRefused) {
  const std::string name = Request().name();
  Approve(name);
  token_ = kCat;
  EXPECT_EQ(Refusal(&Reviews::ApproveWaiver, Approval(name)), "WAIVER_STATE");
}

TEST_F(WaiverApiTest, AnotherIdentityOpensItAgain) {
  const std::string name = Request().name();
  Approve(name);
  // Of an identifier only the identifier itself identifies; of a supplier its records.
  v1::LookupSuppliersResponse found;
  ASSERT_TRUE(Lookup("GB-COH", "07654321", &found).ok());
  auto request = Wanted();
  request.mutable_waiver()->mutable_subject()->set_supplier(found.results(0).suppliers(0).name());
  const std::string bound = Ask(&Reviews::CreateWaiver, request).waiver().name();
  Approve(bound);
  PutFirm("Invented Looms Holdings Ltd");
  EXPECT_EQ(Get(bound).state(), v1::WAIVER_STATE_REOPENED);
  EXPECT_EQ(Get(name).state(), v1::WAIVER_STATE_IN_FORCE);
  Revoke(name);
  const auto answer = Screen();
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(answer.bundle().subjects(0).waivers(), IsEmpty());
  PutFirm("Invented Looms Ltd");
  EXPECT_EQ(VerdictFor(), v1::VERDICT_REVIEW);
}

TEST_F(WaiverApiTest, AVendorNumberIsWaivedByItself) {
  Ask(&v1::VendorService::Stub::BatchUpsertVendors,
      Parse<v1::BatchUpsertVendorsRequest>(
          "vendors { number { system: 'SAP' number: '7' } display_name: 'Invented Looms Ltd' " +
          std::string(kFirm) + " }"));
  const std::string number = "vendor { system: 'SAP' number: '7' }";
  EXPECT_EQ(Screen("P-1", number).decision().core().verdict(), v1::VERDICT_BLOCK);
  auto request = Wanted();
  *request.mutable_waiver()->mutable_subject() = Parse<v1::JudgedSubject>(number);
  Approve(Ask(&Reviews::CreateWaiver, request).waiver().name());
  EXPECT_EQ(Screen("P-1", number).decision().core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
}

TEST_F(WaiverApiTest, ADecisionSeesTheWaiversOfItsRevision) {
  const auto before = Screen();
  const std::string name = Request().name();
  Approve(name);
  const auto after = Screen();
  Revoke(name);
  for (const auto* one : {&before, &after}) {
    for (const auto mode : {v1::REPLAY_MODE_REEVALUATE, v1::REPLAY_MODE_REDERIVE}) {
      v1::ReplayDecisionRequest replay;
      replay.set_name(one->decision().name());
      replay.set_mode(mode);
      const auto derived = Ask(&Screening::ReplayDecision, replay);
      EXPECT_TRUE(derived.equal()) << derived.DebugString();
      EXPECT_EQ(derived.core().verdict(), one->decision().core().verdict());
    }
  }
  // For a day before its approval it does not hold.
  EXPECT_EQ(Screen("P-1", kFirm, "as_of " + Day(-1)).decision().core().verdict(),
            v1::VERDICT_BLOCK);
}

TEST_F(WaiverApiTest, OfficersReadWhoWaivedAndWhy) {
  Approve(Request().name());
  const auto answer = Screen();
  const auto print = [&](v1::Audience audience) {
    v1::PrintDecisionRequest request;
    request.set_name(answer.decision().name());
    request.set_audience(audience);
    request.set_language("en");
    return Ask(&Screening::PrintDecision, request).text();
  };
  const std::string officer = print(v1::AUDIENCE_OFFICER);
  for (const char* text : {"Rule T-BAR is waived from", "Asked for by ann, approved by cat",
                           "the only maker", "weighed", "Test Act s. 1A", "Who decides."}) {
    EXPECT_THAT(officer, HasSubstr(text));
  }
  const std::string supplier = print(v1::AUDIENCE_SUPPLIER);
  EXPECT_THAT(supplier, HasSubstr("Rule T-BAR is waived from"));
  EXPECT_THAT(supplier, Not(HasSubstr("Asked for by")));
  EXPECT_THAT(supplier, Not(HasSubstr("the only maker")));
}

TEST_F(WaiverApiTest, OfAnotherAuthorityTheyAreNotThere) {
  const std::string name = Request().name();
  Approve(name);
  token_ = kBob;
  EXPECT_EQ(VerdictFor(), v1::VERDICT_BLOCK);
  EXPECT_THAT(Names(), IsEmpty());
  v1::GetWaiverRequest get;
  get.set_name(name);
  EXPECT_EQ(Refusal(&Reviews::GetWaiver, get), "WAIVER_NOT_FOUND");
}

TEST_F(WaiverApiTest, ListsBySubjectRuleStateAndPage) {
  const std::string first = Request().name();
  const std::string second = Request("waiver { procedure: 'P-2' }").name();
  Approve(first);
  EXPECT_THAT(Names(), ElementsAre(first, second));
  EXPECT_THAT(Names("state: WAIVER_STATE_REQUESTED"), ElementsAre(second));
  EXPECT_THAT(Names("rule_id: 'T-CHOICE'"), IsEmpty());
  EXPECT_THAT(Names("subject { " + std::string(kFirm) + " }"), ElementsAre(first, second));
  EXPECT_THAT(Names("subject { identifier { scheme: 'GB-COH' value: '01234567' } }"), IsEmpty());
  const auto page = Ask(&Reviews::ListWaivers, Parse<v1::ListWaiversRequest>("page_size: 1"));
  EXPECT_EQ(page.waivers_size(), 1);
  EXPECT_THAT(Names("page_size: 1 page_token: '" + page.next_page_token() + "'"),
              ElementsAre(second));
}

TEST_F(WaiverApiTest, ARepeatedRequestIsAnsweredAsBefore) {
  const std::string id = "request_id: '11111111-2222-3333-4444-555555555555'";
  EXPECT_EQ(Request(id).name(), Request(id).name());
  EXPECT_EQ(Names().size(), 1u);
}

TEST_F(WaiverApiTest, WhatIsWrongIsNamed) {
  struct Case {
    std::string more, field;
  };
  for (const Case& one : std::vector<Case>{
           {"waiver { rule_id: 'T-NONE' }", "waiver.rule_id"},
           {"waiver { subject { query { name: 'Looms' } } }", "waiver.subject"},
           {"waiver { last_day " + Day(101) + " }", "waiver.last_day"},
           {"waiver { last_day " + Day(-1) + " }", "waiver.last_day"},
           {"waiver { procedure: '" + std::string(257, 'p') + "' }", "waiver.procedure"},
           {"waiver { reason: '" + std::string(1001, 'r') + "' }", "waiver.reason"}}) {
    SCOPED_TRACE(one.more);
    v1::CreateWaiverResponse refused;
    const grpc::Status status = Call(&Reviews::CreateWaiver, Wanted(one.more), &refused);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(field_, one.field);
  }
  using Clear = void (v1::Waiver::*)();
  for (const auto& [clear, field] : std::vector<std::pair<Clear, std::string>>{
           {&v1::Waiver::clear_reason, "waiver.reason"},
           {&v1::Waiver::clear_procedure, "waiver.procedure"},
           {&v1::Waiver::clear_last_day, "waiver.last_day"},
           {&v1::Waiver::clear_contract_end, "waiver.contract_end"},
           {&v1::Waiver::clear_subject, "waiver.subject"}}) {
    auto request = Wanted();
    (request.mutable_waiver()->*clear)();
    EXPECT_EQ(Refusal(&Reviews::CreateWaiver, request), "INVALID_FIELD");
    EXPECT_EQ(field_, field);
  }
  EXPECT_EQ(Refusal(&Reviews::CreateWaiver, Wanted("policy: 'policies/none'")), "POLICY_NOT_FOUND");
  // The last day may be today, and the contract's.
  Request("waiver { contract_end " + Day(0) + " last_day " + Day(0) + " }");
  EXPECT_EQ(Names().size(), 1u);
}

}  // namespace
}  // namespace probity::server
