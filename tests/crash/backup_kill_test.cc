// Kills a process that makes and deletes backups while it publishes and records decisions,
// at random moments; see README.md here.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/testing.h"
#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "services/server_info/backup_keeper.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/backups.h"
#include "storage/rocksdb/restore.h"
#include "storage/testing/evidence_conformance.h"
#include "tests/crash/evidence_machine.h"
#include "tests/crash/killed_child.h"
#include "tests/crash/workload.h"

namespace probity::storage::testing {
namespace {

constexpr int kCopiedRecords = 30;
// Backups that stay when others are deleted, and revisions when others are swept.
constexpr size_t kKept = 3;
constexpr uint64_t kRevisions = 50;
// So that backups are what is done most of the time.
constexpr absl::Duration kBetweenLoads = absl::Milliseconds(30);
constexpr char kRestoredLineage[] = "0123456789abcdef";
constexpr char kRestoredLogId[] = "another log's id";

// What a child says on standard output, whole, being short.
struct Said {
  enum What : uint64_t { kBackupBegins, kBackupDone, kDeletionBegins, kDeletionDone };
  uint64_t what = kBackupBegins;
  uint64_t number = 0;
  uint64_t revision = 0, tree_size = 0;  // of a backup that is done
};
void Say(const Said& said) {
  if (write(STDOUT_FILENO, &said, sizeof said) != sizeof said) _exit(1);
}

// Decision i of the log is CrashEntry(i).
void RecordForever(EvidenceLog* log) {
  for (auto n = static_cast<int>(log->Head().tree_size());; ++n) {
    if (!AppendAndWait(log, CrashEntry(n)).ok()) _exit(1);
  }
}

void PublishForever(Store* store) {
  while (true) {
    const uint64_t revision = store->Head("")->manifest().revision();
    absl::Status status = PublishNext(store, kCopiedRecords);
    if (status.ok() && revision > kRevisions && revision % 8 == 0) {
      status = store->Sweep(revision - kRevisions).status();
    }
    if (!status.ok()) _exit(1);
    absl::SleepFor(kBetweenLoads);
  }
}

server_info::BackupOptions BackupsIn(const std::string& directory) {
  server_info::BackupOptions options;
  options.directory = directory + "/backup";
  options.clock = &absl::Now;
  options.log = [](absl::string_view) {};
  options.warn = [](absl::string_view what) { std::cerr << what << '\n'; };
  return options;
}

void BackUp(server_info::BackupKeeper* keeper) {
  Say({Said::kBackupBegins});
  rpc::Caller ann;
  ann.principal = "ann";
  auto backup = keeper->Create(ann, "");
  while (backup.ok() && backup->state() == probity::v1::BACKUP_STATE_RUNNING) {
    absl::SleepFor(absl::Milliseconds(1));
    backup = keeper->Get(backup->name());
  }
  uint64_t number = 0;
  const bool made = backup.ok() && backup->state() == probity::v1::BACKUP_STATE_DONE &&
                    absl::SimpleAtoi(backup->name().substr(8), &number);
  if (!made) _exit(1);
  Say({Said::kBackupDone, number, backup->revision().revision(), backup->evidence_tree_size()});
}

int BackUpForever(const std::string& directory, Way way) {
  auto store = OpenRocksdbStore(StoreOptions(directory + "/store", way), TestIdentifiers());
  auto log = OpenRocksdbEvidenceLog(EvidenceMachineOptions(directory + "/log", 0));
  if (!store.ok() || !log.ok()) return 1;
  server_info::BackupKeeper keeper(BackupsIn(directory), **store, **log);
  std::thread publisher([&] { PublishForever(store->get()); });
  std::thread recorder([&] { RecordForever(log->get()); });
  for (int i = 1;; ++i) {
    BackUp(&keeper);
    if (i % 3 != 0) continue;
    Say({Said::kDeletionBegins});
    if (!keeper.DeleteAllBut(kKept).ok()) _exit(1);
    Say({Said::kDeletionDone});
  }
}

// What callers were told of backups, by number.
struct Told {
  std::map<uint64_t, Said> whole;  // and not deleted
  std::set<uint64_t> going, gone;
  uint64_t newest = 0;
  bool in_backup = false, in_deletion = false;

