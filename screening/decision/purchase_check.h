// Whether a purchase says what it must, and nothing that contradicts itself.
#ifndef PROBITY_SCREENING_DECISION_PURCHASE_CHECK_H_
#define PROBITY_SCREENING_DECISION_PURCHASE_CHECK_H_

#include "absl/status/status.h"
#include "policy/schemes.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::screening {

// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_SCHEME name the field.
// References of subjects are checked as they are resolved.
absl::Status CheckPurchase(const policy::SchemeCatalogue& schemes,
                           const v1::ScreenSupplierRequest& request);
// The same of what is asked whoever sells.
absl::Status CheckContext(const policy::SchemeCatalogue& schemes,
                          const v1::PurchaseContext& purchase);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_PURCHASE_CHECK_H_
