#define XXH_INLINE_ALL
#include "index/keys.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "matching/params.h"
#include "matching/sound.h"

namespace probity::index {
namespace {

using matching::Token;
using matching::TokenClass;

// Keys of different kinds never meet.
enum Seed : uint64_t {
  kText = 1,
  kNative,
  kSounds,
  kLatinSkeleton,
  kLatinSkeletonLess,  // one consonant
  kOtherSkeleton,
  kOtherSkeletonLess,
  kJoined,
  kHyphened,
  kSpaced,
  kAcronym,
  kBeginnings
};

constexpr size_t kSoundPrefix = 8;
constexpr size_t kSkeletonPrefix = 7;
constexpr size_t kTwoEditsFrom = 5;  // sounds
constexpr size_t kOneEditFrom = 3;
constexpr size_t kShortestSkeleton = 2, kSkeletonEditFrom = 4;
constexpr size_t kShortestSpaced = 5;
constexpr int kRunAlike = 700;       // of 1000
constexpr size_t kNativeLetter = 3;  // bytes of a character
constexpr size_t kShortestNativePart = 2 * kNativeLetter;
constexpr size_t kShortestJoined = 4;
constexpr size_t kMaxJoined = 48;
constexpr size_t kTripleSounds = 12;  // three words are joined only if they are short
constexpr size_t kMinAcronym = 3, kMaxAcronym = 8;
constexpr size_t kBeginning = 3;  // letters of each of two words
constexpr size_t kMaxFormLetters = 4;
constexpr size_t kMostLast = 2;  // words behind those that an acronym is made of

KeyHash Hash(Seed seed, absl::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

// Short strings of at most eight bytes as one number, hashed by multiplication.
class ShortKey {
 public:
  explicit ShortKey(absl::string_view bytes) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      value_ |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    }
  }
  ShortKey Without(size_t i) const {
    const uint64_t low = (uint64_t{1} << (8 * i)) - 1;
    return ShortKey((value_ & low) | ((value_ >> 8) & ~low));
  }
  KeyHash HashWith(Seed seed) const {
    uint64_t h = (value_ ^ (seed * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93;
    return h ^ (h >> 32);
  }
  uint64_t value() const { return value_; }

 private:
  explicit ShortKey(uint64_t value) : value_(value) {}
  uint64_t value_ = 0;
};

// `key` of `size` bytes with none, one or two (`edits`) of them left out.
void AppendDeletions(absl::string_view key, int edits, Seed seed, std::vector<KeyHash>* out) {
  const ShortKey whole(key);
  out->push_back(whole.HashWith(seed));
  for (size_t i = 0; edits >= 1 && i < key.size(); ++i) {
    // Leaving out either of two equal neighbours is the same.
    if (i > 0 && key[i] == key[i - 1]) continue;
    const ShortKey one = whole.Without(i);
    out->push_back(one.HashWith(seed));
    // Two slips seldom touch the first sound, and without it little is left.
    for (size_t j = i; edits >= 2 && i > 0 && j + 1 < key.size(); ++j) {
      out->push_back(one.Without(j).HashWith(seed));
    }
  }
}

int EditsOf(size_t sounds) {
  if (sounds < kOneEditFrom) return 0;
  return sounds < kTwoEditsFrom ? 1 : 2;
}

// The class of a consonant; 0: a vowel or one too weak to count.
char ClassOf(char sound) {
  switch (sound) {
    case 'b':
    case 'p':
    case 'f':
    case 'v':
      return 'p';
    case 'k':
    case 'q':
    case 'c':
    case 'g':
    case 'X':
      return 'k';
    case 's':
    case 'z':
    case 'S':
    case 'Z':
    case 'C':
    case 'W':
    case 'j':
      return 's';
    case 't':
    case 'd':
    case 'T':
      return 't';
    case 'l':
    case 'r':
      return 'l';
    case 'm':
    case 'n':
      return 'n';
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
    case 'h':
      return 0;
    default:
      return sound;
  }
}

std::string SkeletonOf(absl::string_view sounds, bool with_v) {
  std::string out;
  for (char sound : sounds) {
    if (out.size() == kSkeletonPrefix) break;
    const char c = sound == 'v' && !with_v ? '\0' : ClassOf(sound);
    if (c != 0) out.push_back(c);
  }
  return out;
}

// With one consonant left out of one side only, or of none: two sides that each
// lack another one have too little in common.
void AppendSkeleton(const std::string& skeleton, bool latin, bool stored,
                    std::vector<KeyHash>* out) {
  if (skeleton.size() < kShortestSkeleton) return;
  const Seed whole = latin ? kLatinSkeleton : kOtherSkeleton;
  const Seed less = latin ? kLatinSkeletonLess : kOtherSkeletonLess;
  out->push_back(ShortKey(skeleton).HashWith(whole));
  if (!stored) out->push_back(ShortKey(skeleton).HashWith(less));
  for (size_t i = 0; i < skeleton.size() && skeleton.size() >= kSkeletonEditFrom; ++i) {
    if (i > 0 && skeleton[i] == skeleton[i - 1]) continue;
    out->push_back(ShortKey(skeleton).Without(i).HashWith(stored ? less : whole));
  }
}

void AppendSkeletonKeys(absl::string_view sounds, bool latin, bool stored,
                        std::vector<KeyHash>* out) {
  AppendSkeleton(SkeletonOf(sounds, true), latin, stored, out);
  if (sounds.find('v') != absl::string_view::npos) {
    AppendSkeleton(SkeletonOf(sounds, false), latin, stored, out);
  }
}

bool IsVowel(char c) { return absl::string_view("aeiou").find(c) != absl::string_view::npos; }

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

// Calls visit(sounds, hyphened) for two neighbours each.
template <typename Visit>
void ForEachPair(const matching::NormalizedName& name, Visit visit) {
  const absl::Span<const Token> words(name.tokens);
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string sounds = JoinedSounds(words.subspan(i - 1, 2));
    if (!sounds.empty() && IsAlphabet(words[i].reading)) visit(sounds, words[i].joined);
  }
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

KeyHash TextKey(absl::string_view text) { return Hash(kText, text); }

KeyHash NativeKey(absl::string_view native) { return Hash(kNative, native); }

void AppendNativePartKeys(absl::string_view native, std::vector<KeyHash>* out) {
  for (size_t size = kShortestNativePart; size < native.size(); size += kNativeLetter) {
    out->push_back(NativeKey(native.substr(0, size)));
    out->push_back(NativeKey(native.substr(native.size() - size)));
  }
}

int NativePart(const Token& a, const Token& b) {
  const absl::string_view longer = a.native.size() > b.native.size() ? a.native : b.native;
  const absl::string_view part = a.native.size() > b.native.size() ? b.native : a.native;
  if (part.size() < kShortestNativePart || part.size() == longer.size()) return 0;
  if (!absl::StartsWith(longer, part) && !absl::EndsWith(longer, part)) return 0;
  return 2 * part.size() < longer.size() ? 0 : matching::kParams.joined_link;
}

void AppendSoundKeys(absl::string_view sounds, int edits, std::vector<KeyHash>* out) {
  AppendDeletions(sounds.substr(0, kSoundPrefix), std::min(edits, EditsOf(sounds.size())), kSounds,
                  out);
}

void AppendLetterKeys(const Token& word, std::vector<KeyHash>* out) {
  if (word.text != word.sounds) AppendSoundKeys(word.text, 1, out);
}

bool IsAlphabet(matching::Reading reading) { return reading == matching::Reading::kLetters; }

void AppendSkeletonKeys(absl::string_view sounds, bool latin, std::vector<KeyHash>* out) {
  AppendSkeletonKeys(sounds, latin, true, out);
}

void AskSkeletonKeys(absl::string_view sounds, bool latin, std::vector<KeyHash>* out) {
  AppendSkeletonKeys(sounds, latin, false, out);
}

absl::string_view ShortBeginning(const Token& word) {
  constexpr size_t kShortestPrefix = 4, kShortest = 3, kLongest = 6;
  const absl::string_view text = word.text;
  if (text.size() < kShortest || word.cls == TokenClass::kNumber) return {};
  const auto vowels = std::count_if(text.begin() + 1, text.end(), IsVowel);
  const bool contraction = text.size() <= kLongest && static_cast<size_t>(vowels) * 3 < text.size();
  if (contraction) return text.substr(0, 1);
  return text.size() < kShortestPrefix ? absl::string_view() : text;
}

bool IsCommon(absl::string_view text, uint8_t weight) {
  constexpr size_t kShortest = 5;  // shorter ones weigh less because they are short
  return text.size() >= kShortest && weight < matching::kParams.abbreviated_weight;
}

void AppendWordKeys(const Token& word, std::vector<KeyHash>* out) {
  out->push_back(TextKey(word.text));
  if (word.cls == TokenClass::kNumber || word.text.size() == 1) return;
  if (!word.native.empty()) out->push_back(NativeKey(word.native));
  AppendSoundKeys(word.sounds, kMaxEdits, out);
  AppendLetterKeys(word, out);
  AppendSkeletonKeys(word.sounds, IsAlphabet(word.reading), out);
}

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

KeyHash HyphenedKey(absl::string_view sounds) { return Hash(kHyphened, SkeletonOf(sounds, true)); }

std::optional<KeyHash> SpacedKey(absl::string_view sounds) {
  const std::string skeleton = SkeletonOf(sounds, true);
  if (skeleton.size() < kShortestSpaced) return std::nullopt;
  return Hash(kSpaced, skeleton);
}

std::string FindPair(const matching::NormalizedName& name, absl::string_view sounds, bool spaced) {
  const std::string skeleton = SkeletonOf(sounds, true);
  const bool any = spaced && skeleton.size() >= kShortestSpaced;
  std::string found;
  ForEachPair(name, [&](const std::string& pair, bool hyphened) {
    if ((!hyphened && !any) || SkeletonOf(pair, true) != skeleton) return;
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
  ForEachPair(name, [out](const std::string& sounds, bool hyphened) {
    if (hyphened) out->push_back(HyphenedKey(sounds));
    if (const auto key = SpacedKey(sounds)) out->push_back(*key);
  });
}

}  // namespace probity::index
