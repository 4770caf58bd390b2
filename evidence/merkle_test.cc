#include "evidence/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/hash.h"

namespace probity::evidence {
namespace {

using Hashes = std::vector<std::string>;

constexpr size_t kLargest = 130;

// Leaf `i` of the tests.
std::string Data(size_t i) { return "leaf " + std::to_string(i); }

// RFC 6962, 2.1, word for word: MTH(D[begin:end]).
std::string NaiveRoot(size_t begin, size_t end) {
  if (begin == end) return Sha256("");
  if (end - begin == 1) return LeafHash(Data(begin));
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return NodeHash(NaiveRoot(begin, begin + k), NaiveRoot(begin + k, end));
}

// 2.1.1: PATH(m, D[begin:end]).
Hashes NaivePath(size_t m, size_t begin, size_t end) {
  if (end - begin == 1) return {};
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  const bool left = m < k;
  Hashes path = left ? NaivePath(m, begin, begin + k) : NaivePath(m - k, begin + k, end);
  path.push_back(left ? NaiveRoot(begin + k, end) : NaiveRoot(begin, begin + k));
  return path;
}

// 2.1.2: SUBPROOF(m, D[begin:end], b).
Hashes NaiveSubproof(size_t m, size_t begin, size_t end, bool whole) {
  if (m == end - begin) return whole ? Hashes{} : Hashes{NaiveRoot(begin, end)};
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  const bool left = m <= k;
  Hashes proof = left ? NaiveSubproof(m, begin, begin + k, whole)
                      : NaiveSubproof(m - k, begin + k, end, false);
  proof.push_back(left ? NaiveRoot(begin + k, end) : NaiveRoot(begin, begin + k));
  return proof;
}

// Nodes as a log stores them.
struct Tree {
  std::vector<Hashes> levels;
  Frontier frontier;

  void Append(size_t i) {
    const Hashes completed = frontier.Append(LeafHash(Data(i)));
    if (levels.size() < completed.size()) levels.resize(completed.size());
    for (size_t level = 0; level < completed.size(); ++level) {
      levels[level].push_back(completed[level]);
    }
  }
  NodeReader reader() const {
    return [this](NodeId node) -> absl::StatusOr<std::string> {
      const auto level = static_cast<size_t>(node.level);
      if (level >= levels.size() || node.index >= levels[level].size()) {
        return absl::NotFoundError("no such node");
      }
      return levels[level][node.index];
    };
  }
};

Tree TreeOf(size_t size) {
  Tree tree;
  for (size_t i = 0; i < size; ++i) tree.Append(i);
  return tree;
}

// Roots of the leaves that Certificate Transparency's reference implementation
// is tested with.
TEST(MerkleTest, KnownValues) {
  const std::string leaves[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
  const std::string roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  EXPECT_EQ(ToHex(EmptyRoot()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Frontier frontier;
  EXPECT_EQ(frontier.Root(), EmptyRoot());
  for (size_t i = 0; i < 8; ++i) {
    frontier.Append(LeafHash(absl::HexStringToBytes(leaves[i])));
    EXPECT_EQ(ToHex(frontier.Root()), roots[i]) << i + 1 << " leaves";
  }
}

TEST(MerkleTest, RootsAreThoseOfTheRecursiveDefinition) {
  const Tree tree = TreeOf(kLargest);
  Tree growing;
  for (size_t size = 0; size <= kLargest; ++size) {
    EXPECT_EQ(growing.frontier.Root(), NaiveRoot(0, size)) << size;
    EXPECT_EQ(*RootAt(size, tree.reader()), NaiveRoot(0, size)) << size;
    growing.Append(size);
  }
}

TEST(MerkleTest, AFrontierGoesOnFromItsHashes) {
  const Tree tree = TreeOf(kLargest);
  for (size_t size = 0; size < kLargest; ++size) {
    Hashes hashes;
    for (const NodeId& node : PerfectSubtrees(0, size)) hashes.push_back(*tree.reader()(node));
    Frontier frontier(size, hashes);
    frontier.Append(LeafHash(Data(size)));
    EXPECT_EQ(frontier.Root(), NaiveRoot(0, size + 1)) << size;
  }
}

TEST(MerkleTest, InclusionProofsOfAllLeavesOfAllSizes) {
  const Tree tree = TreeOf(kLargest);
  for (size_t size = 1; size <= kLargest; ++size) {
    const std::string root = NaiveRoot(0, size);
    for (size_t index = 0; index < size; ++index) {
      const Hashes path = *InclusionPath(index, size, tree.reader());
      ASSERT_EQ(path, NaivePath(index, 0, size)) << index << " of " << size;
      ASSERT_TRUE(VerifyInclusion(index, size, LeafHash(Data(index)), path, root));
    }
  }
}

TEST(MerkleTest, ConsistencyProofsBetweenAllSizes) {
  const Tree tree = TreeOf(kLargest);
  Hashes roots;
  for (size_t size = 0; size <= kLargest; ++size) roots.push_back(NaiveRoot(0, size));
  for (size_t later = 0; later <= kLargest; ++later) {
    for (size_t older = 0; older <= later; ++older) {
      const Hashes path = *ConsistencyPath(older, later, tree.reader());
      if (older != 0) {
        ASSERT_EQ(path, NaiveSubproof(older, 0, later, true)) << older << " " << later;
      }
      ASSERT_TRUE(VerifyConsistency(older, roots[older], later, roots[later], path))
          << older << " " << later;
    }
  }
}

// No proof of an index or a size is one of another.
TEST(MerkleTest, AnInclusionProofHoldsForItsLeafAlone) {
  constexpr size_t kSize = 21;
  const Tree tree = TreeOf(kSize);
  const std::string root = NaiveRoot(0, kSize);
  for (size_t index = 0; index < kSize; ++index) {
    const Hashes path = *InclusionPath(index, kSize, tree.reader());
    const std::string leaf = LeafHash(Data(index));
    for (size_t other = 0; other < 2 * kSize; ++other) {
      EXPECT_EQ(VerifyInclusion(other, kSize, leaf, path, root), other == index);
    }
    EXPECT_FALSE(VerifyInclusion(index, index, leaf, path, root));
    for (size_t at = 0; at < path.size(); ++at) {
      Hashes altered = path;
      altered[at][7] ^= 1;
      EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, altered, root));
      altered = path;
      altered.erase(altered.begin() + at);
      EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, altered, root));
    }
    Hashes longer = path;
    longer.push_back(root);
    EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, longer, root));
    longer.back().pop_back();
    EXPECT_FALSE(VerifyInclusion(index, kSize, leaf, longer, root));
    EXPECT_FALSE(VerifyInclusion(index, kSize, LeafHash("x"), path, root));
  }
}

