// The project's own tables behind the matcher: data/legal_forms.csv,
// data/name_words.csv, data/given_names.csv, data/word_rarity.csv.
#ifndef PROBITY_MATCHING_TABLES_H_
#define PROBITY_MATCHING_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matching/misspelt_forms.h"
#include "matching/name.h"
#include "matching/text.h"

namespace probity::matching {

// Where in a name a legal form may stand.
enum class Place : uint8_t { kEnd, kFront, kEnds, kAnywhere };

// Forms of one category differ in country and language only.
enum class FormCategory : uint8_t {
  kAnyCompany,  // "Co", "Corp": says no more than that it is one
  kLimited,     // GmbH, Ltd, OOO
  kStock,       // AG, PLC, PAO
  kPartnership,
  kCooperative,
  kNonProfit,
  kState,
  kSoleTrader,
  kFund,
};

struct LegalForm {
  std::string id;  // canonical, as the table names it
  FormCategory category = FormCategory::kAnyCompany;
  Place place = Place::kEnd;
};

struct KnownWord {
  uint16_t concept_id = 0;
  TokenClass cls = TokenClass::kWord;
  uint8_t weight = 0;
};

struct TableTexts {
  std::string legal_forms, name_words, given_names, word_rarity;
};

class Tables {
 public:
  // INVALID_ARGUMENT names table, line and fault.
  static absl::StatusOr<Tables> FromTexts(const TableTexts& texts);

  // nullptr when unknown. `key`: the words of a form joined without spaces, as
  // TableKey gives them.
  const uint16_t* FindForm(absl::string_view key) const;
  // The same by sounds, for forms spelled out: their romanisations vary.
  const uint16_t* FindFormSound(absl::string_view latin_key) const;
  // A form of one long word with a slip of the keys: "Limmited".
  const uint16_t* FindMisspeltForm(absl::string_view latin) const;
  const MisspeltForms& misspelt() const { return misspelt_; }
  const LegalForm& form(uint16_t id) const { return forms_[id]; }
  size_t form_count() const { return forms_.size(); }

  // nullptr when unknown. `text` as TableKey gives it.
  const KnownWord* FindWord(absl::string_view text) const;
  // Words that mean this in addresses only: "st" is a street there.
  const KnownWord* FindAddressWord(absl::string_view text) const;
  const KnownWord* FindGivenName(absl::string_view text) const;
  // The same by sounds, for words long enough to be sure: "elektronika". nullptr
  // also where two entries sound alike.
  const KnownWord* FindSound(absl::string_view sounds) const;
  const KnownWord* FindGivenSound(absl::string_view sounds) const;
  // The word of a Slavic table entry that `latin` is another gender or case of:
  // "mashinostroitelnogo". nullptr also where two entries have one stem.
  const KnownWord* FindInflected(absl::string_view latin) const;

  // Whether `key`, words joined without spaces, is one entry of several words:
  // "hongkong", "realestate".
  bool IsPhrase(absl::string_view key) const;

  // Longest known word or legal form of `text` at `from`, in letters; 0 none.
  // For scripts that are written without spaces. `person`: names alone.
  size_t LongestPrefix(const std::u32string& text, size_t from, bool person) const;

  // 0..100; words that no list of companies shows often have 100.
  uint8_t WeightOf(absl::string_view text) const;

  // The name a concept is listed under: "bank".
  const std::string& ConceptName(uint16_t id) const { return concepts_[id]; }

  // SHA-256 over the four texts.
  const std::string& digest() const { return digest_; }

 private:
  absl::Status AddForms(absl::string_view csv);
  absl::Status AddWords(absl::string_view csv);
  absl::Status AddGivenNames(absl::string_view csv);
  absl::Status AddRarity(absl::string_view csv);
  using UnspacedSet = absl::flat_hash_set<std::string>;
  void AddUnspaced(absl::string_view spelling, UnspacedSet* words);

  std::vector<LegalForm> forms_;
  MisspeltForms misspelt_;
  std::vector<std::string> concepts_ = {""};
  absl::flat_hash_map<std::string, uint16_t> form_of_, form_sounds_;
  absl::flat_hash_set<std::string> form_sound_beginnings_;  // to say no quickly
  absl::flat_hash_map<std::string, KnownWord> words_;
  absl::flat_hash_map<std::string, KnownWord> address_words_;
  absl::flat_hash_map<std::string, KnownWord> given_names_;
  using SoundMap = absl::flat_hash_map<std::string, KnownWord>;
  static void AddSound(const std::string& latin, const KnownWord& word, SoundMap* map);

  void AddStem(absl::string_view spelling, const KnownWord& word);

  SoundMap word_sounds_, given_sounds_, stems_;
  absl::flat_hash_set<uint32_t> stem_beginnings_;  // first three letters
  absl::flat_hash_map<std::string, uint8_t> weights_;
  absl::flat_hash_set<std::string> phrases_;
  UnspacedSet unspaced_, unspaced_names_;
  absl::flat_hash_set<uint64_t> unspaced_beginnings_;
  size_t longest_unspaced_ = 0;
  std::string digest_;
};

// A word in its own script, by which tables are asked; Han simplified. Empty for
// Latin. A romanised short word would be taken for a Latin one: "أم" is not "am".
std::string NativeOf(const Word& word);

// What a spelling in a table looks like: its words joined, Latin without marks,
// other scripts as NativeOf gives them.
std::string TableKey(absl::string_view spelling);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_TABLES_H_
