#include <utility>

#include "screening/check_certification.h"
#include "services/certification/operations.h"
#include "services/rpc/view.h"

namespace probity::certification {

absl::Status Check(const Question& from, const v1::CheckCertificationRequest& request,
                   v1::CheckCertificationResponse* response) {
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(from.store, from.call, request.consistency());
  if (!view.ok()) return view.status();
  auto answer = screening::CheckCertification(**view, from.schemes, from.store.identifiers(),
                                              request, from.call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  *response->mutable_stamp() = rpc::StampOf(**view, from.call, from.call.Today());
  return absl::OkStatus();
}

absl::Status Check(const Question& from, const v1::CheckAuditRequest& request,
                   v1::CheckAuditResponse* response) {
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(from.store, from.call, request.consistency());
  if (!view.ok()) return view.status();
  auto answer = screening::CheckAudit(**view, from.schemes, from.store.identifiers(), request,
                                      from.call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  const DayNumber day = request.has_as_of() ? FirstDay(request.as_of()) : from.call.Today();
  *response->mutable_stamp() = rpc::StampOf(**view, from.call, day);
  return absl::OkStatus();
}

}  // namespace probity::certification
