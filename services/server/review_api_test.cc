// ReviewService through the public API, and what screenings make of judgements.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Reviews = v1::ReviewService::Stub;
using Screening = v1::ScreeningService::Stub;

constexpr char kSubjectChanged[] = "JUDGEMENT_REOPENING_SUBJECT_CHANGED";

// A register, and a list that bars a party without identifiers, whose name is like that
// of a firm of the register.
class ReviewApiTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    tokens_ = std::string(kAnn) + " ann authorities/a\n" + kCat + " cat authorities/a\n" + kBob +
              " bob authorities/b\n";
    Restart();
    token_ = kAnn;
    CreateDataset("reg");
    CreateDataset("list");
    Put("reg", Firm("heron", "Quarrelsome Heron Fisheries Ltd", "07654321"));
    PutListed("");
    Put("list",
        "key: 'ban' risk_flag { subject { party { source_record: 'records/vessel' } } type: "
        "FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION decided_on " +
            D("2025-01-01") + " listing_intervals { from " + D("2025-01-01") + " } }");
    v1::CreatePolicyRequest create;
    create.set_text(R"(id: "test" version: "1" title: "Test" includes: "always-on"
      rules { id: "T-BAR" title: "Barred" legal_basis: "Test Act s. 1"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { all { conditions { in_force: true }
                     conditions { flag_type { types: FLAG_TYPE_DEBARMENT } } } }
        effect: RULE_EFFECT_BLOCK reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
        next_steps { action: NEXT_ACTION_HOLD } })");
    Ask(&v1::PolicyService::Stub::CreatePolicy, create);
    for (const char* token : {kBob, kAnn}) {
      token_ = token;
      v1::ActivatePolicyRequest activate;
      activate.set_name("policies/test");
      activate.set_label(v1::POLICY_LABEL_STABLE);
      Ask(&v1::PolicyService::Stub::ActivatePolicy, activate);
    }
  }

  static std::string Firm(const std::string& key, const std::string& name,
                          const std::string& number) {
    return "key: '" + key + "' supplier { kind: PARTY_KIND_COMPANY names { text: '" + name +
           "' } identifiers { scheme: 'GB-COH' value: '" + number + "' } jurisdiction: 'GB' }";
  }
  void PutListed(const std::string& more, const std::string& name = "Quarrelsome Heron Fisheries") {
    Put("list", "key: 'vessel' supplier { names { text: '" + name + "' } " + more + " }");
  }

  static std::string Heron() {
    return "ref { identifier { scheme: 'GB-COH' value: '07654321' } } ";
  }
  v1::ScreenSupplierResponse Screen(const std::string& subject) {
    return Ask(&Screening::ScreenSupplier,
               Parse<v1::ScreenSupplierRequest>(
                   "subject { " + subject +
                   " } purchase { authority_country: 'GB' purpose: PURPOSE_AWARD }"));
  }
  std::string SupplierOf(const std::string& number) {
    v1::LookupSuppliersResponse found;
    EXPECT_TRUE(Lookup("GB-COH", number, &found).ok());
    return found.results(0).suppliers(0).name();
  }

  static std::string Says(const std::string& subject, const std::string& outcome,
                          const std::string& record = "datasets/list/records/vessel") {
    return "judgement { subject { " + subject + " } source_record: '" + record +
           "' outcome: JUDGEMENT_OUTCOME_" + outcome + " reason: 'the owners differ' }";
  }
  v1::CreateJudgementResponse Judge(const std::string& request) {
    return Ask(&Reviews::CreateJudgement, Parse<v1::CreateJudgementRequest>(request));
  }
  std::string RefusalToJudge(const std::string& request) {
    return Refusal(&Reviews::CreateJudgement, Parse<v1::CreateJudgementRequest>(request));
  }
  v1::Judgement Get(const std::string& name) {
    v1::GetJudgementRequest request;
    request.set_name(name);
    return Ask(&Reviews::GetJudgement, request).judgement();
  }
  v1::Judgement Withdraw(const std::string& name) {
    v1::WithdrawJudgementRequest request;
    request.set_name(name);
    request.set_reason("seen again");
    return Ask(&Reviews::WithdrawJudgement, request).judgement();
  }
  std::vector<std::string> Names(const std::string& request = "") {
    std::vector<std::string> names;
    const auto list = Ask(&Reviews::ListJudgements, Parse<v1::ListJudgementsRequest>(request));
    for (const v1::Judgement& one : list.judgements()) names.push_back(one.name());
    return names;
  }
  // Candidates of the subject, by record.
  static std::vector<std::string> CandidatesOf(const v1::ScreenSupplierResponse& answer) {
    std::vector<std::string> records;
    for (const v1::IdentityCandidate& one : answer.bundle().subjects(0).candidates()) {
      records.push_back(one.source_record());
    }
    return records;
  }

  static constexpr char kCat[] = "token-of-second-reviewer";
  const std::string vessel_ = "datasets/list/records/vessel";
};

