// The Merkle tree of RFC 6962 (and RFC 9162, which has the same): hashes, the
// compact form that a log appends to, proofs, and their verification from hashes
// alone. Hashes are 32 raw bytes.
//
//   leaf      SHA-256(0x00 . data)
//   node      SHA-256(0x01 . left . right)
//   no leaf   SHA-256 of nothing
//
// A *perfect subtree* (level, index) covers the 2^level leaves from
// index * 2^level on. Its hash never changes once it is complete, so a log stores
// those and everything else follows from them.
#ifndef PROBITY_EVIDENCE_MERKLE_H_
#define PROBITY_EVIDENCE_MERKLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::evidence {

inline constexpr size_t kHashBytes = 32;

std::string LeafHash(absl::string_view data);
std::string NodeHash(absl::string_view left, absl::string_view right);
// Root of the tree without leaves.
std::string EmptyRoot();

struct NodeId {
  int level = 0;
  uint64_t index = 0;

  friend bool operator==(const NodeId& a, const NodeId& b) {
    return a.level == b.level && a.index == b.index;
  }
};

// The perfect subtrees that the leaves [begin, end) are made of, left to right.
// `begin` is a multiple of the largest power of two that is smaller than or equal
// to end - begin, as wherever a tree is cut after RFC 6962; at most 64.
std::vector<NodeId> PerfectSubtrees(uint64_t begin, uint64_t end);

// A tree as what is needed to append to it: at most 64 hashes. Not thread-safe.
class Frontier {
 public:
  Frontier() = default;
  // `hashes` are those of PerfectSubtrees(0, size).
  Frontier(uint64_t size, std::vector<std::string> hashes)
      : size_(size), hashes_(std::move(hashes)) {}

  // Appends a leaf. Returns the hashes of the perfect subtrees that it completes,
  // by level, its own first.
  std::vector<std::string> Append(std::string leaf_hash);
  std::string Root() const;
  uint64_t size() const { return size_; }

 private:
  uint64_t size_ = 0;
  std::vector<std::string> hashes_;
};

// Reads the hash of a perfect subtree; its errors are passed on.
using NodeReader = std::function<absl::StatusOr<std::string>(NodeId)>;

// Root of the first `size` leaves. Reads at most 64 nodes.
absl::StatusOr<std::string> RootAt(uint64_t size, const NodeReader& read);
// Proof that leaf `index` is in the tree of `size` leaves; index < size. Reads at
// most twice as many nodes as the tree is high.
absl::StatusOr<std::vector<std::string>> InclusionPath(uint64_t index, uint64_t size,
                                                       const NodeReader& read);
// Proof that the tree of `new_size` begins with that of `old_size` <= new_size.
// Empty where there is nothing to prove: for equal sizes and from 0.
absl::StatusOr<std::vector<std::string>> ConsistencyPath(uint64_t old_size, uint64_t new_size,
                                                         const NodeReader& read);

// The verifiers of RFC 9162, 2.1.3.2 and 2.1.4.2. False for anything that is not
// the one right proof, sizes out of range included.
bool VerifyInclusion(uint64_t index, uint64_t size, absl::string_view leaf_hash,
                     const std::vector<std::string>& path, absl::string_view root);
bool VerifyConsistency(uint64_t old_size, absl::string_view old_root, uint64_t new_size,
                       absl::string_view new_root, const std::vector<std::string>& path);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_MERKLE_H_
