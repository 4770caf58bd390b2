// Folding of words that must be equal but for letter case and accents: goods,
// grades, certificate numbers. Names of parties are compared by matching/.
#ifndef PROBITY_BASE_NAMES_H_
#define PROBITY_BASE_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace probity {

// NFKC, case folding, diacritics removed from Latin letters, "&" as "and",
// everything but letters and digits as a space, spaces collapsed.
// "Société  Générale, S.A." -> "societe generale s a".
// Invalid UTF-8 is replaced, never an error. At most 1,000 bytes are read.
std::string FoldName(absl::string_view name);

}  // namespace probity

#endif  // PROBITY_BASE_NAMES_H_
