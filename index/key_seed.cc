#define XXH_INLINE_ALL
#include "index/key_seed.h"

#include <xxhash.h>

namespace probity::index {

KeyHash Hash(Seed seed, absl::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace probity::index
