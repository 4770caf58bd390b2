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

// What a word lacks counts by kind, and the more of it the more; between two
// ways of writing a slip counts less, and syllables only resemble.
struct Sharpness {
  int near, far;  // in percent

  Sharpness(Kind kind, Reading reading)
      : near(kind == Kind::kPerson ? kParams.sharpness_far : kParams.sharpness),
        far(reading == Reading::kSyllables ? kParams.sharpness_syllables : kParams.sharpness_far) {
    if (reading != Reading::kLetters) near = kParams.sharpness_across;
  }
};

int Sharpen(int similarity, Kind kind, Reading reading) {
  const Sharpness sharpness(kind, reading);
  const int lacks_near = std::min(kFullSimilarity - similarity, kFullSimilarity - kParams.near);
  const int lacks_far = std::max(0, kParams.near - similarity);
  return std::max(
      0, kFullSimilarity - (lacks_near * sharpness.near + lacks_far * sharpness.far) / 100);
}

bool IsSmall(TokenClass cls) {
  return cls == TokenClass::kStop || cls == TokenClass::kParticle || cls == TokenClass::kTitle;
}

// "2"; but "First" may be misspelt.
bool IsFigure(const Token& token) {
  return token.cls == TokenClass::kNumber && token.text[0] >= '0' && token.text[0] <= '9';
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

// "Ю." is "yu" in Latin letters.
bool IsInitialOf(const Token& part, const Token& full) {
  if (part.text.size() == 1) return true;
  return part.cls == TokenClass::kInitial && absl::StartsWith(full.text, part.text);
}

WordMatch Shortened(const Token& a, const Token& b, Kind kind) {
  const absl::string_view shorter = a.text.size() <= b.text.size() ? a.text : b.text;
  const absl::string_view longer = a.text.size() <= b.text.size() ? b.text : a.text;
  if (shorter.empty() || shorter.size() == longer.size() || shorter[0] != longer[0]) return {};
  if (IsPlural(longer, shorter)) return {kParams.plural, Feature::kPlural};
  const Token& part = a.text.size() <= b.text.size() ? a : b;
  const Token& full = a.text.size() <= b.text.size() ? b : a;
  if ((kind == Kind::kPerson || kind == Kind::kAny) && IsInitialOf(part, full)) {
    return {kParams.initial, Feature::kInitial};
  }
  // Common words are abbreviated; "Micro" hardly is "Microsoft".
  if (kind == Kind::kPerson) return {};
  const bool common = full.weight < kParams.abbreviated_weight;
  if (shorter.size() >= 4 && absl::StartsWith(longer, shorter)) {
    return {common ? kParams.prefix : kParams.prefix_of_rare, Feature::kAbbreviation};
  }
  if (full.concept_id != 0 && IsContraction(shorter, longer)) {
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

constexpr int kSurelyNear = 900;

// By letters: a slip may part the letters of one sound, "Smtih".
int Lettering(const Token& a, const Token& b, int least) {
  const size_t longer = std::max(a.text.size(), b.text.size());
  const size_t shorter = std::min(a.text.size(), b.text.size());
  if (shorter < 4 || longer - shorter > 1 || a.text[0] != b.text[0]) return 0;
  return SoundSimilarity(a.text, b.text, Reading::kLetters, least);
}

// Endings, in sounds, that many families of a people share: they make strangers
// look alike. Longest first.
constexpr absl::string_view kFamilyEndings[] = {"opulos", "Svili", "ovski", "evski", "oviC", "eviC",
                                                "enko",   "oglu",  "idis",  "akis",  "aian", "ian",
                                                "Cuk",    "escu",  "sen",   "son",   "ova",  "eva",
                                                "dze",    "ze",    "ov",    "ev",    "ski"};

absl::string_view FamilyEnding(absl::string_view sounds) {
  for (absl::string_view ending : kFamilyEndings) {
    if (absl::EndsWith(sounds, ending)) return ending;
  }
  return {};
}

// How alike the words are before an ending that both have; 1000 if they have
// none, 0 if each has a long one of its own: Theodorakis is not Theodoropoulos.
int SimilarityBeforeEnding(absl::string_view a, absl::string_view b, Reading reading) {
  constexpr size_t kLong = 4;
  const absl::string_view of_a = FamilyEnding(a), of_b = FamilyEnding(b);
  if (of_a != of_b) {
    const bool two = of_a.size() >= kLong && of_b.size() >= kLong && of_a[1] != of_b[1];
    return two ? 0 : kFullSimilarity;
  }
  if (of_a.empty()) return kFullSimilarity;
  a.remove_suffix(of_a.size());
  b.remove_suffix(of_b.size());
  return SoundSimilarity(a, b, reading, 0);
}

// "NTS", "HRS", "US8": letters are spoken one by one, so their sound says nothing.
// Three letters with a vowel may be a word in another script: "Kia", "기아".
bool IsMute(const Token& token) {
  return token.reading == Reading::kLetters &&
         token.text.find_first_of("aeiouy") == std::string::npos;
}

bool AreLetters(const Token& a, const Token& b) {
  const bool tiny = a.reading == b.reading && std::min(a.text.size(), b.text.size()) <= 3;
  return tiny || IsMute(a) || IsMute(b);
}

// "RHS" and "RGC": of three letters alone, two are others.
bool MostLettersDiffer(const Token& a, const Token& b) {
  constexpr size_t kLetters = 3;
  if (a.text.size() != kLetters || b.text.size() != kLetters || !IsMute(a) || !IsMute(b)) {
    return false;
  }
  size_t differ = 0;
  for (size_t i = 0; i < kLetters; ++i) differ += a.text[i] == b.text[i] ? 0 : 1;
  return differ > 1;
}

WordMatch Sounding(const Token& a, const Token& b, Kind kind, int at_least) {
  const bool letters = kind != Kind::kPerson && AreLetters(a, b);
  if (letters && MostLettersDiffer(a, b)) return {};
  const Reading reading = letters ? Reading::kLetters : ReadingOfPair(a.reading, b.reading);
  const int least = letters ? kParams.word_link : LeastSound(a, b, kind);
  // Of three letters, two are soon alike.
  const bool tiny = reading == Reading::kLetters && std::min(a.text.size(), b.text.size()) < 4;
  const int weak = tiny || letters ? least : std::min(least, kParams.weak_link);
  const int lowest = std::max(weak, LeastSoundFor(at_least, kind, reading));
  int raw = letters ? SoundSimilarity(a.text, b.text, reading, lowest)
                    : SoundSimilarity(a.sounds, b.sounds, reading, lowest);
  if (raw < kSurelyNear && reading == Reading::kLetters) {
    raw = std::max(raw, Lettering(a, b, lowest));
  }
  if (kind == Kind::kPerson && raw > weak && raw < kFullSimilarity) {
    const int before = SimilarityBeforeEnding(a.sounds, b.sounds, reading);
    raw -= std::max(0, raw - before) * kParams.family_ending / 100;
  }
  // Few slips touch the first letter; confusions of sounds are paid for already.
  if (a.sounds[0] != b.sounds[0] && reading == Reading::kLetters) raw -= kParams.first_sound;
  if (raw == kFullSimilarity && reading == Reading::kLetters) raw -= kParams.spelled_otherwise;
  if (raw <= weak && raw < least) return {};
  if (raw < least) raw = (raw - weak) * least / (least - weak);
  return {Sharpen(raw, kind, reading), Feature::kSimilarWord};
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

// A misspelt patronymic is seen as none.
bool OnlyOneIsPatronymic(const Token& a, const Token& b) {
  constexpr int kSurelyMisspelt = 750;
  if ((a.cls == TokenClass::kPatronymic) == (b.cls == TokenClass::kPatronymic)) return false;
  return SoundSimilarity(a.sounds, b.sounds, ReadingOfPair(a.reading, b.reading), kSurelyMisspelt) <
         kSurelyMisspelt;
}

// Two words of a name that are one word of the other, each against its part of
// it: how alike the less alike is, where that one is cut best.
int LeastPart(absl::string_view a, absl::string_view b, absl::string_view whole, Reading reading) {
  constexpr size_t kSlack = 2;
  int best = 0;
  const size_t from = a.size() > kSlack ? a.size() - kSlack : 1;
  for (size_t cut = from; cut <= a.size() + kSlack && cut < whole.size(); ++cut) {
    const int first = SoundSimilarity(a, whole.substr(0, cut), reading, best);
    if (first <= best) continue;
    best = std::max(best, std::min(first, SoundSimilarity(b, whole.substr(cut), reading, best)));
  }
  return best;
}

// Characters that say otherwise are not one word because they sound alike.
bool CharactersDiffer(const Token* first, int count, const Token& whole) {
  std::string native;
  for (int i = 0; i < count; ++i) {
    if (first[i].native.empty()) return false;
    native += first[i].native;
  }
  return !whole.native.empty() && native != whole.native;
}

WordMatch Better(WordMatch a, WordMatch b) { return a.similarity >= b.similarity ? a : b; }

}  // namespace

absl::string_view FeatureName(Feature feature) { return kNames[static_cast<size_t>(feature)]; }

int LeastSoundFor(int similarity, Kind kind, Reading reading) {
  const Sharpness sharpness(kind, reading);
  const int at_near = Sharpen(kParams.near, kind, reading);
  const int least =
      similarity >= at_near
          ? kFullSimilarity - (kFullSimilarity - similarity + 1) * 100 / sharpness.near
          : kParams.near - (at_near - similarity + 1) * 100 / sharpness.far;
  return std::max(0, least - 1);  // rounded down
}

WordMatch CompareWords(const Token& a, const Token& b, Kind kind, int at_least) {
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
  if (IsFigure(a) || IsFigure(b)) return {};
  if (IsSmall(a.cls) != IsSmall(b.cls)) return {};
  // Two different words that the tables know are not each other's misspelling.
  if (a.concept_id != 0 && b.concept_id != 0) return {};
  if (OnlyOneIsPatronymic(a, b)) return {};
  if (kind == Kind::kPerson && DifferInGender(a.text, b.text)) return {};
  return Better(Shortened(a, b, kind), Sounding(a, b, kind, at_least));
}

WordMatch CompareJoined(const Token* first, int count, const Token& whole) {
  std::array<char, 2 * kMaxSounds> joined;
  size_t size = 0, longest = 0;
  Reading reading = Reading::kLetters;
  for (int i = 0; i < count; ++i) {
    const std::string& sounds = first[i].sounds;
    longest = std::max(longest, sounds.size());
    if (size + sounds.size() > joined.size()) return {};
    std::copy(sounds.begin(), sounds.end(), joined.begin() + static_cast<std::ptrdiff_t>(size));
    size += sounds.size();
    reading = std::max(reading, first[i].reading);
  }
  const absl::string_view all(joined.data(), size);
  const Reading of_pair = ReadingOfPair(reading, whole.reading);
  const int least = of_pair == Reading::kLetters ? kParams.joined_link : kParams.whole_link_across;
  const int raw = SoundSimilarity(all, whole.sounds, of_pair, least);
  if (raw < least) return {};
  // "Alexander Zhukov" is not "Alexandervolkov": the shorter part has to agree too.
  const size_t lacks =
      static_cast<size_t>(kFullSimilarity - raw) * std::max(size, whole.sounds.size());
  const size_t most = (size - longest) * static_cast<size_t>(kParams.joined_lacks);
  if (of_pair == Reading::kLetters && lacks > most) return {};
  const int part = of_pair == Reading::kLetters ? kParams.joined_part : kParams.joined_part_across;
  const bool parts_alike =
      count != 2 || raw == kFullSimilarity ||
      LeastPart(first[0].sounds, first[1].sounds, whole.sounds, of_pair) >= part;
  if (!parts_alike || CharactersDiffer(first, count, whole)) return {};
  return {Sharpen(raw, Kind::kAny, Reading::kLetters) - kParams.joined_costs,
          Feature::kJoinedWords};
}

}  // namespace probity::matching
