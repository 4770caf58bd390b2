// Goes through posting lists block by block and adds up, for each name that they
// hold, how it agrees with the query.
#ifndef PROBITY_INDEX_GATHER_H_
#define PROBITY_INDEX_GATHER_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "index/budget.h"
#include "index/estimate.h"
#include "index/lookup.h"
#include "index/segment_tables.h"

namespace probity::index {

// One object serves many searches of one thread: its memory, a third of a
// megabyte and four bytes a block and list, is used again.
class Gatherer {
 public:
  using Visit = absl::FunctionRef<void(uint32_t name, const Agreement& agreement)>;

  // Calls visit for each name that an essential list holds. Where
  // two lists link the same word of the query, the one that stands first counts.
  // Stops when the budget says so.
  void Run(const SegmentTables& tables, const std::vector<NameList>& lists, Budget* budget,
           Visit visit);

 private:
  void Begin(const std::vector<NameList>& lists, uint32_t blocks);
  void File(uint32_t list);
  bool CollectListsAt(uint32_t block);
  void Apply(const NameList& list, uint32_t block);
  void Emit(uint32_t block, Visit visit);
  void MoveOn(uint32_t block);

  const SegmentTables* tables_ = nullptr;
  std::vector<NameList> lists_;
  std::vector<uint32_t> first_, next_;  // lists by the block they stand at; 0: none, else one more
  std::vector<uint32_t> here_;          // lists at this block
  std::vector<Agreement> found_;        // by name within the block; all zero between blocks
  std::vector<uint32_t> touched_;       // which of them are not
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_GATHER_H_
