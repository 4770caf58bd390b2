#include "matching/tables.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/hash.h"
#include "base/tables.h"
#include "matching/han.h"
#include "matching/slavic_endings.h"
#include "matching/sound.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

constexpr uint8_t kBusinessWeight = 40;
constexpr size_t kShortestSpelledOut = 10;  // letters of a form that sounds decide
constexpr size_t kAll = 1000;               // sounds: not cut

template <typename T>
struct Named {
  const char* name;
  T value;
};

constexpr Named<FormCategory> kCategories[] = {{"company", FormCategory::kAnyCompany},
                                               {"limited", FormCategory::kLimited},
                                               {"stock", FormCategory::kStock},
                                               {"partnership", FormCategory::kPartnership},
                                               {"cooperative", FormCategory::kCooperative},
                                               {"nonprofit", FormCategory::kNonProfit},
                                               {"state", FormCategory::kState},
                                               {"sole_trader", FormCategory::kSoleTrader},
                                               {"fund", FormCategory::kFund}};

constexpr Named<Place> kPlaces[] = {{"end", Place::kEnd},
                                    {"front", Place::kFront},
                                    {"ends", Place::kEnds},
                                    {"any", Place::kAnywhere}};

// Class of a word and what it weighs; 0: by the rarity table.
struct ClassRow {
  const char* name;
  TokenClass cls;
  uint8_t weight;
};
constexpr ClassRow kClasses[] = {{"business", TokenClass::kBusiness, 0},
                                 {"word", TokenClass::kWord, 70},
                                 {"place", TokenClass::kPlace, 60},
                                 {"direction", TokenClass::kDirection, 50},
                                 {"generation", TokenClass::kGeneration, 30},
                                 {"number", TokenClass::kNumber, 60},
                                 {"particle", TokenClass::kParticle, 10},
                                 {"title", TokenClass::kTitle, 4},
                                 {"stop", TokenClass::kStop, 4},
                                 {"address", TokenClass::kStop, 8}};

uint32_t ThreeLetters(absl::string_view latin) {
  return static_cast<uint32_t>(static_cast<unsigned char>(latin[0]) << 16 |
                               static_cast<unsigned char>(latin[1]) << 8 |
                               static_cast<unsigned char>(latin[2]));
}

template <typename T, size_t N>
absl::StatusOr<T> Value(const Named<T> (&table)[N], const std::string& name) {
  for (const Named<T>& row : table) {
    if (name == row.name) return row.value;
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is no value of this column"));
}

// Two letters as one number, to say no quickly.
uint64_t Beginning(const std::u32string& text, size_t from) {
  return uint64_t{text[from]} << 32 | text[from + 1];
}

// The spelling in Latin letters, whatever its script: firms write "Keji" for 科技.
// Short ones are left out: 株 is "zhu", and so is a family name.
std::string LatinKey(absl::string_view spelling) {
  constexpr size_t kShortest = 5;
  std::string key;
  for (const Word& word : Clean(spelling).words) key += Romanize(word.letters, word.script);
  return key.size() < kShortest ? TableKey(spelling) : key;
}

// What SoundsOf(latin, kAll) begins with.
std::string FirstSounds(absl::string_view latin) {
  constexpr size_t kSounds = 4;
  std::string sounds = SoundsOf(latin, kSounds);
  sounds.resize(std::min(sounds.size(), kSounds));  // "x" is two at once
  return sounds;
}

}  // namespace

void FillSounds(Token* token) {
  token->sounds = SoundsOf(token->text);
  token->letters = 0;
  for (char c : token->sounds) token->letters |= uint64_t{1} << (c & 63);
}

std::string NativeOf(const Word& word) {
  if (word.script == Script::kLatin || word.script == Script::kDigits) return "";
  return ToUtf8(IsUnspaced(word.script) ? SimplifyHan(word.letters) : word.letters);
}

std::string TableKey(absl::string_view spelling) {
  std::string key;
  for (const Word& word : Clean(spelling).words) {
    key += NativeOf(word).empty() ? Romanize(word.letters, word.script) : NativeOf(word);
  }
  return key;
}

