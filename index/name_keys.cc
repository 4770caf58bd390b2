#include "index/name_keys.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "index/key_seed.h"
#include "index/keys.h"
#include "matching/sound.h"

namespace probity::index {
namespace {

using matching::Token;
using matching::TokenClass;

constexpr size_t kShortestHyphened = 3, kShortestSpaced = 5;
constexpr int kRunAlike = 700;  // of 1000
constexpr size_t kShortestJoined = 4;
constexpr size_t kMaxJoined = 48;
constexpr size_t kTripleSounds = 12;  // three words are joined only if they are short
constexpr size_t kMinAcronym = 3, kMaxAcronym = 8;
constexpr size_t kBeginning = 3;  // letters of each of two words
constexpr size_t kMaxFormLetters = 4;
constexpr size_t kMostLast = 2;  // words behind those that an acronym is made of

bool IsSmall(const Token& word) {
  return word.cls == TokenClass::kStop || word.cls == TokenClass::kParticle;
}

std::string LettersOf(const matching::NormalizedName& name, bool with_small) {
  std::string letters;
  for (const Token& token : name.tokens) {
    if (!token.acronym && (with_small || !IsSmall(token))) letters.push_back(token.text[0]);
  }
  return letters;
}

KeyHash BeginningKey(absl::string_view first, absl::string_view second) {
  std::string beginnings(first.substr(0, kBeginning));
  beginnings.append(second.data(), kBeginning);
  return Hash(kBeginnings, beginnings);
}

void AppendAcronyms(const std::string& letters, const std::string& form, size_t least,
                    std::vector<std::string>* out) {
  if (letters.size() < 2) return;
  for (size_t of_form = 0; of_form <= std::min(kMaxFormLetters, form.size()); ++of_form) {
    const size_t size = letters.size() + of_form;
    if (size >= least && size <= kMaxAcronym) out->push_back(letters + form.substr(0, of_form));
  }
}

// Calls visit(sounds, hyphened) for two neighbours each, or those only that a
// hyphen joins.
template <typename Visit>
void ForEachPair(const matching::NormalizedName& name, bool hyphened_only, Visit visit) {
  const absl::Span<const Token> words(name.tokens);
  for (size_t i = 1; i < words.size(); ++i) {
    if ((hyphened_only && !words[i].joined) || !IsAlphabet(words[i].reading)) continue;
    const std::string sounds = JoinedSounds(words.subspan(i - 1, 2));
    if (!sounds.empty()) visit(sounds, words[i].joined);
  }
}

// The key of a pair's consonants, if there are enough of them.
std::optional<KeyHash> PairKey(Seed seed, absl::string_view sounds, size_t shortest) {
  const std::string skeleton = SkeletonOf(sounds, true);
  if (skeleton.size() < shortest) return std::nullopt;
  return Hash(seed, skeleton);
}

// Calls visit(sounds) for neighbours that have a key, until it returns false.
template <typename Visit>
void ForEachJoined(const matching::NormalizedName& name, Visit visit) {
  const absl::Span<const Token> words(name.tokens);
  const auto offer = [&](size_t first, size_t count, size_t most) {
    const std::string sounds = JoinedSounds(words.subspan(first, count));
    return sounds.empty() || sounds.size() > most || visit(sounds);
  };
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!offer(i, 2, kMaxJoined)) return;
    if (i + 2 < words.size() && !offer(i, 3, kTripleSounds)) return;
  }
  if (words.size() > 2) offer(0, words.size(), kMaxJoined);
}

}  // namespace

std::string JoinedSounds(absl::Span<const Token> words) {
  std::string text;
  if (words.size() > 1) {
    for (const Token& word : words) text += word.text;
  }
  // Sounds of several letters may reach over the gap: "ts" of "salnut sea".
  std::string sounds = words.size() == 1 ? words[0].sounds : matching::SoundsOf(text);
  return sounds.size() < kShortestJoined ? "" : sounds;
}

KeyHash JoinedKey(absl::string_view sounds) { return Hash(kJoined, sounds); }

