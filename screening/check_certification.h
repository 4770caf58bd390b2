// CertificationService's questions over one view: facts from the store, the
// answer from policy/. No gRPC, no clock, no stamp.
#ifndef PROBITY_SCREENING_CHECK_CERTIFICATION_H_
#define PROBITY_SCREENING_CHECK_CERTIFICATION_H_

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Everything of the response but the stamp. A subject or site that is not on
// record is a normal answer. `consistency` was obeyed by choosing the view.
// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_SCHEME,
// UNKNOWN_IDENTIFIER_SCHEME, IDENTIFIER_CHECK_FAILED.
absl::StatusOr<v1::CheckCertificationResponse> CheckCertification(
    const storage::View& view, const policy::SchemeCatalogue& schemes,
    const IdentifierCatalogue& identifiers, const v1::CheckCertificationRequest& request,
    DayNumber today);

// Same errors. Audits of other sites of the same operator are looked at for
// SITE_NOT_COVERED. INVALID_ARGUMENT / AS_OF_IN_FUTURE.
absl::StatusOr<v1::CheckAuditResponse> CheckAudit(const storage::View& view,
                                                  const policy::SchemeCatalogue& schemes,
                                                  const IdentifierCatalogue& identifiers,
                                                  const v1::CheckAuditRequest& request,
                                                  DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_CHECK_CERTIFICATION_H_
