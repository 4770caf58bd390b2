// A server in this process that answers as a test scripts it: what a real one gives only when it
// is newer, full or cut off.
#ifndef PROBITY_CLIENT_TESTS_FAKE_SERVER_H_
#define PROBITY_CLIENT_TESTS_FAKE_SERVER_H_

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "probity/client/client.h"

namespace probity::client {

// Status with details as the server sends them.
grpc::Status Refusing(grpc::StatusCode code, const std::string& reason, const std::string& message,
                      std::chrono::milliseconds retry_after = std::chrono::milliseconds(-1),
                      const std::string& field = "");

v1::ScreenSupplierResponse Decided(int verdict);

class FakeServer : public v1::ScreeningService::Service {
 public:
  using Stream =
      grpc::ServerReaderWriter<v1::StreamScreenSuppliersResponse, v1::StreamScreenSuppliersRequest>;
  struct Call {
    v1::ScreenSupplierRequest request;
    std::map<std::string, std::string> metadata;
    std::chrono::system_clock::duration left;  // of its deadline
  };

  FakeServer();
  ~FakeServer() override;

  // What ScreenSupplier and GetDecision answer, one after the other; then OK without a decision.
  void Script(std::vector<grpc::Status> script);
  // The verdict of answers.
  void SetVerdict(int verdict) { verdict_ = verdict; }
  void SetStream(std::function<grpc::Status(Stream*)> stream) { stream_ = std::move(stream); }
  std::vector<Call> calls() const;

  Options options() const;
  Client client() const;

 private:
  grpc::Status ScreenSupplier(grpc::ServerContext* context,
                              const v1::ScreenSupplierRequest* request,
                              v1::ScreenSupplierResponse* response) override;
  grpc::Status BatchScreenSuppliers(grpc::ServerContext* context,
                                    const v1::BatchScreenSuppliersRequest* request,
                                    v1::BatchScreenSuppliersResponse* response) override;
  grpc::Status ListDecisions(grpc::ServerContext* context, const v1::ListDecisionsRequest* request,
                             v1::ListDecisionsResponse* response) override;
  grpc::Status ErasePersonalTexts(grpc::ServerContext* context,
                                  const v1::ErasePersonalTextsRequest* request,
                                  v1::ErasePersonalTextsResponse* response) override;
  grpc::Status StreamScreenSuppliers(grpc::ServerContext* context, Stream* stream) override;
  grpc::Status Next(grpc::ServerContext* context, const v1::ScreenSupplierRequest& request);

  mutable std::mutex mutex_;
  std::deque<grpc::Status> script_;
  std::vector<Call> calls_;
  int verdict_ = v1::VERDICT_CLEAR;
  std::function<grpc::Status(Stream*)> stream_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_TESTS_FAKE_SERVER_H_
