// Any bytes as a name: folding is bounded, valid UTF-8, and stable.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/names.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string folded = probity::FoldName(name);
  // One character can become at most 18 in NFKC, of at most 3 bytes each.
  if (folded.size() > 1000 * 18 * 3) std::abort();
  if (folded.size() < 900 && probity::FoldName(folded) != folded) std::abort();
  return 0;
}
