// The keys by which words and names are found that are not written the same.
// Stored words and names have keys, and queries ask for some: the two sides meet
// where they share one. A key only proposes; the matcher judges.
#ifndef PROBITY_INDEX_KEYS_H_
#define PROBITY_INDEX_KEYS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/key_table.h"
#include "matching/name.h"

namespace probity::index {

// The word as it is spelled in Latin letters.
KeyHash TextKey(absl::string_view text);

// The word in its own characters, where Latin letters lose something (Han), and
// what it begins or ends with: such names are cut into words at known ones, and a
// slip in those makes two words one.
KeyHash NativeKey(absl::string_view native);
void AppendNativePartKeys(absl::string_view native, std::vector<KeyHash>* out);
// How alike two words are of which one is much of the other, in 1/1000.
int NativePart(const matching::Token& a, const matching::Token& b);

// The first sounds, and what is left of them without any one or two, by their
// length and at most `edits`: two words that differ by as many edits share one
// ("deletion neighbourhood").
inline constexpr int kMaxEdits = 2;
void AppendSoundKeys(absl::string_view sounds, int edits, std::vector<KeyHash>* out);

// The same of the letters as they stand, without one: a slip within "ch" changes
// more than one sound.
void AppendLetterKeys(const matching::Token& word, std::vector<KeyHash>* out);

// Consonants in classes of those that scripts confuse, vowels left out: what
// "Mohammed" and the letters mhmd have in common. `latin`: the keys of words of
// an alphabet, which are kept apart from those of scripts that write fewer
// vowels or only syllables.
void AppendSkeletonKeys(absl::string_view sounds, bool latin, std::vector<KeyHash>* out);
// The skeleton itself; `with_v`: "v" counts as a consonant.
std::string SkeletonOf(absl::string_view sounds, bool with_v);
// The keys by which a query asks for such words.
void AskSkeletonKeys(absl::string_view sounds, bool latin, std::vector<KeyHash>* out);
bool IsAlphabet(matching::Reading reading);

// What a common word begins with if `word` is short for it: all of it, or one
// letter if it lacks vowels ("trdg"). Empty: it is not short for anything.
absl::string_view ShortBeginning(const matching::Token& word);
// Whether a word is listed among those that others may be short for.
bool IsCommon(absl::string_view text, uint8_t weight);

// All keys of a stored word.
void AppendWordKeys(const matching::Token& word, std::vector<KeyHash>* out);

}  // namespace probity::index

#endif  // PROBITY_INDEX_KEYS_H_
