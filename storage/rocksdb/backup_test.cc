// Backups: what they share, hold and do not hold.
#include <filesystem>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/rocksdb/backup_testing.h"

namespace probity::storage {
namespace {

using probity::v1::CheckStoreResponse;

TEST_F(BackupTest, CopiesShareWhatTheyHaveInCommon) {
  const v1::BackupNote first = BackUp();
  Publish(301);
  const v1::BackupNote second = BackUp();
  EXPECT_EQ(first.number(), 1u);
  EXPECT_EQ(second.number(), 2u);
  EXPECT_EQ(first.store().new_bytes(), first.store().bytes());
  EXPECT_LT(second.store().new_bytes(), second.store().bytes());
  EXPECT_EQ(second.revision().revision(), store_->Head("")->manifest().revision());
  EXPECT_EQ(second.log_head().tree_size(), 3u);
  const auto listed = shelf_.List();
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0].DebugString(), first.DebugString());
  EXPECT_EQ((*listed)[1].DebugString(), second.DebugString());
  CheckStoreResponse report;
  EXPECT_GT(shelf_.Verify(second, &report), 4u);
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
}

TEST_F(BackupTest, DeletingOneLeavesTheOthersWhole) {
  const v1::BackupNote first = BackUp();
  Publish(310);
  const v1::BackupNote second = BackUp();
  ASSERT_TRUE(shelf_.Delete({first.number()}).ok());
  EXPECT_EQ(ReasonOf(shelf_.Find(1).status()), probity::v1::ERROR_REASON_BACKUP_NOT_FOUND);
  EXPECT_EQ(shelf_.Find(0)->number(), 2u);
  CheckStoreResponse report;
  shelf_.Verify(second, &report);
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
  EXPECT_EQ(RestoredStore(second)->Head("")->manifest().supplier_count(), 310u);
}

TEST_F(BackupTest, WhatACutOffBackupLeftGoesWithTheNext) {
  std::filesystem::create_directories(shelf_.store().directory);
  ASSERT_TRUE(store_->maintenance()->CopyTo(shelf_.store(), [] { return false; }).ok());
  EXPECT_TRUE(shelf_.List()->empty());
  const v1::BackupNote note = BackUp();
  EXPECT_EQ(note.store().new_bytes(), note.store().bytes()) << "the copy without a note is gone";
}

TEST_F(BackupTest, ItCanBeStopped) {
  std::filesystem::create_directories(shelf_.store().directory);
  const auto stopped = store_->maintenance()->CopyTo(shelf_.store(), [] { return true; });
  // A small store may be copied before anybody asks.
  EXPECT_TRUE(stopped.ok() || absl::IsCancelled(stopped.status())) << stopped.status();
  const v1::BackupNote note = BackUp();
  CheckStoreResponse report;
  shelf_.Verify(note, &report);
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
}

TEST_F(BackupTest, TheKeyIsInNoFileOfIt) {
  BackUp();
  const std::string secret = log_options_.key->ToPem();
  const std::string seed = Sha256("test key 0");
  int files = 0;
  for (const auto& [path, bytes] : FilesBelow(shelf_.store().directory + "/..")) {
    EXPECT_EQ(bytes.find(seed), std::string::npos) << path;
    EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos) << path;
    ++files;
  }
  EXPECT_GT(files, 8);
}

TEST_F(BackupTest, ABackupIsReadAsItLies) {
  Record(3, 5);
  ASSERT_TRUE(AppendActAndWait(log_.get(), {"acts/1", "core", {}, ""}).ok());
  ASSERT_TRUE(AppendActAndWait(log_.get(), {"acts/1-end", "core", {}, "acts/1"}).ok());
  Record(5, 6);
  const v1::BackupNote note = BackUp();
  const auto store = shelf_.OpenStore(note, TestIdentifiers());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->Head("")->token().DebugString(), store_->Head("")->token().DebugString());
  std::vector<std::string> seen;
  ASSERT_TRUE(shelf_
                  .ForEachDecision(note, 4,
                                   [&](const StoredDecision& stored) {
                                     seen.push_back(stored.summary.decision());
                                     return true;
                                   })
                  .ok());
  EXPECT_EQ(seen, (std::vector<std::string>{names_[5], names_[4], names_[3], names_[2]}))
      << "no act is among them";
}

}  // namespace
}  // namespace probity::storage
