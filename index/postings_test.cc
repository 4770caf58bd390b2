#include "index/postings.h"

#include <vector>

#include "gtest/gtest.h"

namespace probity::index {
namespace {

std::vector<uint32_t> Read(absl::string_view bytes) {
  std::vector<uint32_t> ids;
  for (PostingCursor cursor(bytes); !cursor.done(); cursor.Next()) {
    cursor.ForEach([&](uint32_t within) { ids.push_back(cursor.block() << kBlockBits | within); });
  }
  return ids;
}

TEST(PostingsTest, GiveBackWhatWasPutIn) {
  std::vector<uint32_t> many;
  for (uint32_t i = 0; i < 200'000; i += 1 + i % 7) many.push_back(i);
  const std::vector<uint32_t> cases[] = {
      {},
      {0},
      {kBlockSize - 1},
      {kBlockSize},
      {0, 1, kBlockSize - 1, kBlockSize, kBlockSize + 1, 5 * kBlockSize},
      {0xFFFFFFF0, 0xFFFFFFFF},
      many};
  for (const auto& ids : cases) {
    std::string bytes;
    AppendPostings(ids.data(), ids.size(), &bytes);
    EXPECT_EQ(Read(bytes), ids);
    EXPECT_EQ(PostingCursor(bytes).count(), ids.size());
    EXPECT_EQ(Read(bytes + "what follows"), ids) << "the list knows its end";
  }
}

TEST(PostingsTest, SkipBlocksWithoutReadingThem) {
  std::vector<uint32_t> ids;
  for (uint32_t i = 0; i < 4 * kBlockSize; i += 3) ids.push_back(i);
  std::string bytes;
  AppendPostings(ids.data(), ids.size(), &bytes);
  PostingCursor cursor(bytes);
  for (uint32_t block = 0; block < 4; ++block, cursor.Next()) {
    ASSERT_FALSE(cursor.done());
    EXPECT_EQ(cursor.block(), block);
  }
  EXPECT_TRUE(cursor.done());
}

TEST(PostingsTest, TornOnesEnd) {
  for (int value = 0; value < 256; ++value) {
    for (size_t size = 0; size < 12; ++size) {
      EXPECT_LE(Read(std::string(size, static_cast<char>(value))).size(), 300u);
    }
  }
}

}  // namespace
}  // namespace probity::index
