// ScreeningService and PolicyService through the public API.
#include <string>
#include <vector>

#include "base/utf8.h"
#include "evidence/receipt.h"
#include "gmock/gmock.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ScreeningApiTest : public ScreeningTest {};

TEST_F(ScreeningApiTest, ARegisteredSupplierOnNoListIsClear) {
  const auto answer = Screen(Numbered("04830352"));
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.verdict(), v1::VERDICT_CLEAR) << core.DebugString();
  EXPECT_EQ(core.identity(), v1::IDENTITY_STATE_CONFIRMED);
  EXPECT_EQ(core.evidence(), v1::EVIDENCE_STATE_COMPLETE);
  EXPECT_EQ(core.risk(), v1::RISK_STATE_NONE_FOUND);
  EXPECT_TRUE(core.has_valid_until());
  EXPECT_THAT(answer.decision().name(), HasSubstr("decisions/"));
  ASSERT_EQ(answer.bundle().sources_size(), 1);
  EXPECT_EQ(answer.bundle().sources(0).dataset(), "datasets/list");
  EXPECT_EQ(answer.stamp().policy_version(), "policies/test/versions/1");
}

TEST_F(ScreeningApiTest, ABarredSupplierIsBlockedByItsNumber) {
  const auto answer = Screen(Numbered("1234567"));
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.verdict(), v1::VERDICT_BLOCK) << core.DebugString();
  EXPECT_EQ(core.risk(), v1::RISK_STATE_BINDING_GROUND);
  ASSERT_THAT(RulesOf(core), Contains("T-BAR"));
  const v1::RuleFinding& finding = core.findings(0);
  EXPECT_EQ(finding.rule_id(), "T-BAR");
  EXPECT_EQ(finding.legal_basis(), "Test Act s. 1");
  EXPECT_EQ(finding.purchase_effect(), v1::RULE_EFFECT_BLOCK);
  ASSERT_EQ(finding.facts_size(), 1);
  EXPECT_EQ(answer.bundle().subjects(0).facts(0).flag().name(), "datasets/list/records/bar");
}

TEST_F(ScreeningApiTest, ItsNameAloneNeverBlocks) {
  const auto answer = Screen("subject { name: 'Brackish Kilns Ltd' } ");
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW) << core.DebugString();
  EXPECT_EQ(core.identity(), v1::IDENTITY_STATE_AMBIGUOUS);
  EXPECT_THAT(core.reasons(), Contains(v1::REVIEW_REASON_IDENTITY_AMBIGUOUS));
  EXPECT_THAT(answer.DebugString(), Not(HasSubstr("Brackish")));
}

TEST_F(ScreeningApiTest, ANameLikeThatOfAListedPartyWithoutNumberIsAReview) {
  Put("reg", Firm("like", "Quarrelsome Heron Fisheries Ltd", "07654321"));
  const auto answer = Screen(Numbered("07654321"));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
  ASSERT_GE(answer.bundle().subjects(0).candidates_size(), 1);
  EXPECT_TRUE(answer.bundle().subjects(0).candidates(0).adverse());
}

TEST_F(ScreeningApiTest, APartyThatAnotherDatasetFlagsIsFoundByItsName) {
  CreateDataset("parties");
  Put("parties", "key: 'p1' supplier { names { text: 'Lantern Moss Shipping' } }");
  Put("reg", Firm("like", "Lantern Moss Shipping Ltd", "07654321"));
  ASSERT_EQ(Screen(Numbered("07654321")).decision().core().verdict(), v1::VERDICT_CLEAR);
  Put("list",
      "key: 'far' risk_flag { subject { party { source_record: 'datasets/parties/records/p1' } } "
      "type: FLAG_TYPE_IMPORT_BAN_WRO stage: FLAG_STAGE_FINAL_ADMIN_DECISION listing_intervals { "
      "from " +
          D("2024-01-01") + " } }");
  const auto answer = Screen(Numbered("07654321"));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
  ASSERT_EQ(answer.bundle().subjects(0).facts_size(), 1);
  EXPECT_EQ(answer.bundle().subjects(0).facts(0).flag().name(), "datasets/list/records/far");
  EXPECT_EQ(answer.bundle().subjects(0).facts(0).basis(), v1::FACT_BASIS_NAME);
}

TEST_F(ScreeningApiTest, NotFoundIsNeverClear) {
  const auto answer = Screen(Numbered("00000006"));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  const auto named = Screen(
      "subject { ref { identifier { scheme: 'GB-COH' value: '00000006' } } name: 'Zebra Hats' } ");
  EXPECT_EQ(named.decision().core().identity(), v1::IDENTITY_STATE_ASSERTED);
  EXPECT_EQ(named.decision().core().verdict(), v1::VERDICT_REVIEW);
}

