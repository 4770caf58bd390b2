// Lists of ids, rising, in groups of one block of the id space each, so that a
// search goes through many lists block by block and skips what it need not read.
//
//   list   = count:varint group…
//   group  = block:varint (difference to the group before) ids:varint
//            {length:varint of what follows, in bytes}, where ids > 1
//            {difference to the id before, the first to the block's begin}:varint…
#ifndef PROBITY_INDEX_POSTINGS_H_
#define PROBITY_INDEX_POSTINGS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "index/bytes.h"

namespace probity::index {

inline constexpr uint32_t kBlockBits = 14;
inline constexpr uint32_t kBlockSize = uint32_t{1} << kBlockBits;

// Appends the list of `ids`, which rise.
void AppendPostings(const uint32_t* ids, size_t count, std::string* out);

// Goes through one list group by group.
class PostingCursor {
 public:
  PostingCursor() = default;
  // `bytes` may go on behind the list.
  explicit PostingCursor(absl::string_view bytes) : rest_(bytes) {
    count_ = left_ = rest_.Varint();
    Next();
  }

  // Ids in the whole list, as it says.
  uint32_t count() const { return count_; }
  bool done() const { return in_group_ == 0; }
  uint32_t block() const { return block_; }

  // Calls visit(id within the block) for the ids of this group.
  template <typename Visit>
  void ForEach(Visit visit) const {
    ByteReader group = group_;
    uint32_t at = 0;
    for (uint32_t i = 0; i < in_group_; ++i) {
      at += group.Varint();
      if (at >= kBlockSize) return;  // torn
      visit(at);
    }
  }
  uint32_t in_group() const { return in_group_; }

  void Next() {
    in_group_ = 0;
    if (left_ == 0 || rest_.done()) return;
    block_ += rest_.Varint();
    const uint32_t ids = rest_.Varint();
    if (ids == 0 || ids > left_) return;  // torn
    left_ -= ids;
    in_group_ = ids;
    if (ids == 1) {
      group_ = rest_;
      rest_.Varint();
    } else {
      group_ = ByteReader(rest_.Bytes(rest_.Varint()));
    }
  }

 private:
  ByteReader rest_, group_;
  uint32_t count_ = 0, left_ = 0, in_group_ = 0, block_ = 0;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_POSTINGS_H_