TEST_F(ReviewApiTest, WhatWasSettledRaisesNoAlertAgain) {
  const auto before = Screen(Heron());
  ASSERT_THAT(CandidatesOf(before), ElementsAre(vessel_));
  EXPECT_EQ(before.decision().core().verdict(), v1::VERDICT_REVIEW);
  const auto made = Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT"));
  EXPECT_EQ(made.judgement().judged_by(), "ann");
  EXPECT_EQ(made.judgement().state(), v1::JUDGEMENT_STATE_STANDING);
  const auto after = Screen(Heron());
  EXPECT_THAT(CandidatesOf(after), IsEmpty());
  EXPECT_EQ(after.decision().core().verdict(), v1::VERDICT_CLEAR) << after.DebugString();
  ASSERT_EQ(after.bundle().subjects(0).judgements_size(), 1);
  const v1::Judgement& used = after.bundle().subjects(0).judgements(0);
  EXPECT_EQ(used.name(), made.judgement().name());
  EXPECT_EQ(used.source_record(), vessel_);
  EXPECT_EQ(used.reason(), "");
  EXPECT_EQ(used.judged_by(), "");
}

// A reload of the same list, in another order and with other provenance, changes nothing;
// a changed birth date or identifier opens exactly that one.
TEST_F(ReviewApiTest, OnlyWhatIdentifiesAPartyOpensItAgain) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  PutListed("sectors: 'SIC2007:03110' registration_status: REGISTRATION_STATUS_LAPSED");
  EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_STANDING);
  for (const char* more :
       {"founded { year: 1999 }", "kind: PARTY_KIND_VESSEL",
        "identifiers { scheme: 'IMO' value: '9074729' }", "names { text: 'Heron II' }",
        "jurisdiction: 'CN'", "addresses { country: 'CN' }"}) {
    SCOPED_TRACE(more);
    PutListed(more);
    EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_REOPENED);
    EXPECT_EQ(Get(judgement).reopening(), v1::JUDGEMENT_REOPENING_RECORD_CHANGED);
    PutListed("");
    EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_STANDING);
  }
  PutListed("founded { year: 1999 }");
  const auto answer = Screen(Heron());
  EXPECT_THAT(CandidatesOf(answer), ElementsAre(vessel_));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(answer.bundle().subjects(0).judgements(0).state(), v1::JUDGEMENT_STATE_REOPENED);
  // Judged anew, it stands beside the one that is open.
  Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT"));
  EXPECT_THAT(CandidatesOf(Screen(Heron())), IsEmpty());
}

// A list of invented parties as a file, with what of two of them may change.
class ListedParties {
 public:
  static constexpr int kCount = 30;

