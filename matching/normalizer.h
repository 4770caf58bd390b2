// From a name as written to tokens with classes and weights.
#ifndef PROBITY_MATCHING_NORMALIZER_H_
#define PROBITY_MATCHING_NORMALIZER_H_

#include "absl/strings/string_view.h"
#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// Never fails: a name of punctuation alone has no tokens. Time is bounded by
// kMaxNameBytes. Same name, kind, tables and ICU: same result.
NormalizedName Normalize(const Tables& tables, absl::string_view name, Kind kind);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_NORMALIZER_H_
