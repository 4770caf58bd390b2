// Deadlines, ids, what is sent again, errors.
#include <set>

#include "fake_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "world.h"

namespace probity::client {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const grpc::Status kAway(StatusCode::UNAVAILABLE, "restarting");

Result<v1::ScreenSupplierResponse> Ask(const FakeServer& server, const CallOptions& options = {}) {
  return server.client().Call(&Screening::ScreenSupplier, Asking(Named(kGood, "")), options);
}

TEST(CallTest, IsSentAgainUnderOneId) {
  FakeServer server;
  server.Script({kAway, kAway});
  const auto answer = Ask(server);
  ASSERT_TRUE(answer.ok()) << answer.error().ToString();
  ASSERT_THAT(server.calls(), SizeIs(3));
  std::set<std::string> ids;
  for (const auto& call : server.calls()) ids.insert(call.request.request_id());
  EXPECT_THAT(ids, SizeIs(1));
  EXPECT_THAT(*ids.begin(), SizeIs(36));
}

TEST(CallTest, TwoCallsAreTwoRequestsAndACallersIdStays) {
  FakeServer server;
  const Client client = server.client();
  v1::ScreenSupplierRequest request = Asking(Named(kGood, ""));
  ASSERT_TRUE(client.Call(&Screening::ScreenSupplier, request).ok());
  ASSERT_TRUE(client.Call(&Screening::ScreenSupplier, request).ok());
  request.set_request_id("po-4711");
  ASSERT_TRUE(client.Call(&Screening::ScreenSupplier, request).ok());
  const auto calls = server.calls();
  EXPECT_NE(calls[0].request.request_id(), calls[1].request.request_id());
  EXPECT_EQ(calls[2].request.request_id(), "po-4711");
}

TEST(CallTest, ItemsOfABatchHaveIdsOfTheirOwn) {
  FakeServer server;
  v1::BatchScreenSuppliersRequest request;
  request.add_items();
  request.add_items();
  ASSERT_TRUE(server.client().Call(&Screening::BatchScreenSuppliers, request).ok());
  ASSERT_THAT(server.calls(), SizeIs(2));
  EXPECT_THAT(server.calls()[0].request.request_id(), SizeIs(36));
  EXPECT_NE(server.calls()[0].request.request_id(), server.calls()[1].request.request_id());
}

TEST(CallTest, WhatHasNoIdIsSentOnce) {
  FakeServer server;
  server.Script({kAway});
  const auto answer =
      server.client().Call(&Screening::ErasePersonalTexts, v1::ErasePersonalTextsRequest());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, StatusCode::UNAVAILABLE);
  EXPECT_THAT(server.calls(), SizeIs(1));
}

TEST(CallTest, NothingIsSentAgainWithoutRetriesNorWhatWasRefused) {
  FakeServer server;
  server.Script({grpc::Status(StatusCode::INVALID_ARGUMENT, "no"), kAway});
  EXPECT_FALSE(Ask(server).ok());
  Options options = server.options();
  options.retries = false;
  EXPECT_FALSE(ConnectTo(options).Call(&Screening::ScreenSupplier, Asking(Named(kGood, ""))).ok());
  EXPECT_THAT(server.calls(), SizeIs(2));
}