  static std::string Name(int i) {
    static constexpr const char* kFirst[] = {"Amber", "Birch", "Cobalt", "Dune", "Ember", "Fjord"};
    static constexpr const char* kSecond[] = {"Kilns", "Looms", "Trawlers", "Quarries",
                                              "Tanneries"};
    return std::string(kFirst[i % 6]) + " " + kSecond[i / 6];
  }
  static std::string File(bool reversed, const std::string& sector, const std::string& founded_of_3,
                          const std::string& number_of_7) {
    std::string text = "record_type,key,name,identifiers,founded,sectors\n";
    for (int place = 0; place < kCount; ++place) {
      const int i = reversed ? kCount - 1 - place : place;
      text += "supplier,p" + std::to_string(i) + "," + Name(i) +
              ",US-EIN:" + (i == 7 ? number_of_7 : std::to_string(1000 + i)) + "," +
              (i == 3 ? founded_of_3 : "1980-01-31") + "," + sector + "\n";
    }
    return text;
  }
  static std::string Record(int i) { return "datasets/many/records/p" + std::to_string(i); }
};

TEST_F(ReviewApiTest, AReloadShowsExactlyThoseThatChanged) {
  CreateDataset("many");
  const auto load = [this](const std::string& file) {
    ASSERT_EQ(Import("many", "probity-csv", file).counts().refused(), 0u);
  };
  const auto shown = [this] {
    std::vector<int> parties;
    for (int i = 0; i < ListedParties::kCount; ++i) {
      const auto candidates = CandidatesOf(Screen("name: '" + ListedParties::Name(i) + "'"));
      if (std::find(candidates.begin(), candidates.end(), ListedParties::Record(i)) !=
          candidates.end()) {
        parties.push_back(i);
      }
    }
    return parties;
  };
  load(ListedParties::File(false, "", "1980-01-31", "1007"));
  EXPECT_EQ(shown().size(), static_cast<size_t>(ListedParties::kCount));
  for (int i = 0; i < ListedParties::kCount; ++i) {
    Judge(Says("query { name: '" + ListedParties::Name(i) + "' }", "IS_NOT",
               ListedParties::Record(i)));
  }
  EXPECT_THAT(shown(), IsEmpty());
  load(ListedParties::File(true, "SIC2007:03110", "1980-01-31", "1007"));
  EXPECT_THAT(shown(), IsEmpty());
  load(ListedParties::File(false, "", "1980-02-01", "2007"));
  EXPECT_THAT(shown(), ElementsAre(3, 7));
}

TEST_F(ReviewApiTest, TheSubjectsSideOpensItToo) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  Put("reg", Firm("heron", "Quarrelsome Heron Holdings Ltd", "07654321"));
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
  EXPECT_THAT(CandidatesOf(Screen(Heron())), ElementsAre(vessel_));
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/reg/records/heron");
  Ask(&v1::DatasetService::Stub::RemoveRecord, remove);
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
}

TEST_F(ReviewApiTest, AJudgedLinkIsCertainAndBlocks) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS")).judgement().name();
  const auto answer = Screen(Heron());
  const v1::DecisionCore& core = answer.decision().core();
  EXPECT_EQ(core.identity(), v1::IDENTITY_STATE_CONFIRMED);
  EXPECT_EQ(core.verdict(), v1::VERDICT_BLOCK) << answer.DebugString();
  EXPECT_THAT(CandidatesOf(answer), IsEmpty());
  ASSERT_EQ(answer.bundle().subjects(0).facts_size(), 1);
  const v1::SubjectFact& fact = answer.bundle().subjects(0).facts(0);
  EXPECT_EQ(fact.basis(), v1::FACT_BASIS_IDENTITY);
  ASSERT_EQ(fact.edges_size(), 1);
  EXPECT_EQ(fact.edges(0).basis(), v1::EDGE_BASIS_JUDGEMENT);
  EXPECT_EQ(fact.edges(0).judgement(), judgement);
  EXPECT_EQ(fact.edges(0).to(), vessel_);
}

