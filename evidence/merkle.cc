#include "evidence/merkle.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::evidence {
namespace {

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

// Largest power of two below `size`; size > 1.
uint64_t SplitOf(uint64_t size) {
  uint64_t split = 1;
  while (split < size - split) split *= 2;
  return split;
}

bool AreHashes(const std::vector<std::string>& path) {
  for (const std::string& hash : path) {
    if (hash.size() != kHashBytes) return false;
  }
  return true;
}

// Root of neighbouring subtrees of falling size: folded from the right.
std::string Fold(const std::vector<std::string>& hashes) {
  std::string root = hashes.back();
  for (size_t i = hashes.size() - 1; i-- > 0;) root = NodeHash(hashes[i], root);
  return root;
}

// Root of the leaves [begin, end), not empty.
absl::StatusOr<std::string> RootOf(uint64_t begin, uint64_t end, const NodeReader& read) {
  std::vector<std::string> hashes;
  for (const NodeId& node : PerfectSubtrees(begin, end)) {
    absl::StatusOr<std::string> hash = read(node);
    if (!hash.ok()) return hash.status();
    hashes.push_back(*std::move(hash));
  }
  return Fold(hashes);
}

struct Range {
  uint64_t begin = 0, end = 0;
};

absl::StatusOr<std::vector<std::string>> RootsOf(const std::vector<Range>& ranges,
                                                 const NodeReader& read) {
  std::vector<std::string> roots;
  for (size_t i = ranges.size(); i-- > 0;) {  // found from the root, given from the leaf
    absl::StatusOr<std::string> root = RootOf(ranges[i].begin, ranges[i].end, read);
    if (!root.ok()) return root.status();
    roots.push_back(*std::move(root));
  }
  return roots;
}

}  // namespace

std::string LeafHash(absl::string_view data) { return Sha256(absl::StrCat(kLeafPrefix, data)); }

std::string NodeHash(absl::string_view left, absl::string_view right) {
  return Sha256(absl::StrCat(kNodePrefix, left, right));
}

std::string EmptyRoot() { return Sha256(""); }

std::vector<NodeId> PerfectSubtrees(uint64_t begin, uint64_t end) {
  std::vector<NodeId> nodes;
  for (int level = 63; level >= 0; --level) {
    const uint64_t leaves = uint64_t{1} << level;
    if (((end - begin) & leaves) == 0) continue;
    nodes.push_back({level, begin >> level});
    begin += leaves;
  }
  return nodes;
}

std::vector<std::string> Frontier::Append(std::string leaf_hash) {
  std::vector<std::string> completed = {std::move(leaf_hash)};
  for (uint64_t size = size_; (size & 1) != 0; size >>= 1) {
    completed.push_back(NodeHash(hashes_.back(), completed.back()));
    hashes_.pop_back();
  }
  hashes_.push_back(completed.back());
  ++size_;
  return completed;
}

std::string Frontier::Root() const { return hashes_.empty() ? EmptyRoot() : Fold(hashes_); }

absl::StatusOr<std::string> RootAt(uint64_t size, const NodeReader& read) {
  return size == 0 ? EmptyRoot() : RootOf(0, size, read);
}

absl::StatusOr<std::vector<std::string>> InclusionPath(uint64_t index, uint64_t size,
                                                       const NodeReader& read) {
  std::vector<Range> siblings;
  Range tree{0, size};
  while (tree.end - tree.begin > 1) {
    const uint64_t middle = tree.begin + SplitOf(tree.end - tree.begin);
    const Range left{tree.begin, middle}, right{middle, tree.end};
    siblings.push_back(index < middle ? right : left);
    tree = index < middle ? left : right;
  }
  return RootsOf(siblings, read);
}

absl::StatusOr<std::vector<std::string>> ConsistencyPath(uint64_t old_size, uint64_t new_size,
                                                         const NodeReader& read) {
  if (old_size == 0 || old_size == new_size) return std::vector<std::string>();
  std::vector<Range> parts;
  Range tree{0, new_size};
  while (old_size < tree.end) {  // down to the subtree that ends where the old tree does
    const uint64_t middle = tree.begin + SplitOf(tree.end - tree.begin);
    const Range left{tree.begin, middle}, right{middle, tree.end};
    parts.push_back(old_size <= middle ? right : left);
    tree = old_size <= middle ? left : right;
  }
  // Where it is the whole old tree, the verifier knows its root.
  if (tree.begin != 0) parts.push_back(tree);
  return RootsOf(parts, read);
}

bool VerifyInclusion(uint64_t index, uint64_t size, absl::string_view leaf_hash,
                     const std::vector<std::string>& path, absl::string_view root) {
  if (index >= size || !AreHashes(path)) return false;
  uint64_t at = index, last = size - 1;
  std::string hash(leaf_hash);
  for (const std::string& sibling : path) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      hash = NodeHash(sibling, hash);
      while ((at & 1) == 0 && at != 0) at >>= 1, last >>= 1;
    } else {
      hash = NodeHash(hash, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t old_size, absl::string_view old_root, uint64_t new_size,
                       absl::string_view new_root, const std::vector<std::string>& path) {
  if (old_size > new_size || !AreHashes(path)) return false;
  if (old_size == 0) return path.empty() && old_root == EmptyRoot();
  if (old_size == new_size) return path.empty() && old_root == new_root;
  const bool starts_with_old = (old_size & (old_size - 1)) == 0;
  if (!starts_with_old && path.empty()) return false;
  uint64_t at = old_size - 1, last = new_size - 1;
  while ((at & 1) != 0) at >>= 1, last >>= 1;
  std::string old_hash(starts_with_old ? old_root : absl::string_view(path[0]));
  std::string new_hash = old_hash;
  for (size_t i = starts_with_old ? 0 : 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((at & 1) != 0 || at == last) {
      old_hash = NodeHash(path[i], old_hash);
      new_hash = NodeHash(path[i], new_hash);
      while ((at & 1) == 0 && at != 0) at >>= 1, last >>= 1;
    } else {
      new_hash = NodeHash(new_hash, path[i]);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace probity::evidence