TEST_F(ScreeningApiTest, ANumberWithAnotherFirmsNameIsAReview) {
  const auto answer = Screen(
      "subject { ref { identifier { scheme: 'GB-COH' value: '04830352' } } name: 'Zebra Hats' } ");
  const v1::SubjectEvidence& subject = answer.bundle().subjects(0);
  EXPECT_THAT(subject.faults(), Contains(v1::IDENTITY_FAULT_NAME_DISAGREES));
  EXPECT_EQ(subject.identity(), v1::IDENTITY_STATE_AMBIGUOUS);
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
}

TEST_F(ScreeningApiTest, AListThatIsNotLoadedOrTooOldIsNeverClear) {
  v1::CreatePolicyRequest create;
  create.set_text(R"(id: "strict" version: "1" title: "Strict" includes: "always-on"
    required_sources { dataset: "datasets/absent" })");
  Ask(&Policies::CreatePolicy, create);
  auto request = Request(Numbered("04830352"));
  request.set_policy("policies/strict");
  const auto answer = Ask(&Screening::ScreenSupplier, request);
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(core.evidence(), v1::EVIDENCE_STATE_INCOMPLETE);
  EXPECT_THAT(core.missing_sources(), ElementsAre("datasets/absent"));
}

TEST_F(ScreeningApiTest, ADecisionIsRecordedWithAllItWasDrawnFrom) {
  const auto answer = Screen(Numbered("01234567"));
  v1::GetDecisionRequest get;
  get.set_name(answer.decision().name());
  const auto stored = Ask(&Screening::GetDecision, get);
  EXPECT_EQ(stored.decision().SerializeAsString(), answer.decision().SerializeAsString());
  EXPECT_EQ(stored.bundle().SerializeAsString(), answer.bundle().SerializeAsString());
  ASSERT_EQ(stored.personal_size(), 1);  // the name on record
  EXPECT_EQ(stored.personal(0).text(), "Brackish Kilns Ltd");
  Restart();
  EXPECT_EQ(Ask(&Screening::GetDecision, get).SerializeAsString(), stored.SerializeAsString());
}

// A server whose decisions people read at a gateway.
class DecisionPageTest : public ScreeningTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ScreeningTest::Config();
    config.set_decision_page_uri(uri_);
    EXPECT_TRUE(CompleteConfig(&config).ok());
    return config;
  }
  std::string uri_ = "https://probity.example.org/erp/";
};

TEST_F(DecisionPageTest, EveryDecisionSaysWhereItIsReadAndNoneRecordsIt) {
  const std::string purchase = Numbered("04830352") + "request_id: 'r1' ";
  const v1::Decision made = Screen(purchase).decision();
  EXPECT_EQ(made.decision_uri(), "https://probity.example.org/erp/" + made.name());
  v1::BatchScreenSuppliersRequest batch;
  *batch.add_items()->mutable_request() = Request(Numbered("04830352"));
  const auto results = Ask(&v1::ScreeningService::Stub::BatchScreenSuppliers, batch);
  const v1::Decision& second = results.results(0).response().decision();
  EXPECT_EQ(second.decision_uri(), "https://probity.example.org/erp/" + second.name());
  uri_ = "http://127.0.0.1:8080";
  Restart();
  const std::string moved = "http://127.0.0.1:8080/" + made.name();
  EXPECT_EQ(Screen(purchase).decision().decision_uri(), moved);  // as recorded
  v1::GetDecisionRequest get;
  get.set_name(made.name());
  const auto shown = Ask(&v1::ScreeningService::Stub::GetDecision, get).decision();
  EXPECT_EQ(shown.decision_uri(), moved);
  EXPECT_EQ(shown.core().SerializeAsString(), made.core().SerializeAsString());
  const auto list = Ask(&v1::ScreeningService::Stub::ListDecisions, v1::ListDecisionsRequest());
  ASSERT_EQ(list.decisions_size(), 2);
  EXPECT_EQ(list.decisions(1).decision_uri(), moved);
  uri_ = "";
  Restart();
  EXPECT_EQ(Screen(purchase).decision().decision_uri(), "");
}

TEST_F(DecisionPageTest, AnAddressThatIsNoneIsNamed) {
  for (const char* bad : {"probity.example.org", "ftp://a", "https://", "https:///x", "https://a?b",
                          "https://a#b", "https://a b", "https://a\n"}) {
    config::v1::ServerConfig config = ScreeningTest::Config();
    config.set_decision_page_uri(bad);
    EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("decision_page_uri"))
        << bad;
  }
}