// A name alone never blocks; a name of which a person said who it is does.
TEST_F(ReviewApiTest, AQueryByNameIsCertainOnceItIsJudged) {
  const std::string name = "name: 'Quarelsome Heron' country: 'GB' ";
  EXPECT_EQ(Screen(name).decision().core().identity(), v1::IDENTITY_STATE_AMBIGUOUS);
  const auto made = Judge(Says("query { " + name + "}", "IS"));
  EXPECT_THAT(made.DebugString(), Not(HasSubstr("Quarelsome")));
  const auto answer = Screen(name);
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_CONFIRMED)
      << answer.DebugString();
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(Screen("name: 'QUARELSOME  heron' country: 'GB'").decision().core().verdict(),
            v1::VERDICT_BLOCK);
  // Another question is another subject.
  for (const char* other :
       {"name: 'Quarelsome Heron' country: 'FR'", "name: 'Quarrelsome Heron' country: 'GB'",
        "name: 'Quarelsome Heron' country: 'GB' kind: PARTY_KIND_VESSEL"}) {
    EXPECT_NE(Screen(other).decision().core().verdict(), v1::VERDICT_BLOCK) << other;
  }
}

TEST_F(ReviewApiTest, AQueryIsSettledWithoutBecomingCertain) {
  const std::string name = "name: 'Quarrelsome Heron Fisheries' country: 'GB' ";
  Judge(Says("query { " + name + "}", "IS_NOT"));
  const auto answer = Screen(name);
  EXPECT_THAT(CandidatesOf(answer), ElementsAre("datasets/reg/records/heron"));
  EXPECT_NE(answer.decision().core().identity(), v1::IDENTITY_STATE_CONFIRMED);
  EXPECT_NE(answer.decision().core().verdict(), v1::VERDICT_CLEAR);
}

TEST_F(ReviewApiTest, AVendorIsJudgedByItsNumberAndOpensWithItsEntry) {
  const std::string number = "vendor { system: 'SAP' number: '7' }";
  const auto upsert = [this](const std::string& name) {
    Ask(&v1::VendorService::Stub::BatchUpsertVendors,
        Parse<v1::BatchUpsertVendorsRequest>(
            "vendors { number { system: 'SAP' number: '7' } display_name: '" + name + "' }"));
  };
  EXPECT_EQ(RefusalToJudge(Says(number, "IS_NOT")), "VENDOR_NOT_FOUND");
  upsert("Quarrelsome Heron Fishing");
  ASSERT_THAT(CandidatesOf(Screen("ref { " + number + " }")), Contains(vessel_));
  const std::string first = Judge(Says(number, "IS_NOT")).judgement().name();
  EXPECT_THAT(CandidatesOf(Screen("ref { " + number + " }")), Not(Contains(vessel_)));
  upsert("QUARRELSOME HERON FISHING");
  EXPECT_EQ(Get(first).state(), v1::JUDGEMENT_STATE_STANDING);
  upsert("Heron Fishing");
  EXPECT_EQ(v1::JudgementReopening_Name(Get(first).reopening()), kSubjectChanged);
  Judge(Says(number, "IS", "datasets/reg/records/heron"));
  const auto answer = Screen("ref { " + number + " }");
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_CONFIRMED)
      << answer.DebugString();
}

TEST_F(ReviewApiTest, JudgementsFollowARecordThatIsMerged) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  PutListed("");
  // The list's party turns out to be another firm's record, and both become one.
  Put("reg",
      "key: 'twin' supplier { names { text: 'Quarrelsome Heron Twin' } identifiers { scheme: "
      "'IMO' value: '9074729' } }");
  const std::string before = Get(judgement).supplier();
  PutListed("identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }");
  Put("reg",
      "key: 'twin' supplier { names { text: 'Quarrelsome Heron Twin' } identifiers { scheme: "
      "'XI-LEI' value: '529900T8BM49AURSDO55' } }");
  EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_REOPENED);
  const std::string again =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  // A third record joins the merged party: nothing that was judged has changed.
  Put("reg",
      "key: 'third' supplier { names { text: 'Quarrelsome Heron Third' } identifiers { "
      "scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' } }");
  EXPECT_EQ(Get(again).state(), v1::JUDGEMENT_STATE_STANDING);
  EXPECT_THAT(CandidatesOf(Screen(Heron())), IsEmpty());
  EXPECT_FALSE(before.empty());
}