TEST(CallTest, GivesUpAfterFiveAttempts) {
  FakeServer server;
  server.Script(std::vector<grpc::Status>(
      9, Refusing(StatusCode::RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED", "too much", milliseconds(20))));
  const auto answer = Ask(server);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().reason, "QUOTA_EXCEEDED");
  EXPECT_THAT(server.calls(), SizeIs(5));
}

TEST(CallTest, HasTheDeadlineOfItsRpcOrOfItsCaller) {
  FakeServer server;
  ASSERT_TRUE(Ask(server).ok());
  CallOptions options;
  options.timeout = std::chrono::hours(1);  // longer than the RPC's own
  options.metadata.emplace("traceparent", "00-1-1-00");
  ASSERT_TRUE(Ask(server, options).ok());
  const auto calls = server.calls();
  EXPECT_LE(calls[0].left, seconds(16));  // 15, which gRPC rounds up
  EXPECT_GT(calls[0].left, seconds(0));
  EXPECT_GT(calls[1].left, std::chrono::minutes(50));
  EXPECT_EQ(calls[1].metadata.at("traceparent"), "00-1-1-00");
  EXPECT_THAT(calls[0].metadata.at("user-agent"), HasSubstr("probity-client-cpp/0.1.0"));
}

TEST(CallTest, AVerdictThatIsNewerIsNeverClear) {
  FakeServer server;
  server.SetVerdict(77);
  const auto answer = Ask(server);
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(MayBuy(answer));
  EXPECT_EQ(VerdictName(answer), "UNKNOWN(77)");
}

TEST(ErrorTest, HasAllThatTheServerSaid) {
  FakeServer server;
  server.Script({Refusing(StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED", "you may not.",
                          milliseconds(1500), "subject.name")});
  const auto answer = Ask(server);
  ASSERT_FALSE(answer.ok());
  const Error& error = answer.error();
  EXPECT_EQ(error.code, StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(error.KnownReason(), v1::ERROR_REASON_PERMISSION_DENIED);
  EXPECT_EQ(error.domain, "probity");
  EXPECT_EQ(error.metadata.at("permission"), "SCREEN");
  EXPECT_EQ(error.retry_after, milliseconds(1500));
  ASSERT_THAT(error.field_violations, SizeIs(1));
  EXPECT_EQ(error.field_violations[0].field, "subject.name");
  EXPECT_EQ(error.call_id, "call-1");
  EXPECT_EQ(error.method, "ScreeningService/ScreenSupplier");
  EXPECT_EQ(error.request_id, server.calls()[0].request.request_id());
  EXPECT_EQ(error.UserMessage(),
            "This account may not do this in Probity: you may not (field subject.name). Ask your "
            "administrator for the permission SCREEN.");
  EXPECT_THAT(error.ToString(), HasSubstr("PERMISSION_DENIED/PERMISSION_DENIED"));
  EXPECT_THROW(answer.value(), FailedCall);
}

TEST(ErrorTest, AReasonThatIsNewerIsKept) {
  FakeServer server;
  server.Script({Refusing(StatusCode::FAILED_PRECONDITION, "MOON_IS_FULL", "not now")});
  const auto answer = Ask(server);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().reason, "MOON_IS_FULL");
  EXPECT_EQ(answer.error().KnownReason(), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(ErrorTest, DetailsThatCannotBeReadAreLeftOut) {
  FakeServer server;
  server.Script({grpc::Status(StatusCode::NOT_FOUND, "nobody", "\xff\xff no message")});
  const auto answer = Ask(server);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, StatusCode::NOT_FOUND);
  EXPECT_EQ(answer.error().reason, "");
}

TEST(ErrorTest, AnItemsErrorIsNeverOk) {
  v1::BatchScreenItemResult item;
  EXPECT_EQ(ItemFailure(item), std::nullopt);
  item.mutable_error()->set_reason("INVALID_FIELD");
  item.mutable_error()->set_field("subject");
  EXPECT_EQ(ItemFailure(item)->code, StatusCode::UNKNOWN);
  item.mutable_error()->set_code(99);
  EXPECT_EQ(ItemFailure(item)->code, StatusCode::UNKNOWN);
  item.mutable_error()->set_code(3);
  EXPECT_EQ(ItemFailure(item)->code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ItemFailure(item)->field_violations.at(0).field, "subject");
}

TEST(ItemsTest, GoOverAllPages) {
  FakeServer server;
  const Client client = server.client();
  std::vector<std::string> names;
  for (const auto& decision : client.Items(&Screening::ListDecisions, v1::ListDecisionsRequest(),
                                           &v1::ListDecisionsResponse::decisions)) {
    ASSERT_TRUE(decision.ok());
    names.push_back(decision->name());
  }
  EXPECT_THAT(names, ElementsAre("decisions/0", "decisions/1", "decisions/2", "decisions/3",
                                 "decisions/4", "decisions/5"));
}

TEST(ItemsTest, AnErrorIsTheLastThingAndPagesAreAskedForAsNeeded) {
  FakeServer server;
  server.Script({grpc::Status::OK, grpc::Status(StatusCode::ABORTED, "gone")});
  const Client client = server.client();
  auto decisions = client.Items(&Screening::ListDecisions, v1::ListDecisionsRequest(),
                                &v1::ListDecisionsResponse::decisions);
  EXPECT_TRUE(decisions.Next()->ok());
  EXPECT_TRUE(decisions.Next()->ok());
  EXPECT_THAT(server.calls(), SizeIs(1));
  EXPECT_FALSE(decisions.Next()->ok());
  EXPECT_EQ(decisions.Next(), std::nullopt);
  EXPECT_THAT(server.calls(), SizeIs(2));
}

}  // namespace
}  // namespace probity::client
