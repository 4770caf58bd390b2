#include "services/portfolio/portfolio_service.h"

#include <algorithm>

namespace probity::portfolio {

void PortfolioService::Drain() {
  std::vector<std::weak_ptr<WatchStream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    streams.swap(streams_);
  }
  for (const auto& weak : streams) {
    if (const auto stream = weak.lock()) stream->Drain();
  }
}

grpc::ServerWriteReactor<v1::WatchVerdictsResponse>* PortfolioService::WatchVerdicts(
    grpc::CallbackServerContext* context, const v1::WatchVerdictsRequest* request) {
  // gRPC takes the pointer: the stream keeps itself until that has done with it.
  const std::shared_ptr<WatchStream> stream = WatchStream::Begin(base_, context, *request);
  bool draining = false;
  {
    absl::MutexLock lock(&mutex_);
    draining = draining_;
    streams_.erase(std::remove_if(streams_.begin(), streams_.end(),
                                  [](const auto& one) { return one.expired(); }),
                   streams_.end());
    if (!draining) streams_.push_back(stream);
  }
  if (draining) stream->Drain();
  return stream.get();
}

grpc::ServerUnaryReactor* PortfolioService::PutPortfolio(grpc::CallbackServerContext* context,
                                                         const v1::PutPortfolioRequest* request,
                                                         v1::PutPortfolioResponse* response) {
  return rpc::UnaryWrite(env_, context, "PortfolioService.PutPortfolio", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return portfolio::Put(desk_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PortfolioService::GetPortfolio(grpc::CallbackServerContext* context,
                                                         const v1::GetPortfolioRequest* request,
                                                         v1::GetPortfolioResponse* response) {
  return rpc::Unary(env_, context, "PortfolioService.GetPortfolio", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return portfolio::Get(desk_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* PortfolioService::ListPortfolios(grpc::CallbackServerContext* context,
                                                           const v1::ListPortfoliosRequest* request,
                                                           v1::ListPortfoliosResponse* response) {
  return rpc::Unary(env_, context, "PortfolioService.ListPortfolios", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return portfolio::List(desk_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* PortfolioService::DeletePortfolio(
    grpc::CallbackServerContext* context, const v1::DeletePortfolioRequest* request,
    v1::DeletePortfolioResponse* response) {
  return rpc::UnaryWrite(env_, context, "PortfolioService.DeletePortfolio", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return portfolio::Delete(desk_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PortfolioService::BatchPutMembers(
    grpc::CallbackServerContext* context, const v1::BatchPutMembersRequest* request,
    v1::BatchPutMembersResponse* response) {
  return rpc::UnaryWrite(env_, context, "PortfolioService.BatchPutMembers", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return portfolio::PutMembers(desk_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PortfolioService::ListMembers(grpc::CallbackServerContext* context,
                                                        const v1::ListMembersRequest* request,
                                                        v1::ListMembersResponse* response) {
  return rpc::Unary(env_, context, "PortfolioService.ListMembers", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return portfolio::ListMembers(desk_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* PortfolioService::RemoveMembers(grpc::CallbackServerContext* context,
                                                          const v1::RemoveMembersRequest* request,
                                                          v1::RemoveMembersResponse* response) {
  return rpc::UnaryWrite(env_, context, "PortfolioService.RemoveMembers", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return portfolio::RemoveMembers(desk_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PortfolioService::ListVerdictChanges(
    grpc::CallbackServerContext* context, const v1::ListVerdictChangesRequest* request,
    v1::ListVerdictChangesResponse* response) {
  return rpc::Unary(env_, context, "PortfolioService.ListVerdictChanges", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return portfolio::ListChanges(desk_, call, asked, answer);
                    });
}

}  // namespace probity::portfolio