TEST_F(ReviewApiTest, AnotherReviewerMustWithdrawBeforeSayingTheOpposite) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  const std::string first = Judge(Says(subject, "IS_NOT")).judgement().name();
  EXPECT_TRUE(Judge(Says(subject, "IS_NOT")).stood_already());
  token_ = kCat;
  EXPECT_EQ(Judge(Says(subject, "IS_NOT")).judgement().name(), first);
  v1::CreateJudgementResponse refused;
  const grpc::Status status = Call(
      &Reviews::CreateJudgement, Parse<v1::CreateJudgementRequest>(Says(subject, "IS")), &refused);
  EXPECT_EQ(reason_, "JUDGEMENT_STANDS");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr(first + " by ann"));
  EXPECT_EQ(Withdraw(first).state(), v1::JUDGEMENT_STATE_WITHDRAWN);
  EXPECT_EQ(Judge(Says(subject, "IS")).judgement().judged_by(), "cat");
  // The old row is as it was; that it was withdrawn, and by whom, is another row.
  const v1::Judgement old = Get(first);
  EXPECT_EQ(old.outcome(), v1::JUDGEMENT_OUTCOME_IS_NOT);
  EXPECT_EQ(old.judged_by(), "ann");
  EXPECT_EQ(old.state(), v1::JUDGEMENT_STATE_WITHDRAWN);
  const v1::Judgement row = Get(old.withdrawn_by());
  EXPECT_EQ(row.withdraws(), first);
  EXPECT_EQ(row.judged_by(), "cat");
  EXPECT_EQ(row.reason(), "seen again");
  EXPECT_EQ(Names().size(), 2u);
  EXPECT_THAT(Names("state: JUDGEMENT_STATE_WITHDRAWN"), ElementsAre(first));
}

TEST_F(ReviewApiTest, TwoWhoJudgeAtOnceDoNotBothStand) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  std::vector<std::thread> reviewers;
  std::atomic<int> refused{0};
  for (const char* token : {kAnn, kCat}) {
    reviewers.emplace_back([&, token] {
      grpc::ClientContext context;
      context.AddMetadata("authorization", std::string("Bearer ") + token);
      v1::CreateJudgementResponse response;
      const auto request = Parse<v1::CreateJudgementRequest>(
          Says(subject, token == std::string(kAnn) ? "IS" : "IS_NOT"));
      if (!Reviews(channel_).CreateJudgement(&context, request, &response).ok()) ++refused;
    });
  }
  for (std::thread& one : reviewers) one.join();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(Names("state: JUDGEMENT_STATE_STANDING").size(), 1u);
}

// A word on a merged supplier is no word on each of those it is parted into.
TEST_F(ReviewApiTest, ASubjectThatIsPartedIsOpenAgain) {
  const std::string lei = "identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }";
  const std::string both =
      "key: 'bridge' supplier { names { text: 'Bridge' } identifiers { scheme: "
      "'GB-COH' value: '07654321' } " +
      lei + " }";
  Put("reg", both);
  Put("reg", "key: 'far' supplier { names { text: 'Quarrelsome Heron Far' } " + lei + " }");
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS")).judgement().name();
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_BLOCK);
  Put("reg", "key: 'far' supplier { names { text: 'Quarrelsome Heron Far' } }");
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_REVIEW);
}

// Two parties that were judged apart become one: nobody chooses between the two words.
TEST_F(ReviewApiTest, WordsThatAMergeMakesContradictAreNotApplied) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  PutListed("identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }");
  Put("list",
      "key: 'other' supplier { names { text: 'Quarrelsome Heron' } identifiers { scheme: 'BR-CNPJ' "
      "value: '33000167000101' } }");
  Judge(Says(subject, "IS_NOT"));
  Judge(Says(subject, "IS", "datasets/list/records/other"));
  EXPECT_EQ(Names("state: JUDGEMENT_STATE_STANDING").size(), 2u);
  // A register knows both numbers of the party.
  Put("reg",
      "key: 'bridge' supplier { names { text: 'Bridge' } identifiers { scheme: 'XI-LEI' value: "
      "'529900T8BM49AURSDO55' } identifiers { scheme: 'BR-CNPJ' value: '33000167000101' } }");
  EXPECT_EQ(Names("state: JUDGEMENT_STATE_CONTRADICTED").size(), 2u);
  const auto answer = Screen(Heron());
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW) << answer.DebugString();
  EXPECT_EQ(CandidatesOf(answer).size(), 1u);
  // Either of them can be taken back; the other then stands.
  Withdraw(Names("source_record: '" + vessel_ + "'").front());
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_BLOCK);
}

