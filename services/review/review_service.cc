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

grpc::ServerUnaryReactor* ReviewService::CreateWaiver(grpc::CallbackServerContext* context,
                                                      const v1::CreateWaiverRequest* request,
                                                      v1::CreateWaiverResponse* response) {
  return rpc::UnaryWrite(
      env_, context, "ReviewService.CreateWaiver", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return review::CreateWaiver(policies_, {*env_.store, call}, asked, answer);
      });
}

grpc::ServerUnaryReactor* ReviewService::ApproveWaiver(grpc::CallbackServerContext* context,
                                                       const v1::ApproveWaiverRequest* request,
                                                       v1::ApproveWaiverResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.ApproveWaiver", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return review::ApproveWaiver({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::RevokeWaiver(grpc::CallbackServerContext* context,
                                                      const v1::RevokeWaiverRequest* request,
                                                      v1::RevokeWaiverResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.RevokeWaiver", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return review::RevokeWaiver({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::GetWaiver(grpc::CallbackServerContext* context,
                                                   const v1::GetWaiverRequest* request,
                                                   v1::GetWaiverResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.GetWaiver", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return review::GetWaiver(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ReviewService::ListWaivers(grpc::CallbackServerContext* context,
                                                     const v1::ListWaiversRequest* request,
                                                     v1::ListWaiversResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.ListWaivers", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return review::ListWaivers(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ReviewService::BatchCreateJudgements(
    grpc::CallbackServerContext* context, const v1::BatchCreateJudgementsRequest* request,
    v1::BatchCreateJudgementsResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.BatchCreateJudgements", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return BatchCreate({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::SubmitReply(grpc::CallbackServerContext* context,
                                                     const v1::SubmitReplyRequest* request,
                                                     v1::SubmitReplyResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.SubmitReply", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return review::SubmitReply({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::AssessSelfCleaning(
    grpc::CallbackServerContext* context, const v1::AssessSelfCleaningRequest* request,
    v1::AssessSelfCleaningResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.AssessSelfCleaning", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return review::AssessSelfCleaning({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::WithdrawReply(grpc::CallbackServerContext* context,
                                                       const v1::WithdrawReplyRequest* request,
                                                       v1::WithdrawReplyResponse* response) {
  return rpc::UnaryWrite(env_, context, "ReviewService.WithdrawReply", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return review::WithdrawReply({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* ReviewService::GetReply(grpc::CallbackServerContext* context,
                                                  const v1::GetReplyRequest* request,
                                                  v1::GetReplyResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.GetReply", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return review::GetReply(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ReviewService::ListReplies(grpc::CallbackServerContext* context,
                                                     const v1::ListRepliesRequest* request,
                                                     v1::ListRepliesResponse* response) {
  return rpc::Unary(env_, context, "ReviewService.ListReplies", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return review::ListReplies(*env_.store, call, asked, answer);
                    });
}

}  // namespace probity::review
