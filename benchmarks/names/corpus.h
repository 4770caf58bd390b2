// An invented population of parties and their names, any size, without a file:
// the names of party N are a function of N and the seed.
//
// A quarter are persons. A party has 2.2 names on average: its own, one in
// another script, trade names, former names, other spellings, short forms. Some
// 20 % of the names are not in Latin letters. One company in six is a relative of
// an earlier one: a branch, a number, a sister firm. Words, trades and legal
// forms are distributed as Zipf found; one company in fifty has only common words.
#ifndef PROBITY_BENCHMARKS_NAMES_CORPUS_H_
#define PROBITY_BENCHMARKS_NAMES_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/names/inventory.h"
#include "benchmarks/names/random.h"

namespace probity::benchmarks {

enum class Role : uint8_t { kCore, kTrade, kPlace, kNumber, kForm, kGiven, kFamily, kAcronym };

struct NameWord {
  Spelling spelling;
  Role role = Role::kCore;
};

// A name as words, in the order of its language. `native`: written in the
// script of the language, which may be Latin.
struct PartyName {
  std::vector<NameWord> words;
  const Language* language = nullptr;
  bool native = true;
  bool person = false;

  const std::string& TextOf(const NameWord& word) const {
    return native ? word.spelling.native : word.spelling.latin;
  }
  bool latin() const { return language->latin || !native; }
  bool spaced() const { return language->spaced || !native; }
  std::string Text() const;
};

enum class Scripts { kMixed, kLatinOnly };

class Corpus {
 public:
  Corpus(uint64_t seed, Scripts scripts) : seed_(seed), scripts_(scripts) {}

  // One to five names, the party's own first.
  std::vector<PartyName> NamesOf(uint32_t party) const;
  // The party's full name, in its own script or in Latin letters, whether or not
  // it is among its names.
  PartyName FullName(uint32_t party, bool native) const;
  // How many parties have about this many names.
  static uint32_t PartiesFor(uint32_t names) { return static_cast<uint32_t>(names / 2.2); }

  uint64_t seed() const { return seed_; }

 private:
  uint32_t Root(uint32_t party) const;
  PartyName Person(uint32_t party, uint32_t root, const Language& language) const;
  PartyName Company(uint32_t party, uint32_t root, const Language& language) const;
  PartyName OtherName(const PartyName& full, Random* random) const;
  const Language& DrawLanguage(Random* random) const;

  uint64_t seed_;
  Scripts scripts_;
};

// A word of syllables; frequent ones are short and the same for many parties.
Spelling DrawWord(const Language& language, Random* random);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_CORPUS_H_
