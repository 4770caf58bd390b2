#include "storage/rocksdb/iterator_pool.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::storage {
namespace {

std::unique_ptr<rocksdb::Iterator> MakeIterator() {
  return std::unique_ptr<rocksdb::Iterator>(rocksdb::NewEmptyIterator());
}

TEST(IteratorPoolTest, HasNothingAtFirst) { EXPECT_EQ(IteratorPool().Take(), nullptr); }

TEST(IteratorPoolTest, GivesOutWhatWasGivenBackOnce) {
  IteratorPool pool;
  std::unique_ptr<rocksdb::Iterator> iterator = MakeIterator();
  const rocksdb::Iterator* given = iterator.get();
  pool.GiveBack(std::move(iterator), pool.generation());
  const std::unique_ptr<rocksdb::Iterator> taken = pool.Take();
  EXPECT_EQ(taken.get(), given);
  EXPECT_EQ(pool.Take(), nullptr);
}

TEST(IteratorPoolTest, KeepsNoneFromBeforeAChange) {
  IteratorPool pool;
  const uint64_t before = pool.generation();
  pool.GiveBack(MakeIterator(), before);
  pool.Empty();
  EXPECT_EQ(pool.Take(), nullptr) << "it waited during the change";
  pool.GiveBack(MakeIterator(), before);
  EXPECT_EQ(pool.Take(), nullptr) << "it was in use during the change";
  pool.GiveBack(MakeIterator(), pool.generation());
  EXPECT_NE(pool.Take(), nullptr);
}

TEST(IteratorPoolTest, KeepsNoneThatFailed) {
  IteratorPool pool;
  pool.GiveBack(std::unique_ptr<rocksdb::Iterator>(
                    rocksdb::NewErrorIterator(rocksdb::Status::Corruption("torn"))),
                pool.generation());
  EXPECT_EQ(pool.Take(), nullptr);
}

TEST(IteratorPoolTest, KnowsOfRowsUntilTheNextChange) {
  for (const bool has_rows : {false, true}) {
    IteratorPool pool;
    EXPECT_EQ(pool.HasRows("p"), std::nullopt);
    const uint64_t before = pool.generation();
    pool.NoteRows("p", has_rows, before);
    EXPECT_EQ(pool.HasRows("p"), has_rows);
    EXPECT_EQ(pool.HasRows("pp"), std::nullopt);
    pool.Empty();
    EXPECT_EQ(pool.HasRows("p"), std::nullopt);
    pool.NoteRows("p", has_rows, before);
    EXPECT_EQ(pool.HasRows("p"), std::nullopt) << "found before the change";
    pool.NoteRows("p", has_rows, pool.generation());
    EXPECT_EQ(pool.HasRows("p"), has_rows);
  }
}

TEST(IteratorPoolTest, SendsNobodyToLookForWhatItCannotNote) {
  IteratorPool pool;
  for (size_t i = 0; i < IteratorPool::kMostNoted; ++i) {
    EXPECT_EQ(pool.HasRows(std::to_string(i)), std::nullopt);
    pool.NoteRows(std::to_string(i), false, pool.generation());
  }
  EXPECT_EQ(pool.HasRows("0"), false);
  EXPECT_EQ(pool.HasRows("one more"), true);
}

TEST(IteratorPoolTest, HoldsAFewOnly) {
  IteratorPool pool;
  for (int i = 0; i < 100; ++i) pool.GiveBack(MakeIterator(), pool.generation());
  int held = 0;
  while (pool.Take() != nullptr) ++held;
  EXPECT_THAT(held, testing::AllOf(testing::Ge(2), testing::Le(32)));
}

}  // namespace
}  // namespace probity::storage