TEST_F(ScreeningApiTest, DecisionsAreListedByWhatTheyWere) {
  const std::string clear = Screen(Numbered("04830352")).decision().name();
  const std::string block = Screen(Numbered("01234567")).decision().name();
  const auto names = [this](const std::string& request) {
    std::vector<std::string> all;
    const auto list = Ask(&Screening::ListDecisions, Parse<v1::ListDecisionsRequest>(request));
    for (const v1::Decision& one : list.decisions()) all.push_back(one.name());
    return all;
  };
  EXPECT_THAT(names(""), ElementsAre(block, clear));
  EXPECT_THAT(names("verdict: VERDICT_BLOCK"), ElementsAre(block));
  EXPECT_THAT(names("procedure: 'ocid-1'"), ElementsAre(block, clear));
  EXPECT_THAT(names("procedure: 'ocid-2'"), IsEmpty());
  const auto first =
      Ask(&Screening::ListDecisions, Parse<v1::ListDecisionsRequest>("page_size: 1"));
  ASSERT_EQ(first.decisions_size(), 1);
  const auto second = Ask(&Screening::ListDecisions,
                          Parse<v1::ListDecisionsRequest>("page_size: 1 page_token: '" +
                                                          first.next_page_token() + "'"));
  ASSERT_EQ(second.decisions_size(), 1);
  EXPECT_EQ(second.decisions(0).name(), clear);
}

TEST_F(ScreeningApiTest, ARepeatedRequestGivesTheSameDecisionAndWritesNothing) {
  auto request = Request(Numbered("01234567"));
  request.set_request_id("order-4711");
  const auto first = Ask(&Screening::ScreenSupplier, request);
  const auto again = Ask(&Screening::ScreenSupplier, request);
  EXPECT_FALSE(first.repeated_request());
  EXPECT_TRUE(again.repeated_request());
  EXPECT_EQ(again.decision().SerializeAsString(), first.decision().SerializeAsString());
  EXPECT_EQ(
      Ask(&Screening::GetCheckpoint, v1::GetCheckpointRequest()).checkpoint().head().tree_size(),
      1u);
  request.mutable_purchase()->set_procedure("ocid-2");
  v1::ScreenSupplierResponse other;
  const grpc::Status reused = Call(&Screening::ScreenSupplier, request, &other);
  EXPECT_EQ(reused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reason_, "REQUEST_ID_REUSED");
}

