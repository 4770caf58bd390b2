// What screenings make of judgements.
#include <string>

#include "gmock/gmock.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/judgement_testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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

}  // namespace
}  // namespace probity::server
