// A whole server that is asked for too much.
#include "absl/strings/numbers.h"
#include "base/await_testing.h"
#include "gmock/gmock.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/overload.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

class OverloadApiTest : public ServerTest {
 protected:
  // Ann may ask ten lookups, and as many again each second; bob what he likes.
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_caller_units_per_second(10);
    config.set_caller_burst_seconds(1);
    config.set_streams_per_caller(1);
    config.set_stream_idle_seconds(1);
    config.set_watch_checkpoint_seconds(1);
    config::v1::CallerQuota* bob = config.add_caller_quotas();
    bob->set_principal("bob");
    bob->set_units_per_second(1000000);
    bob->set_streams(2);
    return config;
  }
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
  }
  grpc::Status LookUpAs(const char* token) {
    token_ = token;
    v1::LookupSuppliersResponse response;
    return Lookup("GB-COH", "04830352", &response);
  }
  // Costs 1,000: more than her bucket holds, so that she owes it for 99 seconds.
  void UseUpTheBudgetOfAnn() {
    token_ = kAnn;
    v1::ListPolicyDifferencesResponse differences;
    Call(&v1::PolicyService::Stub::ListPolicyDifferences, v1::ListPolicyDifferencesRequest(),
         &differences);
    EXPECT_NE(reason_, "QUOTA_EXCEEDED");
  }
  // The milliseconds that a call's trailer tells gRPC to wait; -1: it tells none.
  static int64_t PushbackOf(const grpc::ClientContext& context) {
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find("grpc-retry-pushback-ms");
    int64_t millis = -1;
    if (found == trailers.end()) return millis;
    EXPECT_EQ(trailers.count("grpc-retry-pushback-ms"), 1u);
    EXPECT_TRUE(absl::SimpleAtoi(std::string(found->second.data(), found->second.size()), &millis));
    return millis;
  }
  // The milliseconds of a status' RetryInfo; -1: it has none.
  static int64_t RetryInfoOf(const grpc::Status& status) {
    rpc::Status details;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    for (const auto& any : details.details()) {
      if (any.type_url() != "type.googleapis.com/google.rpc.RetryInfo") continue;
      rpc::RetryInfo retry;
      EXPECT_TRUE(retry.ParseFromString(any.value()));
      return retry.retry_delay().seconds() * 1000 + retry.retry_delay().nanos() / 1000000;
    }
    return -1;
  }
  // A lookup over `channel`, with its trailers in `context`.
  static grpc::Status LookUpOver(const std::shared_ptr<grpc::Channel>& channel, const char* token,
                                 grpc::ClientContext* context) {
    context->AddMetadata("authorization", std::string("Bearer ") + token);
    context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    v1::LookupSuppliersRequest request;
    v1::Identifier* identifier = request.add_identifiers();
    identifier->set_scheme("GB-COH");
    identifier->set_value("04830352");
    v1::LookupSuppliersResponse response;
    return v1::SupplierService::NewStub(channel)->LookupSuppliers(context, request, &response);
  }
  std::unique_ptr<grpc::ClientReader<v1::WatchVerdictsResponse>> Watch(
      const char* token, grpc::ClientContext* context) {
    context->AddMetadata("authorization", std::string("Bearer ") + token);
    return v1::PortfolioService::NewStub(channel_)->WatchVerdicts(context, {});
  }
};

TEST_F(OverloadApiTest, QuotasOfTheSettingsHold) {
  UseUpTheBudgetOfAnn();
  EXPECT_EQ(LookUpAs(kAnn).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(reason_, "QUOTA_EXCEEDED");
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(LookUpAs(kBob).ok());
}

TEST_F(OverloadApiTest, GrpcIsToldToWaitAsLongAsTheCaller) {
  grpc::ClientContext answered;
  ASSERT_TRUE(LookUpOver(channel_, kBob, &answered).ok());
  EXPECT_EQ(PushbackOf(answered), -1) << "who was answered need not ask again";
  UseUpTheBudgetOfAnn();
  grpc::ClientContext context;
  const grpc::Status refused = LookUpOver(channel_, kAnn, &context);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_GT(RetryInfoOf(refused), 0);
  EXPECT_EQ(PushbackOf(context), RetryInfoOf(refused));
}

// Its own backoff would have used up its attempts long before the budget reaches again.
TEST_F(OverloadApiTest, ARetryPolicyOfGrpcWaitsUntilTheBudgetReaches) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(
      R"({"methodConfig": [{"name": [{}], "retryPolicy": {
          "maxAttempts": 5, "initialBackoff": "0.001s", "maxBackoff": "0.001s",
          "backoffMultiplier": 1, "retryableStatusCodes": ["RESOURCE_EXHAUSTED"]}}]})");
  const auto patient = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                                 grpc::InsecureChannelCredentials(), arguments);
  ASSERT_TRUE(
      patient->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(30)));
  for (int i = 0; i < 10000 && LookUpAs(kAnn).ok(); ++i) continue;
  ASSERT_EQ(reason_, "QUOTA_EXCEEDED");
  grpc::ClientContext context;
  const grpc::Status status = LookUpOver(patient, kAnn, &context);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// What she used up stays used up: she is let on because she may have more.
