// Folding of names for exact and all-word search: what two spellings must have
// in common to be found without spelling tolerance. The matcher proper will
// stand in matching/.
#ifndef PROBITY_BASE_NAMES_H_
#define PROBITY_BASE_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace probity {

// Version of the folding, part of AnswerStamp.matcher_version.
inline constexpr absl::string_view kNameFoldingVersion = "exact-tokens/1";

// NFKC, case folding, diacritics removed from Latin letters, "&" as "and",
// everything but letters and digits as a space, spaces collapsed.
// "Société  Générale, S.A." -> "societe generale s a".
// Invalid UTF-8 is replaced, never an error. At most 1,000 bytes are read.
std::string FoldName(absl::string_view name);

// The words of a folded name, sorted, without repeats, at most 32; words of
// one letter are left out unless there is no other.
std::vector<std::string> NameTokens(absl::string_view folded);

}  // namespace probity

#endif  // PROBITY_BASE_NAMES_H_
