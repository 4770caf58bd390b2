// A store and an evidence log over real files, and a shelf for their backups: for tests.
#ifndef PROBITY_STORAGE_ROCKSDB_BACKUP_TESTING_H_
#define PROBITY_STORAGE_ROCKSDB_BACKUP_TESTING_H_

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "storage/rocksdb/backups.h"
#include "storage/rocksdb/restore.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage {

// Two revisions of a dataset "d" with 300 parties, and three decisions.
class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    directory_ = ::testing::TempDir() + "/backup-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    store_options_.path = directory_ + "/store";
    store_options_.small_publish = 0;  // sorted files, which copies share
    log_options_.path = directory_ + "/evidence";
    log_options_.key = evidence::TestKey(0);
    Open();
    EXPECT_TRUE(
        testing::CreateDataset(store_.get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
    Publish(300);
    Record(0, 3);
  }
  ~BackupTest() override {
    Close();
    std::filesystem::remove_all(directory_);
  }

  void TearDown() override { std::filesystem::remove_all(shelf_.store().directory + "/.."); }

  void Open() {
    auto store = OpenRocksdbStore(store_options_, TestIdentifiers());
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    auto log = OpenRocksdbEvidenceLog(log_options_);
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }
  void Close() {
    store_.reset();
    log_.reset();
  }

  // The next revision, with so many parties.
  void Publish(int parties) {
    testing::TestLoad load{"d"};
    for (int i = 0; i < parties; ++i) {
      const std::string n = std::to_string(i);
      load.records.push_back(testing::Party("key-" + n, "Firm number " + n, {{"GB-COH", n}}));
    }
    load.now_us = 1000 * parties;
    const auto view = testing::Load(store_.get(), load);
    ASSERT_TRUE(view.ok()) << view.status();
  }
  // Decisions [begin, end).
  void Record(int begin, int end) {
    for (int n = begin; n < end; ++n) {
      const auto recorded = testing::AppendAndWait(log_.get(), testing::EntryNumber(n));
      ASSERT_TRUE(recorded.ok()) << recorded.status();
      names_.push_back(recorded->decision);
    }
  }
  v1::BackupNote BackUp() {
    v1::BackupNote begun;
    const auto number = shelf_.NextNumber();
    EXPECT_TRUE(number.ok()) << number.status();
    begun.set_number(*number);
    begun.set_redaction_journal("a journal");
    const auto note = shelf_.Create(*store_, *log_, begun, [] { return false; });
    EXPECT_TRUE(note.ok()) << note.status();
    return note.ok() ? *note : begun;
  }

  // Puts a backup back at another place, and opens it.
  std::unique_ptr<Store> RestoredStore(const v1::BackupNote& note) {
    RocksdbOptions options = store_options_;
    options.path = directory_ + "/restored";
    const auto head = RestoreStore({shelf_.store(), note.store().id(), "ann", 5000000}, options,
                                   TestIdentifiers());
    EXPECT_TRUE(head.ok()) << head.status();
    auto store = OpenRocksdbStore(options, TestIdentifiers());
    EXPECT_TRUE(store.ok()) << store.status();
    EXPECT_EQ(head->DebugString(), (*store)->Head("")->token().DebugString());
    return *std::move(store);
  }

  std::string directory_;
  RocksdbOptions store_options_;
  EvidenceOptions log_options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<EvidenceLog> log_;
  std::vector<std::string> names_;
  const BackupShelf shelf_{::testing::TempDir() + "/shelf-" + std::to_string(getpid()) + "-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name()};
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_BACKUP_TESTING_H_
