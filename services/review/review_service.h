// ReviewService over gRPC. What writes runs on the executor.
#ifndef PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_
#define PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_

#include "probity/v1/review_service.grpc.pb.h"
#include "screening/policies/policy_book.h"
#include "services/rpc/unary.h"

namespace probity::review {

class ReviewService final : public v1::ReviewService::CallbackService {
 public:
  // Borrowed; both outlive the service.
  ReviewService(const rpc::Environment& env, const screening::PolicyBook& policies)
      : env_(env), policies_(policies) {}

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
  grpc::ServerUnaryReactor* CreateWaiver(grpc::CallbackServerContext* context,
                                         const v1::CreateWaiverRequest* request,
                                         v1::CreateWaiverResponse* response) override;
  grpc::ServerUnaryReactor* ApproveWaiver(grpc::CallbackServerContext* context,
                                          const v1::ApproveWaiverRequest* request,
                                          v1::ApproveWaiverResponse* response) override;
  grpc::ServerUnaryReactor* RevokeWaiver(grpc::CallbackServerContext* context,
                                         const v1::RevokeWaiverRequest* request,
                                         v1::RevokeWaiverResponse* response) override;
  grpc::ServerUnaryReactor* GetWaiver(grpc::CallbackServerContext* context,
                                      const v1::GetWaiverRequest* request,
                                      v1::GetWaiverResponse* response) override;
  grpc::ServerUnaryReactor* ListWaivers(grpc::CallbackServerContext* context,
                                        const v1::ListWaiversRequest* request,
                                        v1::ListWaiversResponse* response) override;
  grpc::ServerUnaryReactor* BatchCreateJudgements(
      grpc::CallbackServerContext* context, const v1::BatchCreateJudgementsRequest* request,
      v1::BatchCreateJudgementsResponse* response) override;
  grpc::ServerUnaryReactor* SubmitReply(grpc::CallbackServerContext* context,
                                        const v1::SubmitReplyRequest* request,
                                        v1::SubmitReplyResponse* response) override;
  grpc::ServerUnaryReactor* AssessSelfCleaning(grpc::CallbackServerContext* context,
                                               const v1::AssessSelfCleaningRequest* request,
                                               v1::AssessSelfCleaningResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawReply(grpc::CallbackServerContext* context,
                                          const v1::WithdrawReplyRequest* request,
                                          v1::WithdrawReplyResponse* response) override;
  grpc::ServerUnaryReactor* GetReply(grpc::CallbackServerContext* context,
                                     const v1::GetReplyRequest* request,
                                     v1::GetReplyResponse* response) override;
  grpc::ServerUnaryReactor* ListReplies(grpc::CallbackServerContext* context,
                                        const v1::ListRepliesRequest* request,
                                        v1::ListRepliesResponse* response) override;

 private:
  const rpc::Environment& env_;
  const screening::PolicyBook& policies_;
};

}  // namespace probity::review

#endif  // PROBITY_SERVICES_REVIEW_REVIEW_SERVICE_H_
