// Words as sounds, and the distance between them in customary confusions.
//
// A sound is one byte: a letter, or a capital for what most spellings write
// with several letters (S sh, C ch, X kh, Z zh, T th, W ts). "Mueller" and
// "Müller" have equal sounds; "Khan" and "Han" are a fifth of an edit apart.
#ifndef PROBITY_MATCHING_SOUND_H_
#define PROBITY_MATCHING_SOUND_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "matching/romanize.h"

namespace probity::matching {

inline constexpr size_t kMaxSounds = 32;

// Sounds of a lower-case ASCII word, about `most` of them at most. Digits stay.
std::string SoundsOf(absl::string_view word, size_t most = kMaxSounds);

// One edit, in the units of the functions below.
inline constexpr int kEdit = 100;

// Weighted optimal-string-alignment distance of two sound strings. Vowels count
// less than consonants, and least where `reading` says that one side did not
// write them. Returns a number > `limit` as soon as the distance must exceed it.
int SoundDistance(absl::string_view a, absl::string_view b, Reading reading, int limit);

// What a sound string is worth: the distance to the empty one.
int SoundLength(absl::string_view sounds, Reading reading);

// Two words of one script differ as letters do; across scripts the side that
// says less decides.
Reading ReadingOfPair(Reading a, Reading b);

// 1000 = equal, 0 = nothing in common: the share of the longer one that is
// left after the edits. `at_least`: results below it may be given as 0.
int SoundSimilarity(absl::string_view a, absl::string_view b, Reading reading, int at_least);

// False if their similarity is below `at_least`, true if it is not or hardly is:
// quicker, since what both begin and end with is taken to agree.
bool MayBeAlike(absl::string_view a, absl::string_view b, Reading reading, int at_least);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_SOUND_H_