TEST(MerkleTest, AConsistencyProofHoldsForItsTreesAlone) {
  constexpr size_t kSize = 21;
  const Tree tree = TreeOf(kSize);
  const std::string root = NaiveRoot(0, kSize);
  for (size_t older = 1; older < kSize; ++older) {
    const std::string old_root = NaiveRoot(0, older);
    const Hashes path = *ConsistencyPath(older, kSize, tree.reader());
    EXPECT_FALSE(VerifyConsistency(older, NaiveRoot(1, older + 1), kSize, root, path));
    EXPECT_FALSE(VerifyConsistency(older, old_root, kSize, NaiveRoot(1, kSize + 1), path));
    EXPECT_FALSE(VerifyConsistency(kSize, root, older, old_root, path));
    for (size_t at = 0; at < path.size(); ++at) {
      Hashes altered = path;
      altered[at][31] ^= 0x80;
      EXPECT_FALSE(VerifyConsistency(older, old_root, kSize, root, altered)) << older;
      altered = path;
      altered.erase(altered.begin() + at);
      EXPECT_FALSE(VerifyConsistency(older, old_root, kSize, root, altered)) << older;
    }
    Hashes longer = path;
    longer.push_back(root);
    EXPECT_FALSE(VerifyConsistency(older, old_root, kSize, root, longer));
    EXPECT_FALSE(VerifyConsistency(older, old_root, kSize, root, {}));
  }
  EXPECT_FALSE(VerifyConsistency(0, "x", 3, NaiveRoot(0, 3), {}));
  EXPECT_FALSE(VerifyConsistency(0, EmptyRoot(), 3, NaiveRoot(0, 3), {root}));
  EXPECT_FALSE(VerifyConsistency(3, NaiveRoot(0, 3), 3, root, {}));
}

TEST(MerkleTest, ErrorsOfTheReaderArePassedOn) {
  const Tree tree = TreeOf(5);
  EXPECT_FALSE(RootAt(6, tree.reader()).ok());
  EXPECT_FALSE(InclusionPath(1, 8, tree.reader()).ok());
  EXPECT_FALSE(ConsistencyPath(2, 8, tree.reader()).ok());
}

// The sizes that matter are those of years: no sum may run over.
TEST(MerkleTest, SizesUpToTheLast) {
  const uint64_t huge = ~uint64_t{0};
  const NodeReader read = [](NodeId node) -> absl::StatusOr<std::string> {
    return Sha256(std::to_string(node.level) + "/" + std::to_string(node.index));
  };
  EXPECT_EQ(PerfectSubtrees(0, huge).size(), 64u);
  const Hashes path = *InclusionPath(huge - 1, huge, read);
  EXPECT_TRUE(VerifyInclusion(huge - 1, huge, *read({0, huge - 1}), path, *RootAt(huge, read)));
}

}  // namespace
}  // namespace probity::evidence
