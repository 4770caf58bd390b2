// What Slavic words have behind their stem, in Latin letters.
#ifndef PROBITY_MATCHING_SLAVIC_ENDINGS_H_
#define PROBITY_MATCHING_SLAVIC_ENDINGS_H_

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace probity::matching {

// Endings of Russian and Ukrainian adjectives and nouns in their customary
// spellings, longest first. Those of family names (-ov, -ev, -in) are no endings.
inline constexpr absl::string_view kSlavicEndings[] = {
    "yami", "yaya", "ogo", "ego", "oho", "omu", "emu", "aya", "aia", "oye", "oie",
    "eye",  "yye",  "iye", "ykh", "ikh", "ymi", "imi", "uyu", "iyu", "iya", "iia",
    "ami",  "akh",  "oe",  "ee",  "ie",  "ye",  "yi",  "iy",  "ii",  "yy",  "ij",
    "yj",   "oi",   "oy",  "oj",  "ei",  "ey",  "ym",  "im",  "om",  "em",  "yh",
    "ih",   "am",   "ya",  "ia",  "yu",  "a",   "e",   "i",   "o",   "u",   "y"};
inline constexpr size_t kShortestStem = 5;

// Letters of the longest ending of `latin`; 0 if it has none.
inline size_t LongestSlavicEnding(absl::string_view latin) {
  for (absl::string_view ending : kSlavicEndings) {
    if (absl::EndsWith(latin, ending)) return ending.size();
  }
  return 0;
}

// "Ivanovich", "Petrovna".
inline bool IsPatronymic(absl::string_view text) {
  constexpr absl::string_view kEndings[] = {"ovich", "evich", "ovitch", "evitch", "ovna",
                                            "evna",  "ivna",  "ovych",  "yovych"};
  if (text.size() < 7) return false;
  for (absl::string_view ending : kEndings) {
    if (absl::EndsWith(text, ending)) return true;
  }
  return false;
}

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_SLAVIC_ENDINGS_H_
