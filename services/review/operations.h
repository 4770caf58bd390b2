// ReviewService's operations. Errors as the proto says.
#ifndef PROBITY_SERVICES_REVIEW_OPERATIONS_H_
#define PROBITY_SERVICES_REVIEW_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/review_service.pb.h"
#include "services/rpc/publish.h"
#include "storage/store.h"

namespace probity::review {

// change.cc
absl::Status Create(const rpc::Writer& at, const v1::CreateJudgementRequest& request,
                    v1::CreateJudgementResponse* response);
absl::Status Withdraw(const rpc::Writer& at, const v1::WithdrawJudgementRequest& request,
                      v1::WithdrawJudgementResponse* response);
// read.cc
absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetJudgementRequest& request, v1::GetJudgementResponse* response);
absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListJudgementsRequest& request, v1::ListJudgementsResponse* response);

// The row of that name as it is stored, with its name, of the view's authority.
// NOT_FOUND / JUDGEMENT_NOT_FOUND.
absl::StatusOr<v1::Judgement> FindJudgement(const storage::View& view, const std::string& name);

}  // namespace probity::review

#endif  // PROBITY_SERVICES_REVIEW_OPERATIONS_H_
