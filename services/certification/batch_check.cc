#include <utility>

#include "absl/strings/str_cat.h"
#include "screening/check_certification.h"
#include "services/certification/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"

namespace probity::certification {
namespace {

v1::BatchCheckItemResult CheckItem(const Question& from, const storage::View& view,
                                   const v1::BatchCheckItem& item) {
  v1::BatchCheckItemResult result;
  result.set_correlation_id(item.correlation_id());
  auto answer = screening::CheckCertification(view, from.schemes, from.store.identifiers(),
                                              item.request(), from.call.Today());
  if (answer.ok()) {
    *result.mutable_response() = *std::move(answer);
  } else {
    *result.mutable_error() = rpc::ToItemError(answer.status());
  }
  return result;
}

absl::Status Validate(const v1::BatchCheckCertificationsRequest& request) {
  absl::Status status = rpc::CheckCount("items", request.items_size(), rpc::kMaxBatchCheck);
  for (int i = 0; status.ok() && i < request.items_size(); ++i) {
    status = rpc::CheckBytes(absl::StrCat("items[", i, "].correlation_id"),
                             request.items(i).correlation_id(), rpc::kMaxCorrelationIdBytes);
  }
  return status;
}

}  // namespace

absl::Status BatchCheck(const Question& from, const v1::BatchCheckCertificationsRequest& request,
                        v1::BatchCheckCertificationsResponse* response) {
  absl::Status well = Validate(request);
  if (well.ok()) well = from.call.Spend(static_cast<size_t>(request.items_size()));
  if (!well.ok()) return well;
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(from.store, from.call, request.consistency());
  if (!view.ok()) return view.status();
  for (const v1::BatchCheckItem& item : request.items()) {
    if (absl::Status status = from.call.CheckAlive(); !status.ok()) return status;
    *response->add_results() = CheckItem(from, **view, item);
  }
  *response->mutable_stamp() = rpc::StampOf(**view, from.call, from.call.Today());
  return absl::OkStatus();
}

}  // namespace probity::certification
