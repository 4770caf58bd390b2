// A server with one implementation of DatasetService, called in the process: for tests of what
// stands between gRPC and operations.
#ifndef PROBITY_SERVICES_RPC_DATASET_SERVER_TESTING_H_
#define PROBITY_SERVICES_RPC_DATASET_SERVER_TESTING_H_

#include <chrono>
#include <memory>

#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/executor.h"
#include "services/rpc/unary.h"

namespace probity::rpc {

// The test is the service. `Service` is a callback service of v1::DatasetService, whose methods
// the test overrides.
template <typename Service>
class DatasetServerTest : public testing::Test, public Service {
 protected:
  void SetUp() override {
    env_.authenticator = &authenticator_;
    env_.executor = executor_.get();
    env_.clock = [] { return absl::Now(); };
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    stub_ = v1::DatasetService::NewStub(server_->InProcessChannel({}));
  }
  // Behind it nothing of the test is called any more.
  void TearDown() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    executor_.reset();
  }

  Environment env_;
  std::unique_ptr<v1::DatasetService::Stub> stub_;

 private:
  const Authenticator authenticator_ = Authenticator::Open();
  std::unique_ptr<Executor> executor_ = std::make_unique<Executor>(2);
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_DATASET_SERVER_TESTING_H_
