// Every number the comparison depends on besides the tables. Changing one
// changes matcher_version and the golden scores.
#ifndef PROBITY_MATCHING_PARAMS_H_
#define PROBITY_MATCHING_PARAMS_H_

#include "absl/strings/string_view.h"

namespace probity::matching {

// Bump with every change of the code that can change a score.
inline constexpr absl::string_view kCodeVersion = "4";

// Scores and similarities are integers: 10,000 and 1,000 are 1.0.
inline constexpr int kFullScore = 10000;
inline constexpr int kFullSimilarity = 1000;

struct Params {
  // Two words link from this similarity on. What they lack is multiplied by
  // sharpness, in percent: at 160 a similarity of 800 counts as 680.
  int word_link = 560;
  int word_link_person = 580;
  int known_word_link = 810;  // where the tables know one of the two
  int first_sound = 40;       // taken off where the first sounds differ
  int sharpness = 110;
  int sharpness_far = 160;        // below `near`, and for persons from the first slip on
  int sharpness_syllables = 120;  // the same where syllables only resemble
  int sharpness_across = 90;      // down to `near`, between two ways of writing
  int near = 800;
  int family_ending = 80;        // share of what words differ in before it, in percent
  int weak_link = 450;           // from here on words below the link are worth something
  int joined_lacks = 550;        // of the shorter parts of joined words may be missing, in 1/1000
  int joined_part = 700;         // least similarity of each of two words that are one
  int joined_part_across = 500;  // the same between two ways of writing
  int joined_costs = 15;         // what a space more or less takes off
  int spelled_otherwise = 10;    // words that sound alike
  int joined_link = 780;         // between two ways of writing as for whole names
  int whole_link = 800;          // names without their spaces
  int whole_link_across = 700;   // the same between two ways of writing
  int given_variant = 970;
  int plural = 930;
  int prefix = 880;
  int prefix_of_rare = 660;
  int abbreviation = 800;
  int abbreviated_weight = 100;  // words of this weight and more are rare
  int initial = 850;
  int acronym_whole = 920;  // five letters and more
  int acronym_four = 860;
  int acronym_three = 780;  // many firms share three letters
  int acronym_part = 680;
  int acronym_of_form = 600;  // a part, and the form gives other letters than its first
  int same_pinyin = 450;      // other characters that sound alike

  // Words of both sides that stand against each other, and words of one side
  // only, in percent of their weight.
  int conflict = 140;
  int conflict_person = 145;
  int conflict_given = 220;  // where both given names are known, and differ
  int extra_word = 34;
  int extra_business = 44;
  int extra_place = 65;  // a subsidiary, as often as not
  int extra_person_word = 18;
  int extra_person_given = 15;
  int extra_single = 85;  // where one word alone agrees

  // Points off the score.
  int form_category = 500;
  int form_other = 120;
  int form_missing = 60;     // less than any slip in the name
  int form_of_person = 500;  // a person has none
  int number_conflict = 1500;
  int number_extra = 900;
  int direction_conflict = 1200;
  int direction_extra = 500;
  int generation_conflict = 3000;
  int generation_extra = 1000;
  int reordered = 130;

  // What is 0.70 to the user: the score, before this, from which on pairs are
  // rather right than wrong in sets of hard negatives.
  int even = 6600;

  // A name that agrees in this little weight proves nothing.
  int thin_weight = 50;
  int thin_ceiling = 6500;
  // Nor do common words where those that identify are less alike than this.
  int hardly_alike = 650;
  int weak_alias_ceiling = 8000;

  // Facts beside the name, in points.
  int country_agrees = 300;
  int country_conflict = 1000;
  int date_agrees = 800;
  int year_agrees = 300;
  int day_conflict = 1200;
  int year_conflict = 2500;
  int kind_conflict = 2500;
  int address_agrees = 8500;
  int address_of_site = 50;  // share of the score, in percent
  int address_of_site_agreeing = 65;
  int address_of_other = 15;
};

inline constexpr Params kParams;

// The published threshold: at or above it two names are called a match.
inline constexpr int kThreshold = 7000;

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_PARAMS_H_
