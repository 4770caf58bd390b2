#include "fake_server.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "rpc_status.pb.h"
#include "src/testing/status.h"
#include "world.h"

namespace probity::client {
namespace {

constexpr int kPages = 3;

}  // namespace

grpc::Status Refusing(grpc::StatusCode code, const std::string& reason, const std::string& message,
                      std::chrono::milliseconds retry_after, const std::string& field) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.domain = "probity";
  error.message = message;
  error.metadata["permission"] = "SCREEN";
  if (retry_after.count() >= 0) error.retry_after = retry_after;
  if (!field.empty()) error.field_violations.push_back({field, ""});
  rpc::Status details;
  details.ParseFromString(fake::StatusOf(error).error_details());
  details.add_details()->set_type_url("type.googleapis.com/google.rpc.SomethingNewer");
  details.mutable_details()->SwapElements(0, details.details_size() - 1);  // before what is known
  return {code, message, details.SerializeAsString()};
}

v1::ScreenSupplierResponse Decided(int verdict) {
  v1::ScreenSupplierResponse answer;
  answer.mutable_decision()->mutable_core()->set_verdict(static_cast<v1::Verdict>(verdict));
  return answer;
}

FakeServer::FakeServer() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakeServer::~FakeServer() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

void FakeServer::Script(std::vector<grpc::Status> script) {
  const std::lock_guard<std::mutex> lock(mutex_);
  script_ = {script.begin(), script.end()};
}

std::vector<FakeServer::Call> FakeServer::calls() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

Options FakeServer::options() const {
  Options options;
  options.server = absl::StrCat("127.0.0.1:", port_);
  return options;
}

Client FakeServer::client() const { return ConnectTo(options()); }

grpc::Status FakeServer::Next(grpc::ServerContext* context,
                              const v1::ScreenSupplierRequest& request) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Call call = {request, {}, context->deadline() - std::chrono::system_clock::now()};
  for (const auto& [name, value] : context->client_metadata()) {
    call.metadata.emplace(std::string(name.data(), name.size()),
                          std::string(value.data(), value.size()));
  }
  calls_.push_back(std::move(call));
  context->AddTrailingMetadata("probity-call-id", absl::StrCat("call-", calls_.size()));
  if (script_.empty()) return grpc::Status::OK;
  const grpc::Status next = script_.front();
  script_.pop_front();
  if (next.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    context->AddTrailingMetadata("grpc-retry-pushback-ms", "20");
  }
  return next;
}

grpc::Status FakeServer::ScreenSupplier(grpc::ServerContext* context,
                                        const v1::ScreenSupplierRequest* request,
                                        v1::ScreenSupplierResponse* response) {
  *response = Decided(verdict_);
  return Next(context, *request);
}

grpc::Status FakeServer::BatchScreenSuppliers(grpc::ServerContext* context,
                                              const v1::BatchScreenSuppliersRequest* request,
                                              v1::BatchScreenSuppliersResponse* response) {
  grpc::Status status;
  for (const auto& item : request->items()) {
    status = Next(context, item.request());
    response->add_results()->set_correlation_id(item.correlation_id());
  }
  return status;
}

// Pages "0", "1" and "2" of two decisions each.
grpc::Status FakeServer::ListDecisions(grpc::ServerContext* context,
                                       const v1::ListDecisionsRequest* request,
                                       v1::ListDecisionsResponse* response) {
  int page = 0;
  (void)absl::SimpleAtoi(request->page_token(), &page);
  for (int i = 0; i < 2; ++i) {
    response->add_decisions()->set_name(absl::StrCat("decisions/", 2 * page + i));
  }
  if (page + 1 < kPages) response->set_next_page_token(absl::StrCat(page + 1));
  return Next(context, {});
}

// Carries no request id, so that it is never sent twice.
grpc::Status FakeServer::ErasePersonalTexts(grpc::ServerContext* context,
                                            const v1::ErasePersonalTextsRequest* request,
                                            v1::ErasePersonalTextsResponse* response) {
  return Next(context, {});
}

grpc::Status FakeServer::StreamScreenSuppliers(grpc::ServerContext* context, Stream* stream) {
  return stream_(stream);
}

}  // namespace probity::client
