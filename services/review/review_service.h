// ReviewService over gRPC. What writes runs on the executor.
#ifndef PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_
#define PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_

#include "probity/v1/review_service.grpc.pb.h"
#include "services/rpc/unary.h"

namespace probity::review {

class ReviewService final : public v1::ReviewService::CallbackService {
 public:
  // Borrowed; outlives the service.
  explicit ReviewService(const rpc::Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* CreateJudgement(grpc::CallbackServerContext* context,
                                            const v1::CreateJudgementRequest* request,
                                            v1::CreateJudgementResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawJudgement(grpc::CallbackServerContext* context,
                                              const v1::WithdrawJudgementRequest* request,
                                              v1::WithdrawJudgementResponse* response) override;
  grpc::ServerUnaryReactor* GetJudgement(grpc::CallbackServerContext* context,
                                         const v1::GetJudgementRequest* request,
                                         v1::GetJudgementResponse* response) override;
  grpc::ServerUnaryReactor* ListJudgements(grpc::CallbackServerContext* context,
                                           const v1::ListJudgementsRequest* request,
                                           v1::ListJudgementsResponse* response) override;

 private:
  const rpc::Environment& env_;
};

}  // namespace probity::review

#endif  // PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_
