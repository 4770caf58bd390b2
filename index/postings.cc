#include "index/postings.h"

namespace probity::index {

void AppendPostings(const uint32_t* ids, size_t count, std::string* out) {
  AppendVarint(static_cast<uint32_t>(count), out);
  uint32_t last_block = 0;
  std::string group;
  for (size_t i = 0; i < count;) {
    const uint32_t block = ids[i] >> kBlockBits;
    uint32_t last = block << kBlockBits;
    group.clear();
    const size_t begin = i;
    for (; i < count && ids[i] >> kBlockBits == block; ++i) {
      AppendVarint(ids[i] - last, &group);
      last = ids[i];
    }
    AppendVarint(block - last_block, out);
    AppendVarint(static_cast<uint32_t>(i - begin), out);
    if (i - begin > 1) AppendVarint(static_cast<uint32_t>(group.size()), out);
    *out += group;
    last_block = block;
  }
}

}  // namespace probity::index
