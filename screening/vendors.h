// Vendor numbers of the authority that a view is for: whom an entry means at that
// view's revision, and what it is worth.
#ifndef PROBITY_SCREENING_VENDORS_H_
#define PROBITY_SCREENING_VENDORS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "probity/v1/vendor.pb.h"
#include "screening/subject.h"
#include "storage/store.h"

namespace probity::screening {

// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED below `field`.
absl::Status ValidateVendorNumber(const v1::VendorNumber& number, absl::string_view field);

// Bare id of the dataset with the entries of the view's authority.
std::string VendorDataset(const storage::View& view);

// The entry as it is stored; nullopt when the authority has no such number.
absl::StatusOr<std::optional<v1::Vendor>> FindVendor(const storage::View& view,
                                                     const v1::VendorNumber& number);

// Whom a stored entry means: in Subject::vendor the entry with its output-only
// fields, in its resolution the same without
// names, its own and who set it. What makes an entry certain
// is looked for again in this view (proto/probity/v1/vendor.proto).
absl::StatusOr<Subject> WeighVendor(const storage::View& view,
                                    const IdentifierCatalogue& identifiers,
                                    const v1::Vendor& entry);

// The same by number. One that is not known is NOT_FOUND, without terms.
absl::StatusOr<Subject> ResolveVendor(const storage::View& view,
                                      const IdentifierCatalogue& identifiers,
                                      const v1::VendorNumber& number, absl::string_view field);

// True when the scheme of a normalised identifier names one party for certain and
// its check digits are not wrong.
bool IsCertain(const IdentifierCatalogue& identifiers, const v1::Identifier& normal);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_VENDORS_H_
