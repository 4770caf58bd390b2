#include "matching/word_similarity.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/match.h"
#include "matching/params.h"
#include "matching/sound.h"

namespace probity::matching {
namespace {

constexpr absl::string_view kNames[] = {
    "none",       "same_word",      "same_meaning", "given_name",   "similar_word",
    "plural",     "abbreviation",   "initial",      "joined_words", "acronym",
    "query_only", "candidate_only", "legal_form",   "number",       "direction",
    "generation", "word_order",     "whole_name",   "lookalikes",   "thin_evidence",
    "weak_alias", "country",        "date",         "kind",         "address"};

// Two words of one script differ as letters do; across scripts the side that
// says less decides.
Reading ReadingOfPair(Reading a, Reading b) { return a == b ? Reading::kLetters : std::max(a, b); }

int Sharpen(int similarity, Kind kind) {
  const int percent = kind == Kind::kPerson ? kParams.sharpness_person : kParams.sharpness;
  return std::max(0, kFullSimilarity - (kFullSimilarity - similarity) * percent / 100);
}

bool IsSmall(TokenClass cls) {
  return cls == TokenClass::kStop || cls == TokenClass::kParticle || cls == TokenClass::kTitle;
}

bool IsPlural(absl::string_view longer, absl::string_view shorter) {
  if (shorter.size() < 4 || !absl::StartsWith(longer, shorter)) return false;
  const absl::string_view ending = longer.substr(shorter.size());
  return ending == "s" || ending == "es";
}

bool IsVowel(char c) { return std::strchr("aeiou", c) != nullptr; }

// "srvces" of "services", "mfg" of "manufacturing": letters in order, the first
// kept, few vowels.
bool IsContraction(absl::string_view shorter, absl::string_view longer) {
  if (shorter.size() < 3 || longer.size() < shorter.size() + 2) return false;
  if (shorter[0] != longer[0]) return false;
  size_t vowels = 0, at = 0;
  for (size_t i = 0; i < shorter.size(); ++i) {
    while (at < longer.size() && longer[at] != shorter[i]) ++at;
    if (at++ == longer.size()) return false;
    if (i > 0 && IsVowel(shorter[i])) ++vowels;
  }
  return vowels * 3 < shorter.size();
}

WordMatch Shortened(const Token& a, const Token& b, Kind kind) {
  const absl::string_view shorter = a.text.size() <= b.text.size() ? a.text : b.text;
  const absl::string_view longer = a.text.size() <= b.text.size() ? b.text : a.text;
  if (shorter.empty() || shorter.size() == longer.size() || shorter[0] != longer[0]) return {};
  if (IsPlural(longer, shorter)) return {kParams.plural, Feature::kPlural};
  if (shorter.size() == 1 && kind != Kind::kCompany) return {kParams.initial, Feature::kInitial};
  const Token& full = a.text.size() <= b.text.size() ? b : a;
  // Common words are abbreviated; "Micro" hardly is "Microsoft".
  if (kind == Kind::kPerson) return {};
  const bool common = full.weight < kParams.abbreviated_weight;
  if (shorter.size() >= 4 && absl::StartsWith(longer, shorter)) {
    return {common ? kParams.prefix : kParams.prefix_of_rare, Feature::kAbbreviation};
  }
  if (common && IsContraction(shorter, longer)) {
    return {kParams.abbreviation, Feature::kAbbreviation};
  }
  return {};
}

// What two words must have in common if the tables know one of them.
int LeastSound(const Token& a, const Token& b, Kind kind) {
  const int link = kind == Kind::kPerson ? kParams.word_link_person : kParams.word_link;
  const bool one_known = (a.concept_id != 0) != (b.concept_id != 0);
  const bool given = a.cls == TokenClass::kGiven || b.cls == TokenClass::kGiven;
  const bool across = a.reading != b.reading;  // then it may be its sound, not its meaning
  return one_known && !given && !across ? kParams.known_word_link : link;
}

WordMatch Sounding(const Token& a, const Token& b, Kind kind) {
  const Reading reading = ReadingOfPair(a.reading, b.reading);
  const int least = LeastSound(a, b, kind);
  int raw = SoundSimilarity(a.sounds, b.sounds, reading, least);
  // Few slips touch the first letter; confusions of sounds are paid for already.
  if (a.sounds[0] != b.sounds[0] && reading == Reading::kLetters) raw -= kParams.first_sound;
  if (raw < least) return {};
  return {Sharpen(raw, kind), Feature::kSimilarWord};
}

// "Simon" and "Simona" are two people; "Petrov" and "Petrova" may be one family.
bool DifferInGender(absl::string_view a, absl::string_view b) {
  const absl::string_view longer = a.size() > b.size() ? a : b;
  const absl::string_view shorter = a.size() > b.size() ? b : a;
  if (longer.size() != shorter.size() + 1 || longer.back() != 'a' ||
      !absl::StartsWith(longer, shorter) || IsVowel(shorter.back())) {
    return false;
  }
  return !absl::EndsWith(shorter, "ov") && !absl::EndsWith(shorter, "ev") &&
         !absl::EndsWith(shorter, "in");
}

WordMatch Better(WordMatch a, WordMatch b) { return a.similarity >= b.similarity ? a : b; }

}  // namespace

absl::string_view FeatureName(Feature feature) { return kNames[static_cast<size_t>(feature)]; }

WordMatch CompareWords(const Token& a, const Token& b, Kind kind) {
  const bool both_native = !a.native.empty() && !b.native.empty();
  if (both_native ? a.native == b.native : a.text == b.text) return {1000, Feature::kSameWord};
  if (a.concept_id != 0 && a.concept_id == b.concept_id) {
    const bool given = a.cls == TokenClass::kGiven;
    return {given ? kParams.given_variant : 1000,
            given ? Feature::kGivenName : Feature::kSameMeaning};
  }
  if (both_native) {
    return a.text == b.text ? WordMatch{kParams.same_pinyin, Feature::kSimilarWord} : WordMatch{};
  }
  if (a.cls == TokenClass::kNumber || b.cls == TokenClass::kNumber) return {};
  if (IsSmall(a.cls) != IsSmall(b.cls)) return {};
  // Two different words that the tables know are not each other's misspelling.
  if (a.concept_id != 0 && b.concept_id != 0) return {};
  if ((a.cls == TokenClass::kPatronymic) != (b.cls == TokenClass::kPatronymic)) return {};
  if (kind == Kind::kPerson && DifferInGender(a.text, b.text)) return {};
  return Better(Shortened(a, b, kind), Sounding(a, b, kind));
}

WordMatch CompareJoined(const Token* first, int count, const Token& whole) {
  std::array<char, 2 * kMaxSounds> joined;
  size_t size = 0;
  Reading reading = Reading::kLetters;
  for (int i = 0; i < count; ++i) {
    const std::string& sounds = first[i].sounds;
    if (size + sounds.size() > joined.size()) return {};
    std::copy(sounds.begin(), sounds.end(), joined.begin() + static_cast<std::ptrdiff_t>(size));
    size += sounds.size();
    reading = std::max(reading, first[i].reading);
  }
  const absl::string_view all(joined.data(), size);
  const int raw = SoundSimilarity(all, whole.sounds, ReadingOfPair(reading, whole.reading),
                                  kParams.joined_link);
  if (raw < kParams.joined_link) return {};
  return {Sharpen(raw, Kind::kAny) - 10, Feature::kJoinedWords};
}

}  // namespace probity::matching