absl::StatusOr<Tables> Tables::FromTexts(const TableTexts& texts) {
  Tables tables;
  absl::Status status = tables.AddRarity(texts.word_rarity);
  if (!status.ok()) return status;
  status = tables.AddForms(texts.legal_forms);
  if (!status.ok()) return status;
  status = tables.AddWords(texts.name_words);
  if (!status.ok()) return status;
  status = tables.AddGivenNames(texts.given_names);
  if (!status.ok()) return status;
  tables.digest_ = Sha256(absl::StrCat(Sha256(texts.legal_forms), Sha256(texts.name_words),
                                       Sha256(texts.given_names), Sha256(texts.word_rarity)));
  return tables;
}

absl::Status Tables::AddForms(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    absl::StatusOr<FormCategory> category = Value(kCategories, row["category"]);
    absl::StatusOr<Place> place = Value(kPlaces, row["place"]);
    if (!category.ok() || !place.ok() || row["id"].empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("legal_forms, form \"", row["id"], "\": category \"", row["category"],
                       "\" or place \"", row["place"], "\" is unknown"));
    }
    const uint16_t id = static_cast<uint16_t>(forms_.size());
    forms_.push_back({row["id"], *category, *place});
    for (absl::string_view spelling : absl::StrSplit(row["spellings"], '|', absl::SkipEmpty())) {
      const std::string key = TableKey(spelling);
      if (key.empty()) continue;
      form_of_.emplace(key, id);
      form_of_.emplace(LatinKey(spelling), id);
      const std::string latin = LatinKey(spelling);
      misspelt_.Add(spelling, id);
      if (latin.size() >= kShortestSpelledOut) {
        form_sounds_.emplace(SoundsOf(latin, kAll), id);
        form_sound_beginnings_.insert(FirstSounds(latin));
      }
      AddUnspaced(spelling, &unspaced_);
    }
  }
  return absl::OkStatus();
}

absl::Status Tables::AddWords(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    const auto* known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                     [&](const ClassRow& c) { return row["class"] == c.name; });
    if (known == std::end(kClasses)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "name_words, word \"", row["word"], "\": class \"", row["class"], "\" is unknown"));
    }
    const uint16_t id = static_cast<uint16_t>(concepts_.size());
    concepts_.push_back(row["word"]);
    KnownWord word{id, known->cls, known->weight};
    if (word.weight == 0) {
      word.weight = std::min(kBusinessWeight, WeightOf(row["word"]));
    }
    const std::string all = absl::StrCat(row["word"], "|", row["spellings"]);
    for (absl::string_view spelling : absl::StrSplit(all, '|', absl::SkipEmpty())) {
      if (spelling.find(' ') != absl::string_view::npos) phrases_.insert(TableKey(spelling));
      if (row["class"] == "address") {
        address_words_.emplace(TableKey(spelling), word);
        continue;
      }
      words_.emplace(TableKey(spelling), word);
      words_.emplace(LatinKey(spelling), word);
      AddSound(LatinKey(spelling), word, &word_sounds_);
      AddStem(spelling, word);
      AddUnspaced(spelling, &unspaced_);
    }
  }
  return absl::OkStatus();
}

absl::Status Tables::AddGivenNames(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    const uint16_t id = static_cast<uint16_t>(concepts_.size());
    concepts_.push_back(row["name"]);
    const std::string all = absl::StrCat(row["name"], "|", row["spellings"]);
    for (absl::string_view spelling : absl::StrSplit(all, '|', absl::SkipEmpty())) {
      const KnownWord given{id, TokenClass::kGiven, 70};
      // A foreign name: the beginning of many others, so no place to cut.
      const bool whole = absl::ConsumePrefix(&spelling, "~");
      given_names_.emplace(TableKey(spelling), given);
      if (whole) continue;
      AddSound(LatinKey(spelling), given, &given_sounds_);
      AddUnspaced(spelling, &unspaced_names_);
    }
  }
  return absl::OkStatus();
}

absl::Status Tables::AddRarity(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    int weight = 0;
    if (!absl::SimpleAtoi(row["weight"], &weight) || weight < 1 || weight > 100) {
      return absl::InvalidArgumentError(absl::StrCat("word_rarity, word \"", row["word"],
                                                     "\": weight \"", row["weight"],
                                                     "\" is not 1 to 100"));
    }
    weights_[row["word"]] = static_cast<uint8_t>(weight);
  }
  return absl::OkStatus();
}

