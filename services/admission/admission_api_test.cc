// Admission in front of a server over gRPC.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"
#include "services/admission/admission.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/error_details.pb.h"
#include "services/rpc/server_stream.h"
#include "services/rpc/unary.h"

namespace probity::admission {
namespace {

constexpr char kAnn[] = "token-of-ministry-a";
constexpr char kBob[] = "token-of-ministry-b";

// Searches wait until they are let go; lookups do not.
class Suppliers final : public v1::SupplierService::CallbackService {
 public:
  explicit Suppliers(const rpc::Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* SearchSuppliers(grpc::CallbackServerContext* context,
                                            const v1::SearchSuppliersRequest* request,
                                            v1::SearchSuppliersResponse* response) override {
    return rpc::Unary(env_, context, "SupplierService.SearchSuppliers", request, response,
                      [this](const rpc::CallContext&, const auto&, auto*) {
                        ++searches_;
                        let_go_.WaitForNotification();
                        return absl::OkStatus();
                      });
  }
  grpc::ServerUnaryReactor* GetSupplier(grpc::CallbackServerContext* context,
                                        const v1::GetSupplierRequest* request,
                                        v1::GetSupplierResponse* response) override {
    return rpc::Unary(env_, context, "SupplierService.GetSupplier", request, response,
                      [](const rpc::CallContext&, const auto&, auto*) { return absl::OkStatus(); });
  }
  // Waits elsewhere than in its lane, as a search does whose names are not there yet.
  grpc::ServerUnaryReactor* ExplainSearchMiss(
      grpc::CallbackServerContext* context, const v1::ExplainSearchMissRequest* /*request*/,
      v1::ExplainSearchMissResponse* /*response*/) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    rpc::RunCall(env_, &waiting_, context, "SupplierService.ExplainSearchMiss", reactor,
                 [](const rpc::CallContext&) { return absl::OkStatus(); });
    return reactor;
  }

  rpc::Executor& waiting() { return waiting_; }
  int searches() const { return searches_; }
  void LetGo() { let_go_.Notify(); }

 private:
  const rpc::Environment& env_;
  std::atomic<int> searches_{0};  // that began
  absl::Notification let_go_;
  rpc::Executor waiting_{1};
};

// Hears how long calls stood in their lane.
class Waits final : public rpc::CallObserver {
 public:
  void Ended(const rpc::EndedCall& ended) override {
    longest_us_ = std::max(longest_us_.load(), absl::ToInt64Microseconds(ended.waited));
  }
  absl::Duration longest() const { return absl::Microseconds(longest_us_.load()); }

 private:
  std::atomic<int64_t> longest_us_{0};
};

// A stream that never ends by itself.
class Endless final : public rpc::MessageSource<v1::ExportDatasetResponse> {
 public:
  absl::Status Next(std::vector<v1::ExportDatasetResponse>* page) override {
    page->emplace_back().set_data(std::string(1 << 16, 'x'));
    return absl::OkStatus();
  }
};

class Datasets final : public v1::DatasetService::CallbackService {
 public:
  explicit Datasets(const rpc::Environment& env) : env_(env) {}

  grpc::ServerWriteReactor<v1::ExportDatasetResponse>* ExportDataset(
      grpc::CallbackServerContext* context, const v1::ExportDatasetRequest*) override {
    using Source = rpc::MessageSource<v1::ExportDatasetResponse>;
    return rpc::ServerStream<v1::ExportDatasetResponse>(
        env_, context, "DatasetService.ExportDataset",
        [](const rpc::CallContext&) -> absl::StatusOr<std::unique_ptr<Source>> {
          return std::make_unique<Endless>();
        });
  }

 private:
  const rpc::Environment& env_;
};

class AdmissionApiTest : public ::testing::Test {
 protected:
  void SetUp() override { Serve(Options()); }
  void TearDown() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  // One thread, and room for four searches; time stands still for budgets.
  static AdmissionOptions Options() {
    AdmissionOptions options;
    options.quotas.each = {{1e9, 1e9}, 2};
    options.max_streams = 100;
    options.heavy_threads = 1;
    options.limit.initial = options.limit.least = options.limit.most = 4;
    options.clock = [] { return absl::FromUnixSeconds(1700000000); };
    return options;
  }

