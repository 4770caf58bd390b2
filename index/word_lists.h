// Which of a query's lists hold the names with a word.
#ifndef PROBITY_INDEX_WORD_LISTS_H_
#define PROBITY_INDEX_WORD_LISTS_H_

#include <cstdint>
#include <vector>

#include "index/lookup.h"
#include "index/segment_tables.h"

namespace probity::index {

// A hash table whose memory is used again.
class WordLists {
 public:
  void Build(const SegmentTables& tables, const std::vector<NameList>& lists);

  // Appends the numbers of the lists.
  void ListsOf(uint32_t word, std::vector<uint32_t>* out) const {
    for (size_t at = PlaceOf(word); rows_[at].word != kNoWord; at = (at + 1) & mask_) {
      if (rows_[at].word == word) out->push_back(rows_[at].list);
    }
  }

 private:
  struct Row {
    uint32_t word = kNoWord;
    uint32_t list = 0;
  };

  size_t PlaceOf(uint32_t word) const { return (word * 0x9E3779B1u >> 8) & mask_; }
  void Add(uint32_t word, uint32_t list);

  std::vector<Row> rows_;
  size_t mask_ = 0;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_WORD_LISTS_H_