TEST_F(ReviewApiTest, SettledOnesDoNotCrowdOutNewOnes) {
  for (int i = 0; i < 30; ++i) {
    const std::string key = "crowd" + std::to_string(i);
    Put("list",
        "key: '" + key + "' supplier { names { text: 'Quarrelsome Heron Fisheries Ltd' } }");
  }
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  for (int i = 0; i < 30; ++i) {
    Judge(Says(subject, "IS_NOT", "datasets/list/records/crowd" + std::to_string(i)));
  }
  const auto answer = Screen(Heron());
  EXPECT_THAT(CandidatesOf(answer), ElementsAre(vessel_));
  EXPECT_EQ(answer.bundle().subjects(0).judgements_size(), 30);
}

TEST_F(ReviewApiTest, ADecisionSeesTheJudgementsOfItsRevision) {
  const auto before = Screen(Heron());
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS")).judgement().name();
  const auto after = Screen(Heron());
  Withdraw(judgement);
  for (const auto* one : {&before, &after}) {
    v1::ReplayDecisionRequest replay;
    replay.set_name(one->decision().name());
    replay.set_mode(v1::REPLAY_MODE_REDERIVE);
    const auto derived = Ask(&Screening::ReplayDecision, replay);
    EXPECT_TRUE(derived.equal()) << derived.DebugString();
    EXPECT_EQ(derived.core().verdict(), one->decision().core().verdict());
  }
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_REVIEW);
}

TEST_F(ReviewApiTest, JudgementsOfAnotherAuthorityAreNotThere) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  const std::string judgement = Judge(Says(subject, "IS")).judgement().name();
  EXPECT_THAT(judgement, HasSubstr("authorities/a/judgements/"));
  token_ = kBob;
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_THAT(Names(), IsEmpty());
  v1::GetJudgementRequest get;
  get.set_name(judgement);
  EXPECT_EQ(Refusal(&Reviews::GetJudgement, get), "JUDGEMENT_NOT_FOUND");
  v1::WithdrawJudgementRequest withdraw;
  withdraw.set_name(judgement);
  withdraw.set_reason("mine now");
  EXPECT_EQ(Refusal(&Reviews::WithdrawJudgement, withdraw), "JUDGEMENT_NOT_FOUND");
  EXPECT_FALSE(Judge(Says(subject, "IS_NOT")).stood_already());
}

TEST_F(ReviewApiTest, ListsBySubjectRecordAndPage) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  const std::string first = Judge(Says(subject, "IS_NOT")).judgement().name();
  const std::string second = Judge(Says("query { name: 'Heron' }", "IS_NOT")).judgement().name();
  EXPECT_THAT(Names(), ElementsAre(first, second));
  EXPECT_THAT(Names("subject { query { name: 'HERON' } }"), ElementsAre(second));
  EXPECT_THAT(Names("subject { " + subject + " }"), ElementsAre(first));
  EXPECT_THAT(Names("source_record: 'datasets/reg/records/heron'"), IsEmpty());
  const auto page = Ask(&Reviews::ListJudgements, Parse<v1::ListJudgementsRequest>("page_size: 1"));
  EXPECT_EQ(page.judgements_size(), 1);
  EXPECT_THAT(Names("page_size: 1 page_token: '" + page.next_page_token() + "'"),
              ElementsAre(second));
}

