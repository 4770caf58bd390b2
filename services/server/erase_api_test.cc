// ErasePersonalTexts: what is gone, what stands, what replays and documents say.
#include <functional>
#include <string>
#include <vector>

#include "base/testing.h"
#include "evidence/receipt.h"
#include "gmock/gmock.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSummary[] = "Zebulon Quill had passports locked away";
constexpr char kReply[] = "Zebulon Quill has left the firm";
constexpr char kReason[] = "GDPR art. 17";

class EraseApiTest : public ScreeningTest {
 protected:
  void SetUp() override {
    ScreeningTest::SetUp();
    Put("list",
        "key: 'told' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'01234567' } } } type: FLAG_TYPE_NGO_ALLEGATION stage: FLAG_STAGE_CREDIBLE_REPORT "
        "summary: '" +
            std::string(kSummary) + "' reply { text: '" + kReply + "' } listing_intervals { from " +
            D("2025-01-01") + " } }");
    // Named, and with the number of the firm on record.
    name_ = Screen(
                "subject { ref { identifier { scheme: 'GB-COH' value: '01234567' } } name: "
                "'Brackish Kilns' address: '1 Invented Lane' } ")
                .decision()
                .name();
  }

  v1::ErasePersonalTextsRequest Order(const std::string& text) {
    auto request = Parse<v1::ErasePersonalTextsRequest>(text);
    request.set_name(name_);
    request.set_reason(kReason);
    return request;
  }
  v1::ErasePersonalTextsResponse Erase(const std::string& text) {
    return Ask(&Screening::ErasePersonalTexts, Order(text));
  }
  v1::GetDecisionResponse Get() {
    v1::GetDecisionRequest get;
    get.set_name(name_);
    return Ask(&Screening::GetDecision, get);
  }
  v1::Receipt Receipt() {
    v1::GetReceiptRequest get;
    get.set_name(name_);
    return Ask(&Screening::GetReceipt, get).receipt();
  }
  std::string Print(v1::Audience audience) {
    v1::PrintDecisionRequest print;
    print.set_name(name_);
    print.set_audience(audience);
    return Ask(&Screening::PrintDecision, print).text();
  }
  // All bytes of all files of the log.
  std::string LogBytes() const { return TextOfFilesBelow(directory_ + "/data/evidence"); }
  // The digest of a text of the decision.
  std::string DigestOf(const std::string& wanted) {
    const v1::GetDecisionResponse decision = Get();
    for (const v1::PersonalText& text : decision.personal()) {
      if (text.text() == wanted) return text.digest();
    }
    ADD_FAILURE() << "no text " << wanted;
    return "";
  }

  std::string name_;
};

TEST_F(EraseApiTest, TextsAreGoneAndDecisionReceiptAndLogStand) {
  const v1::GetDecisionResponse before = Get();
  EXPECT_THAT(before.bundle().DebugString(), Not(HasSubstr("Zebulon")));
  const std::string printed = Print(v1::AUDIENCE_OFFICER);
  EXPECT_THAT(printed, AllOf(HasSubstr("Brackish Kilns"), HasSubstr(kReply)));
  const v1::Receipt receipt = Receipt();
  const auto erased = Erase("paths: 'subject'");
  EXPECT_EQ(erased.erased(), before.personal_size());
  EXPECT_EQ(erased.left(), 0);
  for (int round = 0; round < 2; ++round) {
    v1::GetDecisionResponse after = Get();
    ASSERT_EQ(after.personal_size(), before.personal_size());
    for (const v1::PersonalText& text : after.personal()) {
      EXPECT_EQ(text.text() + text.salt(), "");
      EXPECT_TRUE(text.has_erase_time());
      EXPECT_EQ(text.erased_by(), "local");
      EXPECT_EQ(text.erase_reason(), kReason);
    }
    EXPECT_EQ(after.bundle().SerializeAsString(), before.bundle().SerializeAsString());
    EXPECT_EQ(after.decision().SerializeAsString(), before.decision().SerializeAsString());
    EXPECT_EQ(Receipt().SerializeAsString(), receipt.SerializeAsString());
    const auto keys = Ask(&Screening::ListLogKeys, v1::ListLogKeysRequest());
    const auto verified = evidence::VerifyReceipt(Receipt(), {{keys.keys(0).public_key()}, {}});
    EXPECT_EQ(verified.fault(), v1::EVIDENCE_FAULT_NONE) << verified.explanation();
    for (const char* gone : {"Brackish", "Invented Lane", "Zebulon"}) {
      EXPECT_THAT(LogBytes(), Not(HasSubstr(gone)));
      EXPECT_THAT(Print(v1::AUDIENCE_AUDITOR), Not(HasSubstr(gone)));
    }
    Restart();
  }
  EXPECT_THAT(Print(v1::AUDIENCE_OFFICER), AllOf(HasSubstr("[erased]"), Not(HasSubstr(kReason))));
  EXPECT_THAT(Print(v1::AUDIENCE_AUDITOR),
              AllOf(HasSubstr("[erased]"), HasSubstr("by local"), HasSubstr(kReason)));
}

