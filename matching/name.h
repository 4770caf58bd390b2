// A name made ready for comparison, once for each stored name.
#ifndef PROBITY_MATCHING_NAME_H_
#define PROBITY_MATCHING_NAME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matching/romanize.h"

namespace probity::matching {

// What the name names. kAny lets the words decide.
enum class Kind : uint8_t { kAny, kPerson, kCompany, kVessel, kSite, kAddress };

enum class TokenClass : uint8_t {
  kWord,        // carries the name
  kGiven,       // a person's given name that many bear
  kPatronymic,  // "Ivanovich"
  kBusiness,    // says what many firms do or are: "trading", "group"
  kPlace,       // a country or large city
  kDirection,   // north, east, upper, old: tells siblings apart
  kGeneration,  // Jr, Sr, III behind a person's name
  kNumber,
  kInitial,   // one letter
  kParticle,  // van, de, bin, al
  kTitle,     // Dr, Sheikh
  kStop,      // of, the, and
};

struct Token {
  std::string text;         // romanised, lower-case ASCII
  std::string sounds;       // SoundsOf(text)
  std::string native;       // simplified UTF-8 where `text` lost something (Han); else empty
  uint64_t letters = 0;     // which sounds occur: bit (sound & 63)
  uint16_t concept_id = 0;  // words of one meaning or one given name; 0 none
  uint8_t weight = 0;       // rarity; an unknown word has 100
  TokenClass cls = TokenClass::kWord;
  Reading reading = Reading::kLetters;
  bool joined = false;   // a dot or hyphen stood before it, not a space
  bool acronym = false;  // made of the first letters of the name's other words
};

struct NormalizedName {
  std::vector<Token> tokens;          // legal forms taken out, at most kMaxWords
  std::vector<uint16_t> legal_forms;  // ids into the table, in order of place
  std::string form_initials;          // of the words of a form behind: "cl" of "Co. Ltd"
  Kind kind = Kind::kAny;             // as asked for, or as the words show it
  bool lookalikes = false;            // see CleanText
  bool truncated = false;
  bool only_legal_form = false;  // nothing but a legal form: kept as tokens
};

// Fills what follows from text and reading: sounds and letters.
void FillSounds(Token* token);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_NAME_H_
