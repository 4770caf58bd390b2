// What a screening would refuse, without one: for requests that are kept and decided
// later.
#ifndef PROBITY_SCREENING_DECISION_REQUEST_CHECK_H_
#define PROBITY_SCREENING_DECISION_REQUEST_CHECK_H_

#include "absl/status/status.h"
#include "policy/schemes.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/names/party.h"
#include "storage/store.h"

namespace probity::screening {

// By what requests are read; borrowed.
struct Reading {
  const storage::View& view;
  const Comparer& comparer;
  const policy::SchemeCatalogue& schemes;
};

// Errors of Gather() over the view but INDEX_NOT_READY: no name is searched. Policy,
// day and freshness are not looked at.
absl::Status CheckRequest(const Reading& reading, const v1::ScreenSupplierRequest& request);
// The same of what is asked whoever sells.
absl::Status CheckPurchaseOnly(const Reading& reading, const v1::PurchaseContext& purchase);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_REQUEST_CHECK_H_
