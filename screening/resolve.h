// Who carries an identifier: the one mechanism behind lookups, checks, flags
// and links. Registrations that ended in favour of another are followed, those
// that were annulled name nobody.
#ifndef PROBITY_SCREENING_RESOLVE_H_
#define PROBITY_SCREENING_RESOLVE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Steps from a merged registration to its successor; longer chains are loops or
// errors of the register.
inline constexpr int kMaxRedirects = 10;
// Records read for one identifier.
inline constexpr size_t kMaxCarriers = 20000;

struct Finding {
  v1::Identifier identifier;  // normalised
  v1::LookupOutcome outcome = v1::LOOKUP_OUTCOME_NOT_FOUND;
  // Those who carry it or, after redirects, its successor; in order of name.
  // Empty for NOT_FOUND and NOT_RESOLVABLE.
  std::vector<storage::StoredSupplier> suppliers;
  // Those who carried the registrations that were left behind on the way.
  std::vector<storage::StoredSupplier> former;
  // Site records that carry it, visible ones alone.
  std::vector<storage::RecordRef> sites;
  // The steps from the asked registration to its successor, in order.
  std::vector<v1::Redirect> redirects;
};

// Finds who carries `normal`, an identifier that is normalised already.
absl::StatusOr<Finding> FindCarriersOf(const storage::View& view, const v1::Identifier& normal);

// An identifier as a caller wrote it, normalised. `field` is its path for errors:
// INVALID_ARGUMENT / UNKNOWN_IDENTIFIER_SCHEME, INVALID_FIELD.
absl::StatusOr<v1::Identifier> ReadIdentifier(const IdentifierCatalogue& identifiers,
                                              const v1::Identifier& asked, absl::string_view field);

// FindCarriersOf what ReadIdentifier gives; also INVALID_ARGUMENT /
// IDENTIFIER_CHECK_FAILED (no visible record carries exactly that value).
absl::StatusOr<Finding> Resolve(const storage::View& view, const IdentifierCatalogue& identifiers,
                                const v1::Identifier& asked, absl::string_view field);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_RESOLVE_H_
