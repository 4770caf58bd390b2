#include "storage/retention/floor.h"

#include <algorithm>

namespace probity::storage {

uint64_t RetentionFloor(const RetentionFacts& facts) {
  if (facts.retained == 0 || facts.newest <= facts.retained) return 1;
  uint64_t floor = facts.newest - facts.retained;
  floor = std::min(floor, facts.held_from.value_or(floor));
  floor = std::min(floor, facts.cited_from.value_or(floor));
  return std::max<uint64_t>(floor, 1);
}

}  // namespace probity::storage
