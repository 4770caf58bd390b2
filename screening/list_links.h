// Links of a supplier or a site with the parties at their other ends.
#ifndef PROBITY_SCREENING_LIST_LINKS_H_
#define PROBITY_SCREENING_LIST_LINKS_H_

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "probity/v1/supplier_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Everything of the response but the stamp, and all links: pages are cut by the
// caller, who chose the view. Restricted records are not shown.
// INVALID_ARGUMENT / INVALID_FIELD, AS_OF_IN_FUTURE and those of identifiers; NOT_FOUND /
// SUPPLIER_NOT_FOUND for a supplier by name.
absl::StatusOr<v1::ListLinksResponse> ListLinks(const storage::View& view,
                                                const IdentifierCatalogue& identifiers,
                                                const v1::ListLinksRequest& request,
                                                DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_LIST_LINKS_H_
