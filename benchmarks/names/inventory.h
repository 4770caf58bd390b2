// The words that invented names are made of: for each language some syllables,
// trades, legal forms, places and given names. Written for the benchmarks; what
// the matcher knows is no part of it.
#ifndef PROBITY_BENCHMARKS_NAMES_INVENTORY_H_
#define PROBITY_BENCHMARKS_NAMES_INVENTORY_H_

#include <string>
#include <vector>

namespace probity::benchmarks {

// A word in the language's own script and as the parties themselves spell it in
// Latin letters, or translate it. Equal where the language is written in Latin.
struct Spelling {
  std::string native, latin;
};

struct Language {
  std::string id;     // "ru"
  int share = 0;      // of the parties, per thousand
  bool latin = true;  // is its own script Latin
  bool spaced = true;
  bool form_first = false;
  bool family_first = false;
  int core_syllables = 2;  // of a frequent word; rare words are longer
  // Latin syllables are taken apart, for any beginning goes with any end.
  std::vector<std::string> onsets, rimes;
  std::vector<Spelling> syllables, trades, forms, places, given;
  std::vector<Spelling> families;  // empty: made of syllables
};

// All languages; the shares sum to 1,000.
const std::vector<Language>& Languages();

// The one with this id, which must exist.
const Language& LanguageOf(const std::string& id);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_INVENTORY_H_
