#include "index/keys.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "index/key_seed.h"
#include "matching/params.h"
#include "matching/sound.h"

namespace probity::index {
namespace {

using matching::Token;
using matching::TokenClass;

constexpr size_t kSoundPrefix = 8;
constexpr size_t kSkeletonPrefix = 7;
constexpr size_t kTwoEditsFrom = 5;  // sounds
constexpr size_t kOneEditFrom = 3;
constexpr size_t kShortestSkeleton = 2, kSkeletonEditFrom = 5;
constexpr size_t kNativeLetter = 3;  // bytes of a character
constexpr size_t kShortestNativePart = 2 * kNativeLetter;

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

}  // namespace

std::string SkeletonOf(absl::string_view sounds, bool with_v) {
  std::string out;
  for (char sound : sounds) {
    if (out.size() == kSkeletonPrefix) break;
    const char c = sound == 'v' && !with_v ? '\0' : ClassOf(sound);
    if (c != 0) out.push_back(c);
  }
  return out;
}

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

}  // namespace probity::index
