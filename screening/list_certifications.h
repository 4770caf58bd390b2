// Certifications and audits on record, as their publishers state them. Records
// with restricted visibility are not shown. Responses come without stamp,
// and listings whole: pages are cut by the caller, who chose the view.
#ifndef PROBITY_SCREENING_LIST_CERTIFICATIONS_H_
#define PROBITY_SCREENING_LIST_CERTIFICATIONS_H_

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

// NOT_FOUND / CERTIFICATION_NOT_FOUND, INVALID_ARGUMENT / INVALID_FIELD.
absl::StatusOr<v1::GetCertificationResponse> GetCertification(
    const storage::View& view, const v1::GetCertificationRequest& request, DayNumber today);

// INVALID_ARGUMENT / INVALID_FIELD, UNKNOWN_SCHEME and
// those of identifiers; NOT_FOUND / SUPPLIER_NOT_FOUND for a supplier by name.
absl::StatusOr<v1::ListCertificationsResponse> ListCertifications(
    const storage::View& view, const policy::SchemeCatalogue& schemes,
    const IdentifierCatalogue& identifiers, const v1::ListCertificationsRequest& request,
    DayNumber today);

// Same errors.
absl::StatusOr<v1::ListAuditsResponse> ListAudits(const storage::View& view,
                                                  const policy::SchemeCatalogue& schemes,
                                                  const IdentifierCatalogue& identifiers,
                                                  const v1::ListAuditsRequest& request,
                                                  DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_LIST_CERTIFICATIONS_H_
