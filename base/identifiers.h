// Identifiers of parties and sites: which schemes exist, how their values are
// normalised, what their check digits say, and which of them join records.
#ifndef PROBITY_BASE_IDENTIFIERS_H_
#define PROBITY_BASE_IDENTIFIERS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"

namespace probity {

// What is known of one scheme.
struct IdentifierScheme {
  std::string code;
  std::string title;
  // Two records that carry the same value are the same party, and two records
  // with different values never are. Register numbers and LEIs are; a VAT
  // number shared by a group or a licence number is not.
  bool identifying = false;
};

// Normalises and checks identifiers. Immutable once made; thread-safe.
// The schemes come from data/identifier_schemes.csv (columns code, title,
// identifying); a code of the shape CC-WORD or XX-WORD that the table lacks is
// accepted, with identifying = false, when its prefix is an ISO 3166-1 code,
// XI, XM or XR.
class IdentifierCatalogue {
 public:
  // `csv` is the text of data/identifier_schemes.csv.
  static absl::StatusOr<IdentifierCatalogue> FromCsv(absl::string_view csv);

  // nullptr when the scheme is not known at all.
  const IdentifierScheme* Find(absl::string_view code) const;
  bool IsIdentifying(absl::string_view code) const;
  bool IsKnown(absl::string_view code) const;
  // SHA-256 of the table, hex.
  const std::string& digest() const;

  // Returns the identifier with its scheme in upper case, its value
  // normalised, `raw` set when the value changed, and `check` set.
  //   XI-LEI   spaces and dashes out, upper case, ISO 7064 MOD 97-10
  //   GB-COH   8 characters, leading zeros restored ("4830352" -> "04830352";
  //            two-letter prefixes such as SC, NI, OC keep 6 digits)
  //   BR-CNPJ  14 digits, both check digits
  //   EU-VAT-* country's shape; EL for Greece; spaces, dots, dashes out
  //   others   spaces trimmed and collapsed, upper case; NOT_CHECKED
  // A wrong check digit is not an error: check = FAILED.
  // INVALID_ARGUMENT / UNKNOWN_IDENTIFIER_SCHEME, or INVALID_FIELD when the
  // value is empty, longer than 256 bytes or holds control characters.
  absl::StatusOr<v1::Identifier> Normalize(const v1::Identifier& identifier) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace probity

#endif  // PROBITY_BASE_IDENTIFIERS_H_
