#include "index/word_lists.h"

namespace probity::index {

void WordLists::Build(const SegmentTables& tables, const std::vector<NameList>& lists) {
  size_t words = 0;
  for (const NameList& list : lists) {
    words += list.concept_id == 0 ? 1 : tables.WordsOfConcept(list.concept_id).size();
  }
  size_t rows = 16;
  while (rows < 2 * words) rows *= 2;
  mask_ = rows - 1;
  rows_.assign(rows, Row());
  for (uint32_t i = 0; i < lists.size(); ++i) {
    if (lists[i].word != kNoWord) Add(lists[i].word, i);
    if (lists[i].concept_id == 0) continue;
    const Array<uint32_t> of_concept = tables.WordsOfConcept(lists[i].concept_id);
    for (uint32_t j = 0; j < of_concept.size(); ++j) Add(of_concept[j], i);
  }
}

void WordLists::Add(uint32_t word, uint32_t list) {
  if (word == kNoWord) return;  // torn
  size_t at = PlaceOf(word);
  while (rows_[at].word != kNoWord) at = (at + 1) & mask_;
  rows_[at] = {word, list};
}

}  // namespace probity::index