TEST_F(EraseApiTest, ReplaysSayThatTextsAreErased) {
  EXPECT_EQ(Replay(name_, v1::REPLAY_MODE_REDERIVE).erased_texts(), 0);
  EXPECT_TRUE(Replay(name_, v1::REPLAY_MODE_REDERIVE).equal());
  auto order = Order("");
  order.add_digests(DigestOf(kReply));
  EXPECT_EQ(Ask(&Screening::ErasePersonalTexts, order).erased(), 1);
  for (const v1::ReplayMode mode : {v1::REPLAY_MODE_REEVALUATE, v1::REPLAY_MODE_REDERIVE}) {
    const auto replayed = Replay(name_, mode);
    EXPECT_TRUE(replayed.equal()) << replayed.DebugString();
    EXPECT_EQ(replayed.erased_texts(), 1);
  }
  EXPECT_TRUE(Replay(name_, v1::REPLAY_MODE_TODAY).equal()) << "nothing was asked with a reply";
  Erase("paths: 'subject'");
  EXPECT_TRUE(Replay(name_, v1::REPLAY_MODE_REDERIVE).equal());
  v1::ReplayDecisionRequest today;
  today.set_name(name_);
  today.set_mode(v1::REPLAY_MODE_TODAY);
  EXPECT_EQ(Refusal(&Screening::ReplayDecision, today), "REPLAY_ENGINE_UNAVAILABLE");
}

TEST_F(EraseApiTest, APathMeansWhatStandsThereAndBelow) {
  const int all = Get().personal_size();
  EXPECT_EQ(Erase("paths: 'subjects[0].facts[1]'").erased(), 2) << "summary and reply";
  EXPECT_EQ(Erase("paths: 'subjects[0].personal[1]'").erased(), 1);
  const auto again = Erase("paths: 'subjects[0].personal'");
  EXPECT_EQ(again.left(), all - 2 - 3) << "name, address and name on record";
}

TEST_F(EraseApiTest, DoneAgainItChangesNothing) {
  auto order = Order("");
  order.add_digests(DigestOf(kSummary));
  order.add_digests(order.digests(0));
  EXPECT_EQ(Ask(&Screening::ErasePersonalTexts, order).erased(), 1);
  const v1::GetDecisionResponse first = Get();
  order.set_reason("another reason");
  EXPECT_EQ(Ask(&Screening::ErasePersonalTexts, order).erased(), 0);
  EXPECT_EQ(Get().SerializeAsString(), first.SerializeAsString());
}

TEST_F(EraseApiTest, WrongOrdersAreRefusedAndEraseNothing) {
  const std::string digest = DigestOf(kSummary);
  struct Case {
    std::function<void(v1::ErasePersonalTextsRequest*)> change;
    std::string reason, field;
  };
  const std::vector<Case> cases = {
      {[](auto* order) { order->clear_digests(); }, "INVALID_FIELD", "digests and paths"},
      {[](auto* order) { order->set_reason(" \n"); }, "INVALID_FIELD", "reason"},
      {[](auto* order) { order->set_reason(std::string(1001, 'x')); }, "LIMIT_EXCEEDED", "reason"},
      {[](auto* order) { order->add_digests(std::string(32, 'x')); }, "INVALID_FIELD",
       "digests[1]"},
      {[](auto* order) { order->add_paths("parties[0].subject"); }, "INVALID_FIELD", "paths[0]"},
      {[](auto* order) { order->add_paths("subjects[0].personal[11]"); }, "INVALID_FIELD",
       "paths[0]"},
      {[](auto* order) { order->add_paths(""); }, "INVALID_FIELD", "paths[0]"},
      {[](auto* order) {
         for (int i = 0; i < 1000; ++i) order->add_paths("subject");
       },
       "LIMIT_EXCEEDED", "digests and paths"},
      {[](auto* order) { order->set_name("decisions/none"); }, "DECISION_NOT_FOUND", ""},
  };
  for (const Case& one : cases) {
    auto order = Order("");
    order.add_digests(digest);
    one.change(&order);
    SCOPED_TRACE(one.reason + " " + one.field);
    EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, order), one.reason);
    EXPECT_EQ(field_, one.field);
  }
  const v1::GetDecisionResponse after = Get();
  for (const v1::PersonalText& text : after.personal()) EXPECT_FALSE(text.has_erase_time());
}

TEST_F(EraseApiTest, OnlyTheDecisionsOwnAuthorityErases) {
  UseTokens();
  v1::ActivatePolicyRequest activate;
  activate.set_name("policies/test");
  activate.set_label(v1::POLICY_LABEL_STABLE);
  Ask(&Policies::ActivatePolicy, activate);
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, Order("paths: 'subject'")),
            "DECISION_NOT_FOUND");
  name_ = Screen(Numbered("01234567")).decision().name();
  token_ = kBob;
  EXPECT_EQ(Refusal(&Screening::ErasePersonalTexts, Order("paths: 'subject'")),
            "DECISION_NOT_FOUND");
  token_ = kAnn;
  EXPECT_GT(Erase("paths: 'subject'").erased(), 0);
  EXPECT_EQ(Get().personal(0).erased_by(), "ann");
}

}  // namespace
}  // namespace probity::server
