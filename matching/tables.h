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
#include "matching/name.h"

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

  // nullptr when unknown. `key`: the romanised words of a form joined without
  // spaces, for scripts with letters; simplified characters for the others.
  const uint16_t* FindForm(absl::string_view key) const;
  const LegalForm& form(uint16_t id) const { return forms_[id]; }

  // nullptr when unknown. `text` as Token::text, or simplified characters.
  const KnownWord* FindWord(absl::string_view text) const;
  const KnownWord* FindGivenName(absl::string_view text) const;

  // Whether `key`, words joined without spaces, is one entry of several words:
  // "hongkong", "realestate".
  bool IsPhrase(absl::string_view key) const;

  // Longest known word or legal form at the start of `text`, in letters; 0 none.
  // For scripts that are written without spaces.
  size_t LongestPrefix(const std::u32string& text, size_t from) const;

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
  void AddUnspaced(absl::string_view spelling);

  std::vector<LegalForm> forms_;
  std::vector<std::string> concepts_ = {""};
  absl::flat_hash_map<std::string, uint16_t> form_of_;
  absl::flat_hash_map<std::string, KnownWord> words_;
  absl::flat_hash_map<std::string, KnownWord> given_names_;
  absl::flat_hash_map<std::string, uint8_t> weights_;
  absl::flat_hash_set<std::string> phrases_;
  absl::flat_hash_set<std::string> unspaced_;
  size_t longest_unspaced_ = 0;
  std::string digest_;
};

// What a spelling in a table looks like after Clean and Romanize: its words,
// joined. Simplified characters for scripts without spaces.
std::string TableKey(absl::string_view spelling);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_TABLES_H_