  void Hear(const Said& said) {
    in_backup = said.what == Said::kBackupBegins;
    in_deletion = said.what == Said::kDeletionBegins;
    if (said.what == Said::kBackupDone) {
      whole[said.number] = said;
      newest = said.number;
    } else if (said.what == Said::kDeletionBegins) {
      while (whole.size() > kKept) {
        going.insert(whole.begin()->first);
        whole.erase(whole.begin());
      }
    } else if (said.what == Said::kDeletionDone) {
      gone.insert(going.begin(), going.end());
      going.clear();
    }
  }
};

// Runs a child until `delay` after its first backup began, then kills it.
void BackUpAndKill(const std::string& directory, Way way, std::chrono::microseconds delay,
                   Told* told) {
  RunAndKill({directory, way == Way::kLog ? "log" : "files"}, delay, sizeof(Said),
             [told](const char* message) {
               Said said;
               std::memcpy(&said, message, sizeof said);
               told->Hear(said);
             });
}

class BackupKillTest : public ::testing::Test {
 protected:
  BackupKillTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kill-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    setenv("TMPDIR", directory_.c_str(), 1);  // change sets of killed children go with it
  }
  ~BackupKillTest() override { std::filesystem::remove_all(directory_); }

  // Both open, and the store answers as it must.
  void ExpectSound(Way way) {
    const auto store =
        OpenRocksdbStore(StoreOptions(directory_ + "/store", way), TestIdentifiers());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto head = (*store)->Head("");
    ASSERT_TRUE(AnswersOf(*head, kCopiedRecords) == model_.At(head->manifest().revision()));
    const auto log = OpenRocksdbEvidenceLog(EvidenceMachineOptions(directory_ + "/log", 0));
    ASSERT_TRUE(log.ok()) << log.status();
    ExpectDecisions(**log, (*log)->Head().tree_size());
  }
  // The first `count` decisions are there and proven; looks at some of them.
  static void ExpectDecisions(const EvidenceLog& log, uint64_t count) {
    ASSERT_GE(log.Head().tree_size(), count);
    if (count == 0) return;
    std::vector<std::string> names;
    for (const uint64_t n : {uint64_t{0}, count / 2, count - 1}) {
      names.push_back(CrashEntry(static_cast<int>(n)).decision);
    }
    EXPECT_EQ(FaultOfAnyReceipt(log, names, evidence::TestKey(0).public_key()), "");
  }

  // Listed is what was acknowledged, as it was acknowledged, and what was whole but not
  // acknowledged yet; each is whole.
  void ExpectListed(Told* told) {
    const auto notes = shelf().List();
    ASSERT_TRUE(notes.ok()) << notes.status();
    std::map<uint64_t, v1::BackupNote> listed;
    for (const v1::BackupNote& note : *notes) listed[note.number()] = note;
    for (const auto& [number, said] : told->whole) {
      ASSERT_EQ(listed.count(number), 1u) << "backup " << number << " was acknowledged";
      EXPECT_EQ(listed[number].revision().revision(), said.revision);
      EXPECT_EQ(listed[number].log_head().tree_size(), said.tree_size);
    }
    for (const auto& [number, note] : listed) {
      EXPECT_EQ(told->gone.count(number), 0u) << "backup " << number << " was deleted";
      probity::v1::CheckStoreResponse findings;
      EXPECT_GT(shelf().Verify(note, &findings), 2u) << number;
      EXPECT_EQ(findings.findings_size(), 0) << number << ": " << findings.DebugString();
      const bool is_known = told->whole.count(number) > 0 || told->going.count(number) > 0;
      if (is_known) continue;
      EXPECT_GT(number, told->newest) << "a backup that nobody began";
      told->newest = number;
      told->whole[number] = {Said::kBackupDone, number, note.revision().revision(),
                             note.log_head().tree_size()};
    }
    // From here on they are gone, or they stay.
    for (const uint64_t number : told->going) {
      if (listed.count(number) == 0) {
        told->gone.insert(number);
      } else {
        told->whole[number] = {Said::kBackupDone, number, listed[number].revision().revision(),
                               listed[number].log_head().tree_size()};
      }
    }
    told->going.clear();
  }

