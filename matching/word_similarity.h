// How alike two words of two names are, and in what way.
#ifndef PROBITY_MATCHING_WORD_SIMILARITY_H_
#define PROBITY_MATCHING_WORD_SIMILARITY_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "matching/name.h"

namespace probity::matching {

// What an explanation row speaks of.
enum class Feature : uint8_t {
  kNone,
  kSameWord,
  kSameMeaning,  // a word of the tables in another language or spelling
  kGivenName,    // customary variants of one given name
  kSimilarWord,  // edits and customary confusions of sounds
  kPlural,
  kAbbreviation,  // "Mfg", "Intl", "Tech"
  kInitial,       // "J." and "John"
  kJoinedWords,   // "Sun Flower" and "Sunflower"
  kAcronym,
  kQueryOnly,      // words that the candidate lacks
  kCandidateOnly,  // words that the query lacks
  kLegalForm,
  kNumber,
  kDirection,
  kGeneration,
  kWordOrder,
  kWholeName,   // compared without spaces
  kLookalikes,  // letters of another script; says so, costs nothing
  kThinEvidence,
  kWeakAlias,
  kCountry,
  kDate,
  kKind,
  kAddress,
};

// Lower-case name of a feature, "same_word".
absl::string_view FeatureName(Feature feature);

struct WordMatch {
  int similarity = 0;  // 0 or Params::word_link..1000
  Feature feature = Feature::kNone;
};

// `kind` is that of the whole comparison: initials count for persons, and
// abbreviations for all but persons. `at_least`: similarities below it may be
// given as 0, which takes less time.
WordMatch CompareWords(const Token& a, const Token& b, Kind kind, int at_least = 0);

// Words whose sounds (or letters) are less alike than this do not come to
// `similarity`, unless one is short for the other.
int LeastSoundFor(int similarity, Kind kind, Reading reading);

// Words from `first` to `first + count` of one name, joined, against one word.
WordMatch CompareJoined(const Token* first, int count, const Token& whole);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_WORD_SIMILARITY_H_
