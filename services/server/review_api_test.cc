// Judgements through the public API: who says what, what stands, and what is refused.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/judgement_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
