// Which records a caller sees.
#ifndef PROBITY_INDEX_VISIBILITY_H_
#define PROBITY_INDEX_VISIBILITY_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"

namespace probity::index {

// Dataset number -> version; a dataset that is not here does not exist.
class Visibility {
 public:
  void Set(uint32_t dataset, uint32_t version) { versions_[dataset] = version; }

  // Whether a record of `dataset` that is said from version `from` on, until `to`
  // no longer says it, is seen.
  bool Sees(uint32_t dataset, uint32_t from, uint32_t to) const {
    const auto found = versions_.find(dataset);
    return found != versions_.end() && from <= found->second && found->second < to;
  }

 private:
  absl::flat_hash_map<uint32_t, uint32_t> versions_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_VISIBILITY_H_