TEST_F(ScreeningApiTest, AReplayIsEqualAfterLaterLoadsAndTodaysSaysWhatChanged) {
  const std::string name = Screen(Numbered("04830352")).decision().name();
  const std::string named =
      Screen("subject { name: 'Quarrelsome Heron' country: 'GB' } ").decision().name();
  for (int i = 0; i < 5; ++i) {
    Put("reg", Firm("new" + std::to_string(i), "Quarrelsome Heron " + std::to_string(i),
                    "0000001" + std::to_string(i)));
  }
  Put("list",
      "key: 'late' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: '04830352' "
      "} } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION listing_intervals { "
      "from " +
          D("2020-01-01") + " } }");
  for (const std::string& one : {name, named}) {
    EXPECT_TRUE(Replay(one, v1::REPLAY_MODE_REEVALUATE).equal());
    const auto derived = Replay(one, v1::REPLAY_MODE_REDERIVE);
    EXPECT_TRUE(derived.equal()) << derived.DebugString();
  }
  const auto today = Replay(name, v1::REPLAY_MODE_TODAY);
  EXPECT_FALSE(today.equal());
  EXPECT_EQ(today.core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(today.differences(), Contains(HasSubstr("T-BAR about subject: fires now")));
}

TEST_F(ScreeningApiTest, AReceiptIsProvenOfflineAndRefusedWithOneByteChanged) {
  const std::string name = Screen(Numbered("01234567")).decision().name();
  Screen(Numbered("04830352"));
  v1::GetReceiptRequest get;
  get.set_name(name);
  const v1::Receipt receipt = Ask(&Screening::GetReceipt, get).receipt();
  const auto keys = Ask(&Screening::ListLogKeys, v1::ListLogKeysRequest());
  ASSERT_EQ(keys.keys_size(), 1);
  const evidence::Trust trust{{keys.keys(0).public_key()}, {}};
  const auto proven = evidence::VerifyReceipt(receipt, trust);
  EXPECT_EQ(proven.fault(), v1::EVIDENCE_FAULT_NONE) << proven.explanation();
  EXPECT_EQ(proven.decision(), name);
  v1::Receipt altered = receipt;
  v1::DecisionCore core;
  ASSERT_TRUE(core.ParseFromString(receipt.core()));
  core.set_verdict(v1::VERDICT_CLEAR);
  altered.set_core(core.SerializeAsString());
  const auto refused = evidence::VerifyReceipt(altered, trust);
  EXPECT_EQ(refused.fault(), v1::EVIDENCE_FAULT_NOT_INCLUDED);
  EXPECT_THAT(refused.altered_parts(), ElementsAre(v1::RECEIPT_PART_CORE));
}

TEST_F(ScreeningApiTest, DecisionsOfAnotherAuthorityAreNotThere) {
  UseTokens();
  v1::ActivatePolicyRequest activate;
  activate.set_name("policies/test");
  activate.set_label(v1::POLICY_LABEL_STABLE);
  Ask(&Policies::ActivatePolicy, activate);
  const std::string name = Screen(Numbered("01234567")).decision().name();
  EXPECT_THAT(name, HasSubstr("authorities/a/decisions/"));
  token_ = kBob;
  v1::GetDecisionRequest get;
  get.set_name(name);
  EXPECT_EQ(Refusal(&Screening::GetDecision, get), "DECISION_NOT_FOUND");
  v1::GetReceiptRequest receipt;
  receipt.set_name(name);
  EXPECT_EQ(Refusal(&Screening::GetReceipt, receipt), "DECISION_NOT_FOUND");
  EXPECT_EQ(Ask(&Screening::ListDecisions, v1::ListDecisionsRequest()).decisions_size(), 0);
  v1::ReplayDecisionRequest replay;
  replay.set_name(name);
  replay.set_mode(v1::REPLAY_MODE_REEVALUATE);
  EXPECT_EQ(Refusal(&Screening::ReplayDecision, replay), "DECISION_NOT_FOUND");
}

TEST_F(ScreeningApiTest, ABatchKeepsItsOrderAndItsItemsTheirErrors) {
  v1::BatchScreenSuppliersRequest batch;
  for (const char* number : {"04830352", "", "01234567"}) {
    v1::BatchScreenItem* item = batch.add_items();
    item->set_correlation_id(std::string("row-") + number);
    *item->mutable_request() = Request(Numbered(number));
  }
  const auto answer = Ask(&Screening::BatchScreenSuppliers, batch);
  ASSERT_EQ(answer.results_size(), 3);
  EXPECT_EQ(answer.results(0).correlation_id(), "row-04830352");
  EXPECT_EQ(answer.results(0).response().decision().core().verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(answer.results(1).error().reason(), "INVALID_FIELD");
  EXPECT_EQ(answer.results(1).error().field(), "subject.ref.identifier.value");
  EXPECT_EQ(answer.results(2).response().decision().core().verdict(), v1::VERDICT_BLOCK);
  batch.clear_items();
  EXPECT_EQ(Refusal(&Screening::BatchScreenSuppliers, batch), "INVALID_FIELD");
  while (batch.items_size() <= 100) batch.add_items();
  EXPECT_EQ(Refusal(&Screening::BatchScreenSuppliers, batch), "LIMIT_EXCEEDED");
}

TEST_F(ScreeningApiTest, ADecisionIsPrintedInTheLanguageAskedFor) {
  v1::PrintDecisionRequest request;
  request.set_name(Screen(Numbered("01234567")).decision().name());
  EXPECT_THAT(Ask(&Screening::PrintDecision, request).text(),
              AllOf(HasSubstr("Block: hold; a person decides"), HasSubstr("T-BAR"),
                    HasSubstr("datasets/list/records/bar")));
  request.set_language("de");
  request.set_audience(v1::AUDIENCE_SUPPLIER);
  EXPECT_THAT(Ask(&Screening::PrintDecision, request).text(), HasSubstr("Gesperrt"));
  request.set_language("xx");
  EXPECT_EQ(Refusal(&Screening::PrintDecision, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "language");
  request.set_language("");
  request.set_name("decisions/none");
  EXPECT_EQ(Refusal(&Screening::PrintDecision, request), "DECISION_NOT_FOUND");
}

TEST_F(ScreeningApiTest, BadPurchasesAreRefusedWithTheField) {
  struct Case {
    std::string request, field;
  };
  const std::string good = Numbered("04830352");
  const std::vector<Case> cases = {
      {Bought(), "subject"},
      {good, "purchase"},
      {good + "purchase { purpose: PURPOSE_AWARD }", "purchase.authority_country"},
      {good + "purchase { authority_country: 'GB' }", "purchase.purpose"},
      {good + Bought("items { }"), "purchase.items[0].item_id"},
      {good + Bought("items { item_id: '1' } items { item_id: '1' }"), "purchase.items[1].item_id"},
      {good + Bought("items { item_id: '1' origin: 'India' }"), "purchase.items[0].origin"},
      {good + Bought("items { item_id: '1' value { currency: 'euro' } }"),
       "purchase.items[0].value.currency"},
      {good + Bought("no_other_parties: true parties { role: PARTY_ROLE_MEMBER subject { name: "
                     "'A' } }"),
       "purchase.no_other_parties"},
      {good + Bought("parties { role: PARTY_ROLE_LEAD subject { name: 'A' } }"),
       "purchase.parties[0].role"},
      {good + Bought("parties { role: PARTY_ROLE_MEMBER }"), "purchase.parties[0].subject"},
      {good + Bought("dates { start " + D("2026-02-01") + " end " + D("2026-01-01") + " }"),
       "purchase.dates.end"},
      {good + Bought("requirements { requirement_id: 'r' item_id: 'x' accepted_schemes { "
                     "scheme_id: 'SA8000' } }"),
       "purchase.requirements[0].item_id"},
      {good + Bought("requirements { requirement_id: 'r' accepted_schemes { scheme_id: 'SA8000' } "
                     "accepted_schemes { scheme_id: 'ISO_9001' } }"),
       "purchase.requirements[0].accepted_schemes[1].scheme_id"},
      {good + Bought() + "as_of " + D("2999-01-01"), "as_of"},
      {"subject { name: '!!!' } " + Bought(), "subject.name"},
      {good + Bought() + "policy: 'nonsense'", "policy"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.request);
    const std::string reason =
        Refusal(&Screening::ScreenSupplier, Parse<v1::ScreenSupplierRequest>(one.request));
    EXPECT_THAT((std::vector<std::string>{"INVALID_FIELD", "AS_OF_IN_FUTURE", "UNKNOWN_SCHEME"}),
                Contains(reason));
    EXPECT_EQ(field_, one.field);
  }
  auto unknown = Request(good);
  unknown.set_policy("policies/unknown");
  EXPECT_EQ(Refusal(&Screening::ScreenSupplier, unknown), "POLICY_NOT_FOUND");
  EXPECT_EQ(Ask(&Screening::ListDecisions, v1::ListDecisionsRequest()).decisions_size(), 0);
}

TEST_F(ScreeningApiTest, PoliciesAreImmutableAndTheirFaultsHaveLines) {
  v1::CreatePolicyRequest create;
  create.set_text(kTestPolicy);
  Ask(&Policies::CreatePolicy, create);  // the same again is no error
  std::string other = kTestPolicy;
  other.replace(other.find("Test Act"), 8, "Best Act");
  create.set_text(other);
  EXPECT_EQ(Refusal(&Policies::CreatePolicy, create), "POLICY_EXISTS");
  create.set_text("id: \"eu\" version: \"9\" title: \"Mine\"");
  EXPECT_EQ(Refusal(&Policies::CreatePolicy, create), "INVALID_FIELD");
  create.set_text(
      "id: \"x\" version: \"1\" title: \"X\"\nrules {\n  id: \"R\"\n  lagel_basis: "
      "\"typo\"\n}\n");
  v1::CreatePolicyResponse response;
  const grpc::Status refused = Call(&Policies::CreatePolicy, create, &response);
  EXPECT_EQ(reason_, "POLICY_INVALID");
  EXPECT_THAT(refused.error_message(), HasSubstr("line 4"));
  // Its reader stops at a byte, which is a part of a character here.
  create.set_text("\u0e01 \u0e33\u0e01\u0e33");
  const grpc::Status foreign = Call(&Policies::CreatePolicy, create, &response);
  EXPECT_EQ(reason_, "POLICY_INVALID");
  EXPECT_EQ(field_, "text");
  EXPECT_THAT(foreign.error_message(), HasSubstr("\uFFFD"));
  EXPECT_TRUE(IsUtf8(foreign.error_message())) << foreign.error_message();
  v1::GetPolicyRequest get;
  get.set_name("policies/test");
  EXPECT_EQ(Ask(&Policies::GetPolicy, get).text(), kTestPolicy);
  Restart();
  EXPECT_EQ(Ask(&Policies::GetPolicy, get).policy().label(), v1::POLICY_LABEL_STABLE);
  EXPECT_EQ(Screen(Numbered("01234567")).decision().core().verdict(), v1::VERDICT_BLOCK);
}

}  // namespace
}  // namespace probity::server
