// Checks of request fields that several operations share.
#ifndef PROBITY_SCREENING_VALIDATE_H_
#define PROBITY_SCREENING_VALIDATE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"

namespace probity::screening {

// Longest name of a procedure, in bytes: of a purchase, and of a waiver that names one.
inline constexpr size_t kMaxProcedureBytes = 256;

// 1 to 20 schemes of the catalogue, without repeats, with grades they have. `field` is the
// path of the list.
absl::Status ValidateAcceptedSchemes(
    const policy::SchemeCatalogue& schemes,
    const google::protobuf::RepeatedPtrField<v1::AcceptedScheme>& accepted,
    absl::string_view field = "accepted_schemes");

// HS: 2, 4 or 6 digits (dots are skipped); CPV: 2 to 8 digits, with or without
// check digit; PUBLISHER: a name. At most 256 bytes.
absl::Status ValidateCommodity(const v1::CommodityCode& code, absl::string_view field);

// ISO 3166-1 alpha-2 or ISO 3166-2, in form.
absl::Status ValidatePlace(absl::string_view field, absl::string_view code);

// Empty, or a scheme of the catalogue.
absl::Status ValidateScheme(absl::string_view field, const policy::SchemeCatalogue& schemes,
                            absl::string_view id);

// At most `limit` bytes.
absl::Status ValidateText(absl::string_view field, absl::string_view text, size_t limit);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_VALIDATE_H_
