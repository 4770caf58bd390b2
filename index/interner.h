// Byte strings, each kept once, numbered in order of arrival.
#ifndef PROBITY_INDEX_INTERNER_H_
#define PROBITY_INDEX_INTERNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace probity::index {

class Interner {
 public:
  Interner() : ids_(0, Hasher{this}, Equal{this}) {}
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  uint32_t Intern(absl::string_view bytes) {
    const auto found = ids_.find(bytes);
    if (found != ids_.end()) return *found;
    const uint32_t id = size();
    arena_.append(bytes.data(), bytes.size());
    ends_.push_back(arena_.size());
    ids_.insert(id);
    return id;
  }

  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

  // Until the next Intern.
  absl::string_view operator[](uint32_t id) const {
    const size_t begin = id == 0 ? 0 : ends_[id - 1];
    return absl::string_view(arena_).substr(begin, ends_[id] - begin);
  }

 private:
  struct Hasher {
    using is_transparent = void;
    const Interner* interner;
    size_t operator()(absl::string_view bytes) const { return absl::HashOf(bytes); }
    size_t operator()(uint32_t id) const { return absl::HashOf((*interner)[id]); }
  };
  struct Equal {
    using is_transparent = void;
    const Interner* interner;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, absl::string_view b) const { return (*interner)[a] == b; }
    bool operator()(absl::string_view a, uint32_t b) const { return a == (*interner)[b]; }
  };

  std::string arena_;
  std::vector<size_t> ends_;
  absl::flat_hash_set<uint32_t, Hasher, Equal> ids_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_INTERNER_H_