TEST_F(OverloadApiTest, QuotasThatAreReadAgainHoldForTheNextCall) {
  UseUpTheBudgetOfAnn();
  EXPECT_FALSE(LookUpAs(kAnn).ok());
  EXPECT_EQ(reason_, "QUOTA_EXCEEDED");
  config::v1::ServerConfig config = Config();
  config::v1::CallerQuota* ann = config.add_caller_quotas();
  ann->set_principal("ann");
  ann->set_authority("authorities/a");
  ann->set_units_per_second(1000000);
  server_->Take(config);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(LookUpAs(kAnn).ok()) << i;
}

TEST_F(OverloadApiTest, StreamsOfTheSettingsHold) {
  grpc::ClientContext contexts[3];
  v1::WatchVerdictsResponse message;
  const auto first = Watch(kBob, &contexts[0]);
  ASSERT_TRUE(first->Read(&message));
  const auto second = Watch(kBob, &contexts[1]);
  ASSERT_TRUE(second->Read(&message));
  const auto third = Watch(kBob, &contexts[2]);
  EXPECT_FALSE(third->Read(&message));
  const grpc::Status refused = third->Finish();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ReadDetails(refused.error_details());
  EXPECT_EQ(reason_, "TOO_MANY_STREAMS");
  EXPECT_GT(RetryInfoOf(refused), 0);
  EXPECT_EQ(PushbackOf(contexts[2]), RetryInfoOf(refused));
  for (grpc::ClientContext& context : contexts) context.TryCancel();
}

// One whose client sends nothing, and one whose client said nothing from the beginning.
TEST_F(OverloadApiTest, IdleStreamsAreEndedAndTheirPlacesAreFree) {
  for (const bool opened : {true, false, true}) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", std::string("Bearer ") + kBob);
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
    const auto stub = v1::ScreeningService::NewStub(channel_);
    const auto stream = stub->StreamScreenSuppliers(&context);
    v1::StreamScreenSuppliersResponse answer;
    if (opened) {
      v1::StreamScreenSuppliersRequest settings;
      settings.mutable_settings()->mutable_purchase()->set_authority_country("GB");
      ASSERT_TRUE(stream->Write(settings));
      EXPECT_TRUE(stream->Read(&answer));
      EXPECT_NE(answer.resume_token(), "");
    }
    EXPECT_FALSE(stream->Read(&answer));
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    ReadDetails(status.error_details());
    EXPECT_EQ(reason_, "STREAM_IDLE");
  }
}

// The opening uses up what she may ask; those items that come before more is there are not
// decided.
TEST_F(OverloadApiTest, ItemsOfAStreamArePaidFor) {
  constexpr int kItems = 50;
  grpc::ClientContext context;
  context.AddMetadata("authorization", std::string("Bearer ") + kAnn);
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
  const auto stub = v1::ScreeningService::NewStub(channel_);
  const auto stream = stub->StreamScreenSuppliers(&context);
  v1::StreamScreenSuppliersRequest message;
  message.mutable_settings()->mutable_purchase()->set_authority_country("GB");
  ASSERT_TRUE(stream->Write(message));
  v1::Identifier* asked = message.mutable_item()
                              ->mutable_request()
                              ->mutable_subject()
                              ->mutable_ref()
                              ->mutable_identifier();
  asked->set_scheme("GB-COH");
  asked->set_value("04830352");
  for (int i = 0; i < kItems && stream->Write(message); ++i) {
  }
  stream->WritesDone();
  int answers = 0;
  std::string token;
  for (v1::StreamScreenSuppliersResponse answer; stream->Read(&answer);) {
    if (!answer.resume_token().empty()) token = answer.resume_token();
    answers += answer.has_opened() ? 0 : 1;
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ReadDetails(status.error_details());
  EXPECT_EQ(reason_, "QUOTA_EXCEEDED");
  EXPECT_LT(answers, kItems);
  EXPECT_NE(token, "") << "nobody knows where to go on";
}

// The server has something to say each second, and this client listens.
TEST_F(OverloadApiTest, AStreamThatIsReadIsNotIdle) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
  const auto reader = Watch(kBob, &context);
  v1::WatchVerdictsResponse message;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(reader->Read(&message)) << i;
  context.TryCancel();
}

