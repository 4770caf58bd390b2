// The watch's rows, on disk and as tests have them.
#include "storage/rocksdb/rocksdb_watch_database.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_watch_database.h"

namespace probity::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Rows = std::vector<std::string>;

// Opens a database again and again, on the same disk.
using Opener = std::function<std::unique_ptr<WatchDatabase>()>;

Rows All(const WatchDatabase& database, const std::string& begin = "",
         const std::string& end = "z") {
  Rows rows;
  EXPECT_TRUE(database
                  .ForEach(begin, end,
                           [&](absl::string_view key, absl::string_view value) {
                             rows.push_back(absl::StrCat(key, "=", value));
                             return true;
                           })
                  .ok());
  return rows;
}

void CheckRows(const Opener& open) {
  auto database = open();
  EXPECT_THAT(All(*database), IsEmpty());
  ASSERT_TRUE(database->Write({{"b", "2"}, {"a", "1"}, {"c", "3"}, {"b\x01", ""}}, true).ok());
  EXPECT_THAT(All(*database), ElementsAre("a=1", "b=2", "b\x01=", "c=3"));
  EXPECT_THAT(All(*database, "b", "c"), ElementsAre("b=2", "b\x01="));
  EXPECT_EQ(database->Get("a").value(), "1");
  EXPECT_EQ(database->Get("aa").value(), std::nullopt);
  EXPECT_EQ(database->LastKey("a", "c").value(), "b\x01");
  EXPECT_EQ(database->LastKey("a", "d").value(), "c");
  EXPECT_EQ(database->LastKey("d", "e").value(), std::nullopt);
  EXPECT_EQ(database->LastKey("", "a").value(), std::nullopt);
  ASSERT_TRUE(
      database->Write({{"b", std::nullopt}, {"c", "4"}, {"none", std::nullopt}}, true).ok());
  database.reset();
  database = open();
  EXPECT_THAT(All(*database), ElementsAre("a=1", "b\x01=", "c=4"));
  ASSERT_TRUE(database->Clear().ok());
  EXPECT_THAT(All(*database), IsEmpty());
  ASSERT_TRUE(database->Clear().ok()) << "also when there is nothing";
}

class RocksdbWatchDatabaseTest : public ::testing::Test {
 protected:
  RocksdbWatchDatabaseTest() {
    directory_ = ::testing::TempDir() + "/watch-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    options_.path = directory_ + "/watch";
  }
  ~RocksdbWatchDatabaseTest() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
  RocksdbWatchOptions options_;
};

TEST_F(RocksdbWatchDatabaseTest, KeepsRowsInOrder) {
  CheckRows([this] { return OpenRocksdbWatchDatabase(options_).value(); });
}

TEST_F(RocksdbWatchDatabaseTest, HasOneOwner) {
  const auto database = OpenRocksdbWatchDatabase(options_).value();
  EXPECT_EQ(ReasonOf(OpenRocksdbWatchDatabase(options_).status()),
            probity::v1::ERROR_REASON_STORE_IN_USE);
}

TEST_F(RocksdbWatchDatabaseTest, WhatIsDamagedIsMadeAnew) {
  ASSERT_TRUE(OpenRocksdbWatchDatabase(options_).value()->Write({{"a", "1"}}, true).ok());
  std::ofstream(options_.path + "/CURRENT") << "MANIFEST-of-nobody";
  auto database = OpenRocksdbWatchDatabase(options_);
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_THAT(All(**database), IsEmpty());
}

TEST_F(RocksdbWatchDatabaseTest, WithoutAPlaceItIsUnavailable) {
  options_.path = directory_ + "/file/watch";
  std::ofstream(directory_ + "/file") << "no directory";
  EXPECT_EQ(ReasonOf(OpenRocksdbWatchDatabase(options_).status()),
            probity::v1::ERROR_REASON_WATCH_UNAVAILABLE);
}

TEST(InMemoryWatchDatabaseTest, KeepsRowsInOrder) {
  InMemoryWatchDisk disk;
  CheckRows([&] { return disk.Open(); });
}

TEST(InMemoryWatchDatabaseTest, LosesWhatWasNotDurable) {
  InMemoryWatchDisk disk;
  auto database = disk.Open();
  ASSERT_TRUE(database->Write({{"a", "1"}}, true).ok());
  ASSERT_TRUE(database->Write({{"b", "2"}}, false).ok());
  disk.SwitchOff();
  EXPECT_THAT(All(*disk.Open()), ElementsAre("a=1"));
  disk.SetFaults([](uint64_t) { return WatchUnavailable("disk", "broken"); });
  EXPECT_FALSE(database->Write({{"c", "3"}}, true).ok());
  disk.SetFaults(nullptr);
  EXPECT_FALSE(database->Write({{"c", "3"}}, true).ok()) << "open it again first";
  EXPECT_TRUE(disk.Open()->Write({{"c", "3"}}, true).ok());
}

}  // namespace
}  // namespace probity::storage
