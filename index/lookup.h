// The posting lists of one segment that a query's plan leads to.
#ifndef PROBITY_INDEX_LOOKUP_H_
#define PROBITY_INDEX_LOOKUP_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "index/budget.h"
#include "index/plan.h"
#include "index/postings.h"
#include "index/segment_tables.h"

namespace probity::index {

inline constexpr uint16_t kWholeName = 0xFFFF;
inline constexpr uint32_t kNoWord = 0xFFFFFFFF;

// What a list is good for.
enum class Use : uint8_t {
  kFinds,    // all its names are looked at
  kMayFind,  // as long as names can be good enough with it and lesser lists alone
  kCounts    // it only counts for names that others find
};

// Names that agree with the query in some of its words.
struct NameList {
  PostingCursor names;
  uint32_t cover = 0;      // the query's words, as bits
  uint16_t query = 0;      // their weight
  uint16_t candidate = 0;  // weight of the stored word; kWholeName: of all words
  uint16_t similarity = 0;
  Use use = Use::kMayFind;
  uint16_t concept_id = 0;  // names with any word of this meaning; or
  uint32_t word = kNoWord;  // with this one. Neither: names of its own

  // What the agreement is worth.
  int value() const {
    return (candidate == kWholeName ? 2 * query : query + candidate) * similarity;
  }
};

// Most valuable first; ties in an order that does not depend on the segment.
bool Before(const NameList& a, const NameList& b);

class Lookup {
 public:
  // Borrows both.
  Lookup(const Plan& plan, Budget* budget) : plan_(plan), budget_(budget) {}

  // The lists of `tables`, most valuable first. They live until the next call.
  const std::vector<NameList>& ListsOf(const SegmentTables& tables);

 private:
  void AddUnit(const Unit& unit);
  void CollectWords(const Unit& unit);
  void CollectAbbreviated(const matching::Token& word);
  void AddConcept(const Unit& unit);
  bool MayBeLike(const Unit& unit, uint32_t word) const;
  void AddWord(const Unit& unit, uint32_t word);
  void AddWhole(const WholeKey& key);
  void AddAcronymWords(const WholeKey& key);
  void KeepThoseWith(const WholeKey& key);
  bool Has(uint32_t name, const WholeKey& key);

  const Plan& plan_;
  Budget* budget_;
  const SegmentTables* tables_ = nullptr;
  std::vector<NameList> lists_;
  std::vector<uint32_t> words_;  // that may be like a unit
  std::vector<KeyHash> keys_;    // by which names are found
  std::vector<uint32_t> names_;  // that are
  std::deque<std::string> own_;  // lists made here, which cursors point into
  matching::Token token_;
  matching::NormalizedName name_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_LOOKUP_H_