void Tables::AddStem(absl::string_view spelling, const KnownWord& word) {
  const CleanText clean = Clean(spelling);
  if (clean.words.size() != 1 || clean.words[0].script != Script::kCyrillic) return;
  std::string latin = Romanize(clean.words[0].letters, Script::kCyrillic);
  const size_t ending = LongestSlavicEnding(latin);
  if (latin.size() - ending >= kShortestStem) latin.resize(latin.size() - ending);
  if (latin.size() < kShortestStem) return;
  AddSound(latin, word, &stems_);
  stem_beginnings_.insert(ThreeLetters(latin));
}

const KnownWord* Tables::FindInflected(absl::string_view latin) const {
  if (latin.size() < kShortestStem || !stem_beginnings_.contains(ThreeLetters(latin))) {
    return nullptr;
  }
  for (absl::string_view ending : kSlavicEndings) {
    if (latin.size() < kShortestStem + ending.size() || !absl::EndsWith(latin, ending)) continue;
    auto found = stems_.find(SoundsOf(latin.substr(0, latin.size() - ending.size())));
    if (found != stems_.end() && found->second.concept_id != 0) return &found->second;
  }
  return nullptr;
}

void Tables::AddUnspaced(absl::string_view spelling, UnspacedSet* words) {
  const CleanText clean = Clean(spelling);
  if (clean.words.empty() || !IsUnspaced(clean.words[0].script)) return;
  const std::u32string letters = SimplifyHan(clean.words[0].letters);
  if (letters.size() < 2) return;  // a single character is too often part of a name
  words->insert(ToUtf8(letters));
  unspaced_beginnings_.insert(Beginning(letters, 0));
  longest_unspaced_ = std::max(longest_unspaced_, letters.size());
}

const uint16_t* Tables::FindForm(absl::string_view key) const {
  auto found = form_of_.find(key);
  return found == form_of_.end() ? nullptr : &found->second;
}

const uint16_t* Tables::FindFormSound(absl::string_view latin_key) const {
  if (latin_key.size() < kShortestSpelledOut) return nullptr;
  if (!form_sound_beginnings_.contains(FirstSounds(latin_key))) return nullptr;
  auto found = form_sounds_.find(SoundsOf(latin_key, kAll));
  return found == form_sounds_.end() ? nullptr : &found->second;
}

const uint16_t* Tables::FindMisspeltForm(absl::string_view latin) const {
  return FindWord(latin) == nullptr ? misspelt_.Find(latin) : nullptr;
}

const KnownWord* Tables::FindWord(absl::string_view text) const {
  auto found = words_.find(text);
  return found == words_.end() ? nullptr : &found->second;
}

const KnownWord* Tables::FindAddressWord(absl::string_view text) const {
  auto found = address_words_.find(text);
  return found == address_words_.end() ? nullptr : &found->second;
}

bool Tables::IsPhrase(absl::string_view key) const { return phrases_.contains(key); }

const KnownWord* Tables::FindGivenName(absl::string_view text) const {
  auto found = given_names_.find(text);
  return found == given_names_.end() ? nullptr : &found->second;
}

const KnownWord* Tables::FindSound(absl::string_view sounds) const {
  auto found = word_sounds_.find(sounds);
  return found == word_sounds_.end() || found->second.concept_id == 0 ? nullptr : &found->second;
}

const KnownWord* Tables::FindGivenSound(absl::string_view sounds) const {
  auto found = given_sounds_.find(sounds);
  return found == given_sounds_.end() || found->second.concept_id == 0 ? nullptr : &found->second;
}

// A sound that two entries share is kept, but belongs to none.
void Tables::AddSound(const std::string& latin, const KnownWord& word, SoundMap* map) {
  if (latin.size() < 5 || static_cast<unsigned char>(latin[0]) >= 0x80) return;
  auto [at, added] = map->emplace(SoundsOf(latin), word);
  if (!added && at->second.concept_id != word.concept_id) at->second.concept_id = 0;
}

size_t Tables::LongestPrefix(const std::u32string& text, size_t from, bool person) const {
  if (text.size() - from < 2 || !unspaced_beginnings_.contains(Beginning(text, from))) return 0;
  for (size_t length = std::min(longest_unspaced_, text.size() - from); length >= 2; --length) {
    const std::string word = ToUtf8(text.substr(from, length));
    if (unspaced_names_.contains(word) || (!person && unspaced_.contains(word))) return length;
  }
  return 0;
}

uint8_t Tables::WeightOf(absl::string_view text) const {
  auto found = weights_.find(text);
  return found == weights_.end() ? 100 : found->second;
}

}  // namespace probity::matching
