// Every number the comparison depends on besides the tables. Changing one
// changes matcher_version and the golden scores.
#ifndef PROBITY_MATCHING_PARAMS_H_
#define PROBITY_MATCHING_PARAMS_H_

#include "absl/strings/string_view.h"

namespace probity::matching {

// Bump with every change of the code that can change a score.
inline constexpr absl::string_view kCodeVersion = "1";

// Scores and similarities are integers: 10,000 and 1,000 are 1.0.
inline constexpr int kFullScore = 10000;
inline constexpr int kFullSimilarity = 1000;

struct Params {
  // Two words link from this similarity on, and lose this much of what they
  // lack: a similarity of 800 counts as 1000 - 200 * sharpness / 100.
  int word_link = 680;
  int sharpness = 125;
  int joined_link = 800;
  int given_variant = 960;
  int plural = 960;
  int prefix = 800;
  int abbreviation = 760;
  int initial = 850;
  int acronym_whole = 900;
  int acronym_part = 600;
  int same_pinyin = 650;  // other characters that sound alike

  // Words of both sides that stand against each other, and words of one side
  // only, in percent of their weight.
  int conflict = 160;
  int extra_word = 75;
  int extra_business = 55;
  int extra_person_word = 45;
  int extra_person_given = 30;
  int extra_single = 85;  // where one word alone agrees

  // Points off the score.
  int form_category = 600;
  int form_other = 150;
  int form_missing = 100;
  int number_conflict = 1500;
  int number_extra = 700;
  int direction_conflict = 1200;
  int direction_extra = 500;
  int generation_conflict = 1500;
  int generation_extra = 300;
  int reordered = 150;

  // A name that agrees in this little weight proves nothing.
  int thin_weight = 60;
  int thin_ceiling = 6500;
  int weak_alias_ceiling = 8000;
};

inline constexpr Params kParams;

// The published threshold: at or above it two names are called a match.
inline constexpr int kThreshold = 7000;

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_PARAMS_H_
