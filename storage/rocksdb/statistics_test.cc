#include "storage/rocksdb/statistics.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "rocksdb/db.h"

namespace probity::storage {
namespace {

class StatisticsTest : public ::testing::Test {
 protected:
  StatisticsTest() {
    directory_ = ::testing::TempDir() + "/statistics-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
  }
  ~StatisticsTest() override {
    db_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Open(rocksdb::Options options) {
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_ + "/db", &db).ok());
    db_.reset(db);
  }
  void PutAndFlush() {
    ASSERT_TRUE(db_->Put({}, "key", std::string(1000, 'x')).ok());
    ASSERT_TRUE(db_->Flush({}).ok());
  }
  FileStatistics Read() { return StatisticsOf(db_.get(), {db_->DefaultColumnFamily()}); }

  std::string directory_;
  std::unique_ptr<rocksdb::DB> db_;
};

TEST_F(StatisticsTest, TellsSizes) {
  Open({});
  EXPECT_EQ(Read().file_bytes, 0u);
  ASSERT_TRUE(db_->Put({}, "key", std::string(100000, 'x')).ok());
  EXPECT_GE(Read().unwritten_bytes, 100000u);
  PutAndFlush();
  EXPECT_GT(Read().file_bytes, 0u);
  EXPECT_EQ(Read().errors, 0u);
  EXPECT_FALSE(Read().stopped);
}

TEST_F(StatisticsTest, CountsHowOftenWritersWereHeldUp) {
  rocksdb::Options options;
  options.level0_file_num_compaction_trigger = 1;
  options.level0_slowdown_writes_trigger = 1;
  options.level0_stop_writes_trigger = 100;
  Open(options);
  EXPECT_EQ(Read().slowdowns, 0u);
  PutAndFlush();
  EXPECT_GE(Read().slowdowns, 1u);
  EXPECT_EQ(Read().stops, 0u);
}

TEST_F(StatisticsTest, WithoutTablesThereIsNothing) {
  Open({});
  PutAndFlush();
  EXPECT_EQ(StatisticsOf(db_.get(), {}).file_bytes, 0u);
}

}  // namespace
}  // namespace probity::storage
