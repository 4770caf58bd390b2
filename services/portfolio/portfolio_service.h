// PortfolioService over gRPC. What writes, and what reads the watch's database, runs
// on executors.
#ifndef PROBITY_SERVICES_PORTFOLIO_PORTFOLIO_SERVICE_H_
#define PROBITY_SERVICES_PORTFOLIO_PORTFOLIO_SERVICE_H_

#include <chrono>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "services/portfolio/operations.h"
#include "services/portfolio/watch_stream.h"
#include "services/rpc/executor.h"
#include "services/rpc/unary.h"

namespace probity::portfolio {

class PortfolioService final : public v1::PortfolioService::CallbackService {
 public:
  // All are borrowed and outlive the service.
  PortfolioService(const rpc::Environment& env, Desk desk, std::chrono::seconds checkpoint_every)
      : env_(env), desk_(desk), base_{env_, desk_.watch, readers_, checkpoint_every} {}

  // Ends the streams there are soon, and those that begin from now on at once.
  void Drain();

  grpc::ServerUnaryReactor* PutPortfolio(grpc::CallbackServerContext* context,
                                         const v1::PutPortfolioRequest* request,
                                         v1::PutPortfolioResponse* response) override;
  grpc::ServerUnaryReactor* GetPortfolio(grpc::CallbackServerContext* context,
                                         const v1::GetPortfolioRequest* request,
                                         v1::GetPortfolioResponse* response) override;
  grpc::ServerUnaryReactor* ListPortfolios(grpc::CallbackServerContext* context,
                                           const v1::ListPortfoliosRequest* request,
                                           v1::ListPortfoliosResponse* response) override;
  grpc::ServerUnaryReactor* DeletePortfolio(grpc::CallbackServerContext* context,
                                            const v1::DeletePortfolioRequest* request,
                                            v1::DeletePortfolioResponse* response) override;
  grpc::ServerUnaryReactor* BatchPutMembers(grpc::CallbackServerContext* context,
                                            const v1::BatchPutMembersRequest* request,
                                            v1::BatchPutMembersResponse* response) override;
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const v1::ListMembersRequest* request,
                                        v1::ListMembersResponse* response) override;
  grpc::ServerUnaryReactor* RemoveMembers(grpc::CallbackServerContext* context,
                                          const v1::RemoveMembersRequest* request,
                                          v1::RemoveMembersResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchVerdictsResponse>* WatchVerdicts(
      grpc::CallbackServerContext* context, const v1::WatchVerdictsRequest* request) override;
  grpc::ServerUnaryReactor* ListVerdictChanges(grpc::CallbackServerContext* context,
                                               const v1::ListVerdictChangesRequest* request,
                                               v1::ListVerdictChangesResponse* response) override;

 private:
  // Threads that read for all streams: a page is a few microseconds an event.
  static constexpr int kReaders = 2;

  const rpc::Environment& env_;
  const Desk desk_;
  rpc::Executor readers_{kReaders};
  const StreamBase base_;
  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<WatchStream>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::portfolio

#endif  // PROBITY_SERVICES_PORTFOLIO_PORTFOLIO_SERVICE_H_