  void Serve(AdmissionOptions options) {
    admission_ = std::make_unique<Admission>(std::move(options));
    env_.authenticator = &authenticator_;
    env_.executor = &executor_;
    env_.clock = &absl::Now;
    env_.gates = {admission_.get()};
    env_.lanes = admission_.get();
    suppliers_ = std::make_unique<Suppliers>(env_);
    datasets_ = std::make_unique<Datasets>(env_);
    grpc::ServerBuilder builder;
    builder.RegisterService(suppliers_.get());
    builder.RegisterService(datasets_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    channel_ = server_->InProcessChannel({});
  }
  // Serves anew with other options.
  void ServeAnew(AdmissionOptions options) {
    TearDown();
    server_.reset();
    Serve(std::move(options));
  }

  static void Use(const char* token, grpc::ClientContext* context) {
    context->AddMetadata("authorization", std::string("Bearer ") + token);
  }
  grpc::Status Lookup(const char* token) {
    grpc::ClientContext context;
    Use(token, &context);
    v1::GetSupplierResponse response;
    return v1::SupplierService::NewStub(channel_)->GetSupplier(&context, {}, &response);
  }
  grpc::Status Search(const char* token, absl::Duration patience = absl::Minutes(2)) {
    grpc::ClientContext context;
    Use(token, &context);
    context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
    v1::SearchSuppliersResponse response;
    return v1::SupplierService::NewStub(channel_)->SearchSuppliers(&context, {}, &response);
  }
  // A search whose end is awaited later.
  std::thread Begin(const char* token) {
    return std::thread([this, token] { EXPECT_TRUE(Search(token).ok()); });
  }
  void AwaitSearches(int in_progress) const {
    while (admission_->Figures().heavy_in_progress != in_progress) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  // Details of a status by the last part of their type.
  template <typename Detail>
  static Detail DetailOf(const grpc::Status& status, const std::string& type) {
    rpc::Status all;
    EXPECT_TRUE(all.ParseFromString(status.error_details()));
    for (const auto& any : all.details()) {
      Detail detail;
      if (any.type_url() == "type.googleapis.com/google.rpc." + type) {
        EXPECT_TRUE(detail.ParseFromString(any.value()));
        return detail;
      }
    }
    ADD_FAILURE() << "no " << type << ": " << status.error_message();
    return {};
  }
  static std::string ReasonIn(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    return DetailOf<rpc::ErrorInfo>(status, "ErrorInfo").reason();
  }

  const rpc::Authenticator authenticator_ =
      rpc::Authenticator::FromText(std::string(kAnn) + " ann authorities/a\n" + kBob +
                                   " bob authorities/b\n")
          .value();
  rpc::Executor executor_{1};
  rpc::Environment env_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<Suppliers> suppliers_;
  std::unique_ptr<Datasets> datasets_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(AdmissionApiTest, OneWhoUsedUpHisBudgetIsToldSoWhileAnotherIsServed) {
  AdmissionOptions options = Options();
  options.quotas.each = {{2, 3}, 2};
  ServeAnew(std::move(options));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Lookup(kAnn).ok());
  const grpc::Status refused = Lookup(kAnn);
  EXPECT_EQ(ReasonIn(refused), "QUOTA_EXCEEDED");
  const auto retry = DetailOf<rpc::RetryInfo>(refused, "RetryInfo");
  EXPECT_EQ(retry.retry_delay().seconds(), 0);
  EXPECT_EQ(retry.retry_delay().nanos(), 500000000);
  const auto failure = DetailOf<rpc::QuotaFailure>(refused, "QuotaFailure");
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).subject(), "caller:ann");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Lookup(kBob).ok());
}

TEST_F(AdmissionApiTest, SearchesBeyondTheLimitAreShedWhileLookupsAreAnswered) {
  std::vector<std::thread> searches;
  for (const char* token : {kAnn, kAnn, kAnn, kBob}) searches.push_back(Begin(token));
  AwaitSearches(4);
  for (const char* token : {kAnn, kBob}) {
    const grpc::Status shed = Search(token);
    EXPECT_EQ(ReasonIn(shed), "OVERLOADED");
    EXPECT_GT(DetailOf<rpc::RetryInfo>(shed, "RetryInfo").retry_delay().nanos(), 0);
  }
  // All of them: whatever number of threads gRPC has, none stands in a search.
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(Lookup(i % 2 == 0 ? kAnn : kBob).ok());
  suppliers_->LetGo();
  for (std::thread& search : searches) search.join();
  EXPECT_EQ(suppliers_->searches(), 4);
  AwaitSearches(0);
  EXPECT_TRUE(Search(kBob).ok()) << "the places are there again";
}

TEST_F(AdmissionApiTest, ACallThatWaitedPastItsDeadlineIsNotBegun) {
  std::thread first = Begin(kAnn);
  while (suppliers_->searches() != 1) std::this_thread::yield();
  EXPECT_EQ(Search(kBob, absl::Milliseconds(100)).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(suppliers_->searches(), 1);
  std::thread third = Begin(kBob);
  AwaitSearches(3);
  suppliers_->LetGo();
  first.join();
  third.join();
  AwaitSearches(0);
  EXPECT_EQ(suppliers_->searches(), 2) << "what nobody waited for was begun";
}

// The limit follows what stands in the lane, and nothing else.
TEST_F(AdmissionApiTest, WaitingElsewhereIsNoOverload) {
  Waits waits;
  env_.observers = {&waits};
  absl::Notification at_hand;
  suppliers_->waiting().Add([&at_hand] { at_hand.WaitForNotification(); });
  std::thread asking([this] {
    grpc::ClientContext context;
    Use(kAnn, &context);
    v1::ExplainSearchMissResponse response;
    const auto stub = v1::SupplierService::NewStub(channel_);
    EXPECT_TRUE(stub->ExplainSearchMiss(&context, {}, &response).ok());
  });
  AwaitSearches(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  at_hand.Notify();
  asking.join();
  EXPECT_EQ(waits.longest(), absl::ZeroDuration());
  std::thread first = Begin(kAnn);
  while (suppliers_->searches() != 1) std::this_thread::yield();
  std::thread second = Begin(kBob);
  AwaitSearches(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  suppliers_->LetGo();
  first.join();
  second.join();
  EXPECT_GT(waits.longest(), absl::ZeroDuration());
  env_.observers.clear();
}

TEST_F(AdmissionApiTest, OneMoreStreamThanAllowedIsRefused) {
  const auto stub = v1::DatasetService::NewStub(channel_);
  v1::ExportDatasetResponse message;
  const auto open = [&](const char* token, grpc::ClientContext* context) {
    Use(token, context);
    return stub->ExportDataset(context, {});
  };
  grpc::ClientContext contexts[4];
  const auto first = open(kAnn, &contexts[0]);
  const auto second = open(kAnn, &contexts[1]);
  ASSERT_TRUE(first->Read(&message));
  ASSERT_TRUE(second->Read(&message));
  const auto third = open(kAnn, &contexts[2]);
  EXPECT_FALSE(third->Read(&message));
  const grpc::Status refused = third->Finish();
  EXPECT_EQ(ReasonIn(refused), "TOO_MANY_STREAMS");
  EXPECT_EQ(DetailOf<rpc::RetryInfo>(refused, "RetryInfo").retry_delay().seconds(), 1);
  const auto others = open(kBob, &contexts[3]);
  EXPECT_TRUE(others->Read(&message));
  for (grpc::ClientContext& context : contexts) context.TryCancel();
  // Their places are free once the server has seen them go.
  while (admission_->Figures().streams != 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  grpc::ClientContext again;
  const auto later = open(kAnn, &again);
  EXPECT_TRUE(later->Read(&message));
  again.TryCancel();
}

}  // namespace
}  // namespace probity::admission
