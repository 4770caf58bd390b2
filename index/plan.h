// What a query looks for, worked out once for all segments. All of it follows
// from the query alone, so that the answer does not depend on how records are
// spread over segments.
#ifndef PROBITY_INDEX_PLAN_H_
#define PROBITY_INDEX_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "index/key_table.h"
#include "matching/name.h"
#include "matching/word_similarity.h"

namespace probity::index {

// Words of the query that count; more are left out, the lightest first.
inline constexpr size_t kMaxUnits = 32;

// One word of the query, or two or three neighbours as one.
struct Unit {
  const matching::Token* first = nullptr;  // borrowed from the query's name
  int count = 1;
  uint32_t cover = 0;     // the words, as bits
  uint16_t weight = 0;    // their sum
  bool essential = true;  // names are found by it; else it only counts for those found
  std::string sounds;     // where count > 1: joined
  matching::Reading reading = matching::Reading::kLetters;
  std::vector<KeyHash> keys;  // to words
};

// Names that have a key, or words that are an acronym of the whole query.
struct WholeKey {
  enum Kind : uint8_t { kAcronymOfName, kJoined, kHyphened, kSpaced, kBeginnings, kAcronymOfQuery };
  Kind kind = kJoined;
  std::string text;  // the acronym, the word, or the sounds
  uint32_t cover = 0;
  uint16_t weight = 0;
  uint16_t similarity = 0;
};

struct Plan {
  matching::Kind kind = matching::Kind::kAny;
  int weight = 0;  // of all words that count
  std::vector<Unit> units;
  std::vector<WholeKey> whole;
  uint32_t initials = 0;              // single letters, which may stand for any word, as bits
  std::vector<uint16_t> bit_weights;  // weight of each bit's word
  std::vector<char> bit_letters;      // first letter of each bit's word

  // Whether a name is judged as a person's; `stored`: it says that it is one.
  bool IsPerson(bool stored) const {
    return kind == matching::Kind::kAny ? stored : kind == matching::Kind::kPerson;
  }
};

// Names that agree in the lightest words alone, to less than this, are not found.
inline constexpr int kTailScore = 5000;

// Words less alike than this add nothing that a name should be found by; those
// of persons are judged more sharply, and one slip in three letters is much.
inline int LeastLink(matching::Kind kind, const Unit& unit) {
  constexpr size_t kShort = 3;
  if (kind == matching::Kind::kPerson) return 380;
  return unit.count == 1 && unit.first->text.size() <= kShort ? 520 : 600;
}

// How a unit of the query and a stored word are alike; similarity 0: too little.
matching::WordMatch LinkOf(const Unit& unit, const matching::Token& stored, matching::Kind kind);

// `name` must outlive the plan. `floor`: names that agree only in words which
// together cannot reach it are not looked for.
Plan MakePlan(const matching::NormalizedName& name, int floor);

}  // namespace probity::index

#endif  // PROBITY_INDEX_PLAN_H_
