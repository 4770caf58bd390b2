// Goes through posting lists block by block and finds the names that agree with
// the query well enough.
//
// Lists of little value and many names are not read where names cannot be good
// enough with them alone (MaxScore of information retrieval): the more good
// names there are, the fewer lists find others. Most names stand in one list
// only, and of these most are too heavy to be good enough with it, which their
// weight alone tells. For the rest all agreement is added up from their words.
#ifndef PROBITY_INDEX_GATHER_H_
#define PROBITY_INDEX_GATHER_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "index/budget.h"
#include "index/ceiling.h"
#include "index/estimate.h"
#include "index/lookup.h"
#include "index/plan.h"
#include "index/segment_tables.h"
#include "index/word_lists.h"

namespace probity::index {

// One object serves many searches of one thread: its memory, some fifty
// kilobytes and some bytes a block and list, is used again.
class Gatherer {
 public:
  // Looks at a name and returns what the estimate of the next ones must reach,
  // which is positive.
  using Visit = absl::FunctionRef<int(uint32_t name, const Agreement& agreement)>;

  // Calls visit for each name whose estimate may reach `least`, as far as lists
  // find it that may find names, and then for those that may reach what the last
  // visit said. Where two lists link the same word of the query, the one that
  // stands first in `lists` counts. Stops when the budget says so.
  void Run(const SegmentTables& tables, const Plan& plan, const std::vector<NameList>& lists,
           int least, Budget* budget, Visit visit);

 private:
  class Pass;

  // Weights up to which names that stand in one list only can reach `least`: of
  // a company, of a person.
  struct Limits {
    int least = 0;
    int weight[2] = {0, 0};
  };

  std::vector<NameList> lists_;
  std::vector<Limits> limits_, limits_alone_;  // of the lists, with and without lesser ones
  std::vector<uint32_t> first_, next_;  // lists by the block they stand at; 0: none, else one more
  std::vector<uint32_t> here_;          // of these, those at this block
  std::vector<uint32_t> lesser_;        // lists that find no names
  std::vector<uint16_t> holders_;       // by name within the block: what list holds it
  std::vector<uint32_t> touched_;       // which of them are not zero
  std::vector<uint32_t> kept_;          // names to look at
  std::vector<std::pair<uint32_t, uint32_t>> own_;  // name and list, of lists without a word
  WordLists words_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_GATHER_H_
