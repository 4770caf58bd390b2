// The tables behind inventory.h, as text: entries apart by spaces, "_" for a
// space inside an entry, "native:latin" where the two differ.
#ifndef PROBITY_BENCHMARKS_NAMES_INVENTORY_ROWS_H_
#define PROBITY_BENCHMARKS_NAMES_INVENTORY_ROWS_H_

#include <vector>

namespace probity::benchmarks {

enum LanguageFlags : int {
  kUnspaced = 0,
  kSpaced = 1,
  kFormInFront = 2,
  kFamilyInFront = 4,
};

struct LanguageRow {
  const char* id;
  int share;
  int flags;
  int core_syllables;
  const char* syllables;
  const char* trades;
  const char* forms;
  const char* places;
  const char* given;
  const char* families;
};

const std::vector<LanguageRow>& LatinRows();
const std::vector<LanguageRow>& OtherRows();

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_INVENTORY_ROWS_H_
