// From the hash of a key to the ids that have it: the index's one kind of hash
// table.
//
//   table = shift:u32 bits:u32 first:u32[2^k + 1] entry:u32…
//   entry = id in the low `bits` bits, above it as much of the hash as fits
//
// The hash's top bits choose the bucket. Different keys may meet in an entry, so
// that whoever asks must look at what was found.
#ifndef PROBITY_INDEX_KEY_TABLE_H_
#define PROBITY_INDEX_KEY_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/bytes.h"

namespace probity::index {

using KeyHash = uint64_t;

class KeyTableBuilder {
 public:
  void Reserve(size_t entries) { entries_.reserve(entries); }
  void Add(KeyHash hash, uint32_t id) { entries_.push_back({hash, id}); }

  // Ids are below `id_limit`. Same pairs, in any order: same bytes. Each pair
  // stands there once. Empties the builder.
  std::string Finish(uint32_t id_limit);

 private:
  struct Entry {
    KeyHash hash;
    uint32_t id;
  } __attribute__((packed, aligned(4)));

  std::vector<Entry> entries_;
};

class KeyTable {
 public:
  KeyTable() = default;
  explicit KeyTable(absl::string_view bytes);

  // Calls visit(id) for each id that may have the key, in rising order.
  template <typename Visit>
  void ForEach(KeyHash hash, Visit visit) const {
    const uint32_t bucket = static_cast<uint32_t>(hash >> shift_);
    const uint32_t end = first_[bucket + 1];
    const uint32_t tag = TagOf(hash, bits_);
    for (uint32_t i = first_[bucket]; i < end && i < entries_.size(); ++i) {
      const uint32_t entry = entries_[i];
      if ((entry & ~mask_) == tag) visit(entry & mask_);
    }
  }

  void Prefetch(KeyHash hash) const { first_.Prefetch(static_cast<uint32_t>(hash >> shift_)); }

  // The bits of an entry that come from the hash.
  static uint32_t TagOf(KeyHash hash, uint32_t bits) {
    return bits >= 32 ? 0 : static_cast<uint32_t>(hash) << bits;
  }

 private:
  uint32_t shift_ = 63;
  uint32_t bits_ = 32;
  uint32_t mask_ = 0xFFFFFFFF;
  Array<uint32_t> first_, entries_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_KEY_TABLE_H_
