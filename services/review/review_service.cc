#include "services/review/review_service.h"

#include "services/review/operations.h"

namespace probity::review {

grpc::ServerUnaryReactor* ReviewService::CreateJudgement(grpc::CallbackServerContext* context,
                                                         const v1::CreateJudgementRequest* request,
                                                         v1::CreateJudgementResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.CreateJudgement", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Create({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::WithdrawJudgement(
    grpc::CallbackServerContext* context, const v1::WithdrawJudgementRequest* request,
    v1::WithdrawJudgementResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.WithdrawJudgement", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Withdraw({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::GetJudgement(grpc::CallbackServerContext* context,
                                                      const v1::GetJudgementRequest* request,
                                                      v1::GetJudgementResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.GetJudgement", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Get(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ReviewService::ListJudgements(grpc::CallbackServerContext* context,
                                                        const v1::ListJudgementsRequest* request,
                                                        v1::ListJudgementsResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.ListJudgements", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List(*env_.store, call, asked, answer);
                    });
}

}  // namespace probity::review
