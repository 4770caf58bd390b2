// What stands among the remarks of an entry of the lists of the US Office of Foreign Assets
// Control: parts between semicolons, such as "DOB 1962", "Tax ID No. 7702070139 (Russia)",
// "a.k.a. 'SBRF'". Pure.
#ifndef PROBITY_INGEST_OFAC_REMARKS_H_
#define PROBITY_INGEST_OFAC_REMARKS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/tables.h"
#include "probity/v1/common.pb.h"

namespace probity::ingest {

struct OfacRemarks {
  // Numbers of which it is certain what register gave them: by their label and country,
  // their shape and, where the register has them, their check digits. Numbers of passports
  // and of persons are not taken.
  std::vector<v1::Identifier> identifiers;
  // The office's weak aliases: broad or generic names.
  std::vector<std::string> weak_names;
  // Days of birth, and of the founding of an organisation; empty for one that is said to be
  // about, or a range.
  std::vector<v1::Date> births, foundings;
  // Days of listing and of effect by what they are about, without blanks: "CMIC",
  // "EO14024Directive2".
  std::vector<std::pair<std::string, v1::Date>> listed, effective;
  // ISO 3166-1 alpha-2, where an organisation is registered; or empty.
  std::string registered_in;
};

// `country` is the one of all of the entry's addresses, or empty: numbers without a
// country of their own are of it, when their check digits say so too.
OfacRemarks ReadOfacRemarks(absl::string_view remarks, absl::string_view country,
                            const Countries& countries);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_OFAC_REMARKS_H_
