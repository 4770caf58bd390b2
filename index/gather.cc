#include "index/gather.h"

#include <algorithm>

namespace probity::index {

void Gatherer::Run(const SegmentTables& tables, const std::vector<NameList>& lists, Budget* budget,
                   Visit visit) {
  if (tables.names.size() == 0) return;
  tables_ = &tables;
  const uint32_t blocks = ((tables.names.size() - 1) >> kBlockBits) + 1;
  Begin(lists, blocks);
  for (uint32_t block = 0; block < blocks; ++block) {
    if (first_[block] == 0) continue;
    const bool essential = CollectListsAt(block);
    int64_t units = 0;
    for (uint32_t list : here_) {
      units += 4 + (essential ? lists_[list].names.in_group() : 0);
      if (essential) Apply(lists_[list], block);
    }
    if (essential) Emit(block, visit);
    MoveOn(block);
    if (!budget->Spend(units)) return;
  }
}

void Gatherer::Begin(const std::vector<NameList>& lists, uint32_t blocks) {
  lists_ = lists;
  first_.assign(blocks, 0);
  next_.assign(lists_.size(), 0);
  found_.resize(kBlockSize);
  for (uint32_t i = 0; i < lists_.size(); ++i) File(i);
}

// Puts a list where its next names are; torn ones may lie outside.
void Gatherer::File(uint32_t list) {
  const PostingCursor& names = lists_[list].names;
  if (names.done() || names.block() >= first_.size()) return;
  next_[list] = first_[names.block()];
  first_[names.block()] = list + 1;
}

// In order of value; false if none of them is essential.
bool Gatherer::CollectListsAt(uint32_t block) {
  here_.clear();
  bool essential = false;
  for (uint32_t at = first_[block]; at != 0; at = next_[at - 1]) {
    here_.push_back(at - 1);
    essential |= lists_[at - 1].essential;
  }
  std::sort(here_.begin(), here_.end());
  return essential;
}

void Gatherer::Apply(const NameList& list, uint32_t block) {
  const bool whole = list.candidate == kWholeName;
  list.names.ForEach([&](uint32_t within) {
    Agreement& found = found_[within];
    if ((found.words & list.cover) != 0) return;
    if (found.words == 0) touched_.push_back(within);
    const int weight =
        !whole ? list.candidate : tables_->name_weights[block << kBlockBits | within] & ~kPersonBit;
    found.Link(list.cover, list.query, weight, list.similarity);
    found.essential |= list.essential;
  });
}

void Gatherer::Emit(uint32_t block, Visit visit) {
  for (uint32_t within : touched_) {
    const uint32_t name = block << kBlockBits | within;
    if (found_[within].essential && name < tables_->names.size()) visit(name, found_[within]);
    found_[within] = Agreement();
  }
  touched_.clear();
}

void Gatherer::MoveOn(uint32_t block) {
  for (uint32_t list : here_) {
    lists_[list].names.Next();
    if (lists_[list].names.block() > block) File(list);
  }
}

}  // namespace probity::index
