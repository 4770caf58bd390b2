// One purchase decided and recorded: what a single call, a batch and a stream do
// for each item.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_SCREEN_ONE_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_SCREEN_ONE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "probity/storage/v1/evidence_log.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/policies/policy_book.h"
#include "services/rpc/unary.h"
#include "services/rpc/view.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {

// What the requests of one call have in common.
struct Given {
  rpc::ViewPtr view;            // null: the one that `consistency` asks for
  v1::Consistency consistency;  // that of the request is ignored
  // Decides for requests that name none; null: the authority's active one.
  screening::PolicyPtr policy;
};

// The day asked about. Who asks what was known then means the facts of that day,
// unless he says. INVALID_ARGUMENT / INVALID_FIELD, AS_OF_IN_FUTURE.
absl::StatusOr<DayNumber> DayOf(const rpc::CallContext& call, const v1::Consistency& consistency,
                                const v1::Date& as_of);

// A decision as it was recorded, or why there is none.
using RawAnswer = storage::v1::RawScreenSupplierResponse;
using AnswerDone = std::function<void(absl::StatusOr<RawAnswer>)>;

// Calls `done` once the decision is recorded, or was before, or with an error of
// ScreenSupplier; on any thread, possibly before this returns. `bench` and `call` live
// until then, `request` while this runs.
void ScreenOne(const Bench& bench, const rpc::CallContext& call, Given given,
               const v1::ScreenSupplierRequest& request, AnswerDone done);

// What came of an item: the answer without stamp and bundle, or the error.
void FillResult(absl::StatusOr<RawAnswer> answer, v1::BatchScreenItemResult* result);

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_SCREEN_ONE_H_