TEST_F(OverloadApiTest, MetadataHaveALimitAndTheServerGoesOn) {
  const auto status_with = [this](size_t bytes) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", std::string("Bearer ") + kBob);
    context.AddMetadata("x-filler", std::string(bytes, 'x'));
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    v1::GetServerInfoResponse response;
    return v1::ServerService::NewStub(channel_)->GetServerInfo(&context, {}, &response);
  };
  EXPECT_TRUE(status_with(12 << 10).ok()) << "a long token must fit";
  const grpc::Status refused = status_with(64 << 10);
  EXPECT_FALSE(refused.ok());
  EXPECT_NE(refused.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // gRPC 1.51 refuses the call alone or ends its connection, as the rest of the frame comes.
  EXPECT_TRUE(BecomesTrue([&] { return status_with(0).ok(); }));
}

TEST(OverloadConfig, EverySettingHasADefaultAndARange) {
  config::v1::ServerConfig config;
  config.set_data_dir("x");
  ASSERT_TRUE(CompleteConfig(&config).ok());
  const admission::Quotas quotas = QuotasOf(config);
  EXPECT_EQ(quotas.each.budget.units_per_second, 200000);
  EXPECT_EQ(quotas.each.budget.brim, 2000000);
  EXPECT_EQ(quotas.each.streams, 16u);
  EXPECT_EQ(AdmissionOptionsOf(config).max_streams, 1000u);

  const auto fault = [](const std::string& text) {
    auto wrong = ParseConfig("test", "data_dir: 'x' " + text);
    if (!wrong.ok()) return std::string(wrong.status().message());
    return std::string(CompleteConfig(&*wrong).message());
  };
  EXPECT_THAT(fault("caller_units_per_second: 9"), HasSubstr("10 to 1000000000"));
  EXPECT_THAT(fault("caller_burst_seconds: 601"), HasSubstr("caller_burst_seconds"));
  EXPECT_THAT(fault("streams_per_caller: 10001"), HasSubstr("1 to 10000"));
  EXPECT_THAT(fault("max_streams: 100001"), HasSubstr("max_streams"));
  EXPECT_THAT(fault("stream_idle_seconds: 86401"), HasSubstr("1 to 86400"));
  EXPECT_THAT(fault("connection_age_seconds: 59"), HasSubstr("connection_age_seconds"));
  EXPECT_THAT(fault("connection_idle_seconds: 9"), HasSubstr("connection_idle_seconds"));
  EXPECT_THAT(fault("memory_limit_mib: 127"), HasSubstr("128 to 4194304"));
  EXPECT_THAT(fault("caller_quotas { streams: 2 }"), HasSubstr("caller_quotas[0].principal"));
  EXPECT_THAT(fault("caller_quotas { principal: 'a' } caller_quotas { principal: 'b' "
                    "units_per_second: 3 }"),
              HasSubstr("caller_quotas[1].units_per_second"));
  EXPECT_THAT(fault("caller_quotas { principal: 'a' authority: 'ministry' }"),
              HasSubstr("authorities/{a}"));
}

TEST(OverloadConfig, WhatACallerHasNoQuotaOfIsAsForAll) {
  auto config = ParseConfig("test",
                            "data_dir: 'x' caller_units_per_second: 100 caller_burst_seconds: 3 "
                            "streams_per_caller: 5 caller_quotas { principal: 'ann' streams: 7 }");
  ASSERT_TRUE(config.ok());
  ASSERT_TRUE(CompleteConfig(&*config).ok());
  const admission::Quotas quotas = QuotasOf(*config);
  EXPECT_EQ(quotas.Of({"ann", "authorities/a"}).budget.units_per_second, 100);
  EXPECT_EQ(quotas.Of({"ann", "authorities/a"}).budget.brim, 300);
  EXPECT_EQ(quotas.Of({"ann", "authorities/a"}).streams, 7u);
  EXPECT_EQ(quotas.Of({"bob", ""}).streams, 5u);
}

}  // namespace
}  // namespace probity::server