  // Puts one back: it has the revision and the decisions that were told.
  void ExpectRestores(const Said& said, Way way) {
    SCOPED_TRACE(absl::StrCat("backup ", said.number));
    const auto note = shelf().Find(static_cast<uint32_t>(said.number));
    ASSERT_TRUE(note.ok()) << note.status();
    std::filesystem::remove_all(directory_ + "/restored");
    std::filesystem::remove_all(directory_ + "/restored_log");
    RocksdbOptions options = StoreOptions(directory_ + "/restored", way);
    options.lineage = kRestoredLineage;
    const auto put =
        RestoreStore({shelf().store(), note->store().id(), "ann", 1}, options, TestIdentifiers());
    ASSERT_TRUE(put.ok()) << put.status();
    const auto store = OpenRocksdbStore(options, TestIdentifiers());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto head = (*store)->Head("");
    const uint64_t copied = head->manifest().revision() - 1;  // restoring made one
    ASSERT_GE(copied, said.revision);
    EXPECT_TRUE(AnswersOf(*head, kCopiedRecords) == model_.At(copied)) << copied;
    probity::v1::Consistency then;
    *then.mutable_at_exact_revision() = (*store)->TokenOf(said.revision).value();
    const auto view = (*store)->ViewAt(then, "");
    ASSERT_TRUE(view.ok()) << view.status();
    EXPECT_TRUE(AnswersOf(**view, kCopiedRecords) == model_.At(said.revision)) << said.revision;

    EvidenceOptions log_options = EvidenceMachineOptions(directory_ + "/restored_log", 0);
    log_options.log_id = kRestoredLogId;
    const auto continued = RestoreEvidenceLog({shelf().evidence(), note->evidence().id(), "ann", 1},
                                              log_options, true);
    ASSERT_TRUE(continued.ok()) << continued.status();
    const auto log = OpenRocksdbEvidenceLog(log_options);
    ASSERT_TRUE(log.ok()) << log.status();
    ExpectDecisions(**log, said.tree_size);
  }

  // Another backup can be made, and removes what those that were cut off left.
  void ExpectGoesOn(Way way, Told* told) {
    const auto store =
        OpenRocksdbStore(StoreOptions(directory_ + "/store", way), TestIdentifiers());
    const auto log = OpenRocksdbEvidenceLog(EvidenceMachineOptions(directory_ + "/log", 0));
    ASSERT_TRUE(store.ok() && log.ok());
    v1::BackupNote begun;
    begun.set_number(shelf().NextNumber().value());
    const auto made = shelf().Create(**store, **log, begun, [] { return false; });
    ASSERT_TRUE(made.ok()) << made.status();
    told->Hear({Said::kBackupDone, made->number(), made->revision().revision(),
                made->log_head().tree_size()});
    EXPECT_EQ(ListCopies(shelf().store())->size(), told->whole.size());
    EXPECT_EQ(ListCopies(shelf().evidence())->size(), told->whole.size());
  }

  BackupShelf shelf() const { return BackupShelf(directory_ + "/backup"); }

  std::string directory_;
  ModelAnswers model_{kCopiedRecords};
};

TEST_F(BackupKillTest, WhatWasAcknowledgedIsWholeAndRestores) {
  const int kills = std::getenv("PROBITY_LONG") != nullptr ? 500 : 8;
  std::mt19937 random(20261127);
  Told told;
  int in_backup = 0, in_deletion = 0, restored = 0;
  for (int i = 0; i < kills && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("kill ", i));
    const Way way = i % 2 == 0 ? Way::kLog : Way::kFiles;
    BackUpAndKill(directory_, way, std::chrono::microseconds(random() % 600000), &told);
    in_backup += told.in_backup ? 1 : 0;
    in_deletion += told.in_deletion ? 1 : 0;
    ExpectSound(way);
    ExpectListed(&told);
    if (!told.whole.empty()) {
      auto one = told.whole.begin();
      std::advance(one, random() % told.whole.size());
      ExpectRestores(one->second, way);
      ++restored;
    }
    if (i % 4 == 3) ExpectGoesOn(way, &told);
  }
  std::cout << kills << " kills, " << in_backup << " inside a backup, " << in_deletion
            << " inside a deletion, " << told.newest << " backups, " << restored << " restored\n";
  EXPECT_GE(in_backup, kills / 4);
}

}  // namespace

int RunChild(char** argv) {
  return BackUpForever(argv[2], std::string(argv[3]) == "log" ? Way::kLog : Way::kFiles);
}

}  // namespace probity::storage::testing

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--child") {
    return probity::storage::testing::RunChild(argv);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
