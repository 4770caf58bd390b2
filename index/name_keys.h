// The keys by which names are found through more than one word: neighbours that
// are one word on the other side, acronyms, beginnings. See keys.h.
#ifndef PROBITY_INDEX_NAME_KEYS_H_
#define PROBITY_INDEX_NAME_KEYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "index/key_table.h"
#include "matching/name.h"

namespace probity::index {

// The sounds of neighbouring words without the gaps; empty where they are too few
// to tell anything.
std::string JoinedSounds(absl::Span<const matching::Token> words);
KeyHash JoinedKey(absl::string_view sounds);
// Whether neighbours of `name` have these joined sounds, and a key for them.
bool HasJoined(const matching::NormalizedName& name, absl::string_view sounds);

// The consonants of two neighbours that other scripts write as one word, with
// other vowels: any word asks for what a hyphen joins ("Ji-young"), words of no
// alphabet for all neighbours ("Fast Retailing"), if there are enough of them.
std::optional<KeyHash> HyphenedKey(absl::string_view sounds);
std::optional<KeyHash> SpacedKey(absl::string_view sounds);
// The sounds of two neighbours of `name` that have such a key (`spaced`: either)
// in common with a word of these sounds and are like it; empty: none.
std::string FindPair(const matching::NormalizedName& name, absl::string_view sounds, bool spaced);

// First letters of the words, small words counted or not, the legal form's
// letters counted or not, the last one or two words left out or not; of three
// letters and more.
std::vector<std::string> AcronymsOf(const matching::NormalizedName& name);
KeyHash AcronymKey(absl::string_view letters);

// A word may be the beginnings of two neighbours, "Gazflot" of "Gazprom Flot":
// a key for each place where it can be cut.
void AskBeginningKeys(absl::string_view word, std::vector<KeyHash>* out);
bool MayBeBeginnings(const matching::Token& word);
// Whether `word` is that of two neighbours of `name`.
bool HasBeginnings(const matching::NormalizedName& name, absl::string_view word);

// Whether a word may be an acronym of other words.
bool MayBeAcronym(const matching::Token& word);

// All keys of a stored name.
void AppendNameKeys(const matching::NormalizedName& name, std::vector<KeyHash>* out);

}  // namespace probity::index

#endif  // PROBITY_INDEX_NAME_KEYS_H_