TEST_F(ReviewApiTest, ARepeatedRequestIsAnsweredAsBefore) {
  const std::string request = Says("query { name: 'Heron' }", "IS_NOT") +
                              " request_id: '11111111-2222-3333-4444-555555555555'";
  const auto first = Judge(request);
  Withdraw(first.judgement().name());
  const auto again = Judge(request);
  EXPECT_EQ(again.judgement().name(), first.judgement().name());
  EXPECT_EQ(again.stamp().revision().revision(), first.stamp().revision().revision());
  EXPECT_EQ(Names().size(), 1u);
}

// A worksheet: one revision, each row with its own answer, compared with those before it.
TEST_F(ReviewApiTest, ABatchIsOneRevisionAndEachItemHasItsAnswer) {
  const std::string own = "supplier: '" + SupplierOf("07654321") + "'";
  Put("list", "key: 'second' supplier { names { text: 'Quarrelsome Heron' } }");
  const std::string second = "datasets/list/records/second";
  const auto listed = [](std::string judgement) {
    return judgement.replace(0, sizeof("judgement") - 1, "judgements");
  };
  v1::BatchCreateJudgementsRequest request = Parse<v1::BatchCreateJudgementsRequest>(
      listed(Says(own, "IS_NOT")) + listed(Says(own, "IS")) + listed(Says(own, "IS_NOT")) +
      listed(Says(own, "IS", "datasets/list/records/none")) + listed(Says(own, "IS_NOT", second)) +
      listed(Says("query { name: 'Heron' }", "IS")));
  const auto revision = [this] {
    return Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
        .revision()
        .revision();
  };
  Judge(Says("query { name: 'Another' }", "IS_NOT"));
  const uint64_t before = revision();
  const auto made = Ask(&Reviews::BatchCreateJudgements, request);
  EXPECT_EQ(revision(), before + 1);
  ASSERT_EQ(made.results_size(), 6);
  const auto error = [&](int i) { return made.results(i).error().reason(); };
  EXPECT_EQ(made.results(0).judgement().judged_by(), "ann");
  EXPECT_EQ(error(1), "JUDGEMENT_STANDS");
  EXPECT_THAT(made.results(1).error().message(), HasSubstr(made.results(0).judgement().name()));
  EXPECT_TRUE(made.results(2).stood_already());
  EXPECT_EQ(made.results(2).judgement().name(), made.results(0).judgement().name());
  EXPECT_EQ(error(3), "RECORD_NOT_FOUND");
  EXPECT_THAT(Names(), ::testing::SizeIs(4));
  EXPECT_THAT(Names("subject { " + own + " }"),
              ElementsAre(made.results(0).judgement().name(), made.results(4).judgement().name()));
  EXPECT_THAT(CandidatesOf(Screen(Heron())), IsEmpty());
  // Given again, it changes nothing.
  const auto again = Ask(&Reviews::BatchCreateJudgements, request);
  EXPECT_EQ(revision(), before + 1);
  for (int i : {0, 2, 4, 5}) EXPECT_TRUE(again.results(i).stood_already()) << i;
  // Somebody else, who says the opposite of one row.
  token_ = kCat;
  request.mutable_judgements()->DeleteSubrange(0, 5);
  request.mutable_judgements(0)->set_outcome(v1::JUDGEMENT_OUTCOME_IS_NOT);
  const auto other = Ask(&Reviews::BatchCreateJudgements, request);
  EXPECT_EQ(other.results(0).error().reason(), "JUDGEMENT_STANDS");
  EXPECT_THAT(other.results(0).error().message(), HasSubstr("by ann"));
}

// Rows were judged, then their records were merged: the word is one on the whole party.
TEST_F(ReviewApiTest, ABatchJudgesWhomRecordsMeanSinceTheyWereMerged) {
  const std::string lei = "identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }";
  PutListed(lei);
  Put("list", "key: 'twin' supplier { names { text: 'Heron Twin' } " + lei + " }");
  const std::string query = "query { name: 'Heron' }";
  const auto made = Ask(&Reviews::BatchCreateJudgements,
                        Parse<v1::BatchCreateJudgementsRequest>(
                            "judgements" + Says(query, "IS").substr(9) + " judgements" +
                            Says(query, "IS_NOT", "datasets/list/records/twin").substr(9)));
  EXPECT_FALSE(made.results(0).has_error());
  EXPECT_EQ(made.results(1).error().reason(), "JUDGEMENT_STANDS");
}

