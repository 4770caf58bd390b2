// ReviewService's operations. Errors as the proto says.
#ifndef PROBITY_SERVICES_REVIEW_OPERATIONS_H_
#define PROBITY_SERVICES_REVIEW_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/review_service.pb.h"
#include "screening/policies/policy_book.h"
#include "services/rpc/publish.h"
#include "storage/store.h"

namespace probity::review {

// change.cc
absl::Status Create(const rpc::Writer& at, const v1::CreateJudgementRequest& request,
                    v1::CreateJudgementResponse* response);
absl::Status Withdraw(const rpc::Writer& at, const v1::WithdrawJudgementRequest& request,
                      v1::WithdrawJudgementResponse* response);
absl::Status BatchCreate(const rpc::Writer& at, const v1::BatchCreateJudgementsRequest& request,
                         v1::BatchCreateJudgementsResponse* response);
// read.cc
absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetJudgementRequest& request, v1::GetJudgementResponse* response);
absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListJudgementsRequest& request, v1::ListJudgementsResponse* response);
// waivers.cc
absl::Status CreateWaiver(const screening::PolicyBook& policies, const rpc::Writer& at,
                          const v1::CreateWaiverRequest& request,
                          v1::CreateWaiverResponse* response);
absl::Status ApproveWaiver(const rpc::Writer& at, const v1::ApproveWaiverRequest& request,
                           v1::ApproveWaiverResponse* response);
absl::Status RevokeWaiver(const rpc::Writer& at, const v1::RevokeWaiverRequest& request,
                          v1::RevokeWaiverResponse* response);
absl::Status GetWaiver(const storage::Store& store, const rpc::CallContext& call,
                       const v1::GetWaiverRequest& request, v1::GetWaiverResponse* response);
absl::Status ListWaivers(const storage::Store& store, const rpc::CallContext& call,
                         const v1::ListWaiversRequest& request, v1::ListWaiversResponse* response);
// replies.cc
absl::Status SubmitReply(const rpc::Writer& at, const v1::SubmitReplyRequest& request,
                         v1::SubmitReplyResponse* response);
absl::Status AssessSelfCleaning(const rpc::Writer& at, const v1::AssessSelfCleaningRequest& request,
                                v1::AssessSelfCleaningResponse* response);
absl::Status WithdrawReply(const rpc::Writer& at, const v1::WithdrawReplyRequest& request,
                           v1::WithdrawReplyResponse* response);
absl::Status GetReply(const storage::Store& store, const rpc::CallContext& call,
                      const v1::GetReplyRequest& request, v1::GetReplyResponse* response);
absl::Status ListReplies(const storage::Store& store, const rpc::CallContext& call,
                         const v1::ListRepliesRequest& request, v1::ListRepliesResponse* response);

}  // namespace probity::review

#endif  // PROBITY_SERVICES_REVIEW_OPERATIONS_H_