std::vector<std::string> AcronymsOf(const matching::NormalizedName& name) {
  std::vector<std::string> out;
  if (name.kind == matching::Kind::kPerson || name.tokens.size() < 2) return out;
  const std::string letters = LettersOf(name, false), all = LettersOf(name, true);
  AppendAcronyms(letters, name.form_initials, kMinAcronym, &out);
  // Three letters, one of them for "and", are too easily found.
  if (all.size() > letters.size()) {
    AppendAcronyms(all, name.form_initials, kMinAcronym + 1, &out);
  }
  // What comes last may be a place or a number: "(UK)", "Unit 2".
  for (size_t less = 1; less <= kMostLast && letters.size() >= kMinAcronym + less; ++less) {
    AppendAcronyms(letters.substr(0, letters.size() - less), "", kMinAcronym, &out);
  }
  return out;
}

bool HasJoined(const matching::NormalizedName& name, absl::string_view sounds) {
  bool found = false;
  ForEachJoined(name, [&](const std::string& joined) { return !(found = joined == sounds); });
  return found;
}

std::optional<KeyHash> HyphenedKey(absl::string_view sounds) {
  return PairKey(kHyphened, sounds, kShortestHyphened);
}

std::optional<KeyHash> SpacedKey(absl::string_view sounds) {
  return PairKey(kSpaced, sounds, kShortestSpaced);
}

std::string FindPair(const matching::NormalizedName& name, absl::string_view sounds, bool spaced) {
  const std::string skeleton = SkeletonOf(sounds, true);
  const bool any = spaced && skeleton.size() >= kShortestSpaced;
  std::string found;
  ForEachPair(name, !any, [&](const std::string& pair, bool) {
    if (SkeletonOf(pair, true) != skeleton) return;
    const int alike =
        matching::SoundSimilarity(pair, sounds, matching::Reading::kSyllables, kRunAlike);
    if (alike >= kRunAlike) found = pair;
  });
  return found;
}

void AskBeginningKeys(absl::string_view word, std::vector<KeyHash>* out) {
  for (size_t cut = kBeginning; cut + kBeginning <= word.size(); ++cut) {
    out->push_back(BeginningKey(word, word.substr(cut)));
  }
}

bool MayBeBeginnings(const Token& word) {
  return word.text.size() >= 2 * kBeginning && word.cls == TokenClass::kWord &&
         word.concept_id == 0 && !IsCommon(word.text, word.weight);
}

bool HasBeginnings(const matching::NormalizedName& name, absl::string_view word) {
  for (size_t i = 1; i < name.tokens.size(); ++i) {
    const absl::string_view first = name.tokens[i - 1].text, second = name.tokens[i].text;
    for (size_t cut = kBeginning; cut + kBeginning <= word.size(); ++cut) {
      if (!absl::StartsWith(first, word.substr(0, cut))) break;
      if (absl::StartsWith(second, word.substr(cut))) return true;
    }
  }
  return false;
}

KeyHash AcronymKey(absl::string_view letters) { return Hash(kAcronym, letters); }

bool MayBeAcronym(const Token& word) {
  return word.text.size() >= kMinAcronym && word.text.size() <= kMaxAcronym &&
         (word.cls == TokenClass::kWord || word.cls == TokenClass::kInitial);
}

void AppendNameKeys(const matching::NormalizedName& name, std::vector<KeyHash>* out) {
  for (const std::string& letters : AcronymsOf(name)) out->push_back(AcronymKey(letters));
  for (size_t i = 1; name.kind != matching::Kind::kPerson && i < name.tokens.size(); ++i) {
    const absl::string_view first = name.tokens[i - 1].text, second = name.tokens[i].text;
    if (std::min(first.size(), second.size()) < kBeginning) continue;
    out->push_back(BeginningKey(first, second));
  }
  ForEachJoined(name, [out](const std::string& sounds) {
    out->push_back(JoinedKey(sounds));
    return true;
  });
  ForEachPair(name, false, [out](const std::string& sounds, bool hyphened) {
    if (const auto key = HyphenedKey(sounds); hyphened && key) out->push_back(*key);
    if (const auto key = SpacedKey(sounds)) out->push_back(*key);
  });
}

}  // namespace probity::index
