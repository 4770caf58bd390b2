// Acronyms against the words they are made of.
#ifndef PROBITY_MATCHING_ACRONYM_H_
#define PROBITY_MATCHING_ACRONYM_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "matching/align.h"
#include "matching/name.h"

namespace probity::matching {

// The words of a name that have no link yet (bit i: word i), and the first
// letters of the legal form behind them.
struct OpenWords {
  const std::vector<Token>& tokens;
  uint64_t left;
  absl::string_view form_initials;
};

// Looks among `shorts` for a word whose letters are the first letters of
// neighbours in `longs`, small words counted or not, the legal form counted or
// not ("CNPC" of "China National Petroleum Corporation"). Fills `*link` (query =
// the acronym's side) and returns true.
bool FindAcronym(const OpenWords& shorts, const OpenWords& longs, Link* link);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_ACRONYM_H_