TEST_F(ReviewApiTest, ABatchHasItsLimit) {
  v1::BatchCreateJudgementsRequest request;
  EXPECT_EQ(Refusal(&Reviews::BatchCreateJudgements, request), "INVALID_FIELD");
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  ASSERT_GT(info.max_batch_judgements(), 0);
  while (request.judgements_size() <= info.max_batch_judgements()) request.add_judgements();
  EXPECT_EQ(Refusal(&Reviews::BatchCreateJudgements, request), "LIMIT_EXCEEDED");
}

// A call that is refused leaves nothing behind, not even an empty dataset.
TEST_F(ReviewApiTest, ARefusedCallPublishesNothing) {
  const auto revision = [this] {
    return Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
        .revision()
        .revision();
  };
  const uint64_t before = revision();
  EXPECT_EQ(RefusalToJudge(Says("query { name: 'Heron' }", "IS", "datasets/list/records/none")),
            "RECORD_NOT_FOUND");
  const auto deleted = Ask(&v1::VendorService::Stub::DeleteVendors,
                           Parse<v1::DeleteVendorsRequest>("numbers { system: 'S' number: '1' }"));
  EXPECT_EQ(deleted.results(0).error().reason(), "VENDOR_NOT_FOUND");
  EXPECT_EQ(revision(), before);
}

TEST_F(ReviewApiTest, WhatIsWrongIsNamed) {
  struct Case {
    std::string request, reason, field;
  };
  const std::string query = "query { name: 'Heron' }";
  const std::string own = "supplier: '" + SupplierOf("07654321") + "'";
  for (const Case& one : std::vector<Case>{
           {"", "INVALID_FIELD", "judgement.outcome"},
           {"judgement { outcome: JUDGEMENT_OUTCOME_IS }", "INVALID_FIELD", "judgement.reason"},
           {Says("", "IS"), "INVALID_FIELD", "judgement.subject"},
           {Says("query { }", "IS"), "INVALID_FIELD", "judgement.subject.query.name"},
           {Says("query { name: 'H' country: 'Britain' }", "IS"), "INVALID_FIELD",
            "judgement.subject.query.country"},
           {Says("supplier: 'suppliers/none'", "IS"), "SUPPLIER_NOT_FOUND", ""},
           {Says("identifier { scheme: 'NO SCHEME' value: '1' }", "IS"),
            "UNKNOWN_IDENTIFIER_SCHEME", "judgement.subject.identifier.value"},
           // A number that a group shares names nobody for certain.
           {Says("identifier { scheme: 'EU-VAT-DE' value: '123456789' }", "IS"), "INVALID_FIELD",
            "judgement.subject.identifier"},
           {Says(query, "IS", "vessel"), "INVALID_FIELD", "judgement.source_record"},
           {Says(query, "IS", "datasets/list/records/none"), "RECORD_NOT_FOUND", ""},
           // No party.
           {Says(query, "IS", "datasets/list/records/ban"), "RECORD_NOT_FOUND", ""},
           {Says(own, "IS_NOT", "datasets/reg/records/heron"), "INVALID_FIELD",
            "judgement.source_record"}}) {
    SCOPED_TRACE(one.request);
    EXPECT_EQ(RefusalToJudge(one.request), one.reason);
    if (!one.field.empty()) {
      EXPECT_EQ(field_, one.field);
    }
  }
  v1::WithdrawJudgementRequest withdraw;
  withdraw.set_name("authorities/a/judgements/none");
  EXPECT_EQ(Refusal(&Reviews::WithdrawJudgement, withdraw), "INVALID_FIELD");
  EXPECT_EQ(field_, "reason");
  withdraw.set_reason("why");
  EXPECT_EQ(Refusal(&Reviews::WithdrawJudgement, withdraw), "JUDGEMENT_NOT_FOUND");
  EXPECT_THAT(Names(), IsEmpty());
}

}  // namespace
}  // namespace probity::server
