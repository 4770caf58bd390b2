// Copies, what is put back, and what checks find: over real files.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/tables.h"
#include "base/testing.h"
#include "evidence/receipt.h"
#include "evidence/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/backups.h"
#include "storage/rocksdb/closed_check.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/restore.h"
#include "storage/rocksdb/row_codec.h"
#include "storage/rocksdb/testing.h"
#include "storage/testing/builders.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage {
namespace {

using probity::v1::CheckStoreResponse;
using testing::AppendAndWait;
using testing::EntryNumber;
using ::testing::HasSubstr;
using testing::Party;

constexpr char kNewLogId[] = "another log's id";

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
      load.records.push_back(Party("key-" + n, "Firm number " + n, {{"GB-COH", n}}));
    }
    load.now_us = 1000 * parties;
    const auto view = testing::Load(store_.get(), load);
    ASSERT_TRUE(view.ok()) << view.status();
  }
  // Decisions [begin, end).
  void Record(int begin, int end) {
    for (int n = begin; n < end; ++n) {
      const auto recorded = AppendAndWait(log_.get(), EntryNumber(n));
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
  absl::StatusOr<probity::v1::LogContinuation> RestoreLog(const v1::BackupNote& note,
                                                          bool accepted) {
    restored_log_ = log_options_;
    restored_log_.path = directory_ + "/restored-log";
    restored_log_.log_id = kNewLogId;
    return RestoreEvidenceLog({shelf_.evidence(), note.evidence().id(), "ann", 5000000},
                              restored_log_, accepted);
  }

  CheckStoreResponse Check(bool quick = false) {
    CheckStoreResponse report;
    EXPECT_TRUE(CheckClosedStore(store_options_, {quick}, &report).ok());
    EXPECT_TRUE(CheckClosedLog(log_options_, {quick}, &report).ok());
    return report;
  }

  std::string directory_;
  RocksdbOptions store_options_;
  EvidenceOptions log_options_, restored_log_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<EvidenceLog> log_;
  std::vector<std::string> names_;
  const BackupShelf shelf_{::testing::TempDir() + "/shelf-" + std::to_string(getpid()) + "-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  void TearDown() override { std::filesystem::remove_all(shelf_.store().directory + "/.."); }
};

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
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(shelf_.store().directory + "/..")) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = ReadFile(entry.path().string()).value();
    EXPECT_EQ(bytes.find(seed), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 8);
}

TEST_F(BackupTest, ARestoredStoreHasANewLineageAndSharesWhatWasBefore) {
  const auto before = store_->Head("")->token();
  const v1::BackupNote note = BackUp();
  Publish(400);
  const auto after = store_->Head("")->token();
  const auto restored = RestoredStore(note);
  const auto head = restored->Head("");
  EXPECT_EQ(head->token().revision(), before.revision() + 1);
  EXPECT_NE(head->token().store_lineage(), before.store_lineage());
  EXPECT_EQ(head->manifest().supplier_count(), 300u);
  EXPECT_THAT(head->manifest().note(), HasSubstr(before.store_lineage()));
  EXPECT_EQ(head->manifest().published_by(), "ann");
  EXPECT_TRUE(testing::ChangesOf(*restored, head->token().revision()).empty());

  probity::v1::Consistency exact;
  *exact.mutable_at_exact_revision() = before;
  const auto shared = restored->ViewAt(exact, "");
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_EQ((*shared)->token().DebugString(), before.DebugString());
  // Of the same number, and another revision.
  *exact.mutable_at_exact_revision() = after;
  EXPECT_EQ(after.revision(), head->token().revision());
  EXPECT_EQ(ReasonOf(restored->ViewAt(exact, "").status()),
            probity::v1::ERROR_REASON_WRONG_LINEAGE);
  exact.mutable_at_exact_revision()->set_revision(before.revision());
  EXPECT_EQ(ReasonOf(restored->ViewAt(exact, "").status()), probity::v1::ERROR_REASON_WRONG_LINEAGE)
      << "another digest";
  probity::v1::Consistency fresh;
  *fresh.mutable_at_least_as_fresh() = after;
  EXPECT_EQ(ReasonOf(restored->ViewAt(fresh, "").status()),
            probity::v1::ERROR_REASON_WRONG_LINEAGE);
}

TEST_F(BackupTest, ARestoredStoreGoesOnAndIsSound) {
  const v1::BackupNote note = BackUp();
  {
    const auto restored = RestoredStore(note);
    testing::TestLoad load{"d"};
    load.records.push_back(Party("key-1", "Another", {{"GB-COH", "1"}}));
    load.now_us = 9000000;
    ASSERT_TRUE(testing::Load(restored.get(), load).ok());
    const uint64_t newest = restored->Head("")->manifest().revision();
    ASSERT_TRUE(restored->Sweep(newest).ok());
  }
  store_options_.path = directory_ + "/restored";
  CheckStoreResponse report;
  ASSERT_TRUE(CheckClosedStore(store_options_, {}, &report).ok());
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
}

TEST_F(BackupTest, NothingIsWrittenOver) {
  const v1::BackupNote note = BackUp();
  const Restoration what{shelf_.store(), note.store().id(), "ann", 1};
  EXPECT_EQ(ReasonOf(RestoreStore(what, store_options_, TestIdentifiers()).status()),
            probity::v1::ERROR_REASON_RESTORE_TARGET_NOT_EMPTY);
  RocksdbOptions options = store_options_;
  options.path = directory_ + "/other";
  std::filesystem::create_directory(options.path);
  std::ofstream(options.path + "/letter") << "mine";
  EXPECT_EQ(ReasonOf(RestoreStore(what, options, TestIdentifiers()).status()),
            probity::v1::ERROR_REASON_RESTORE_TARGET_NOT_EMPTY);
  EXPECT_EQ(ReadFile(options.path + "/letter").value(), "mine");
}

TEST_F(BackupTest, ARestoredLogSaysWhereItGoesOnFrom) {
  const v1::BackupNote note = BackUp();
  Record(3, 5);
  const auto late = MakeReceipt(*log_, names_[4]).value();
  const auto early = MakeReceipt(*log_, names_[1]).value();
  ASSERT_TRUE(RestoreLog(note, false).ok());
  auto restored = OpenRocksdbEvidenceLog(restored_log_);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ((*restored)->Head().log_id(), kNewLogId);
  EXPECT_EQ((*restored)->Head().tree_size(), 3u);
  ASSERT_EQ((*restored)->Continuations().size(), 1u);
  EXPECT_EQ((*restored)->Continuations()[0].previous_head().log_id(), log_->Head().log_id());

  // Nothing is recorded before somebody accepted the gap; what is there is read.
  const absl::Status refused = AppendAndWait(restored->get(), EntryNumber(9)).status();
  EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_EVIDENCE_GAP) << refused;
  EXPECT_TRUE((*restored)->Get(names_[1]).ok());
  EXPECT_EQ(AppendAndWait(restored->get(), EntryNumber(1))->decision, names_[1]) << "a retry";
  restored->reset();
  restored_log_.log_id.clear();
  const auto accepted = AcceptEvidenceGap(restored_log_, "ann", 6000000);
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->accepted_by(), "ann");
  EXPECT_EQ(AcceptEvidenceGap(restored_log_, "bob", 7000000)->accepted_by(), "ann");
  restored = OpenRocksdbEvidenceLog(restored_log_);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_TRUE(AppendAndWait(restored->get(), EntryNumber(9)).ok());

  evidence::Trust trust;
  trust.public_keys.push_back(log_options_.key->public_key());
  for (const auto& receipt : {late, early}) {
    EXPECT_EQ(evidence::VerifyReceipt(receipt, trust).fault(), probity::v1::EVIDENCE_FAULT_NONE);
    EXPECT_EQ(receipt.head().log_id(), log_->Head().log_id());
  }
  EXPECT_EQ(ReasonOf((*restored)->Get(names_[4]).status()),
            probity::v1::ERROR_REASON_DECISION_NOT_FOUND);
  const auto again = MakeReceipt(**restored, names_[1]).value();
  EXPECT_EQ(again.head().log_id(), kNewLogId);
  EXPECT_EQ(evidence::VerifyReceipt(again, trust).fault(), probity::v1::EVIDENCE_FAULT_NONE);
}

TEST_F(BackupTest, ARestoredLogMayHaveAnotherKeyAndIsContinuedByItsStore) {
  const auto rotated = log_->Rotate(evidence::TestKey(1));
  ASSERT_TRUE(rotated.ok()) << rotated;
  Record(3, 4);
  const v1::BackupNote note = BackUp();
  const std::string old_id = log_->Head().log_id();
  log_options_.key = evidence::TestKey(2);
  ASSERT_TRUE(RestoreLog(note, true).ok());
  restored_log_.log_id.clear();
  restored_log_.continued_log_id = old_id;
  auto log = OpenRocksdbEvidenceLog(restored_log_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->Keys().size(), 1u);
  EXPECT_EQ((*log)->Continuations()[0].previous_keys().rotations_size(), 1);
  ASSERT_TRUE(AppendAndWait(log->get(), EntryNumber(7)).ok());
  log->reset();
  CheckStoreResponse report;
  ASSERT_TRUE(CheckClosedLog(restored_log_, {}, &report).ok());
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
  EXPECT_EQ(report.decisions(), 5u);
  restored_log_.continued_log_id = "a log of nobody.";
  EXPECT_EQ(ReasonOf(OpenRocksdbEvidenceLog(restored_log_).status()),
            probity::v1::ERROR_REASON_EVIDENCE_OTHER_LOG);
  restored_log_.path = directory_ + "/nowhere";
  EXPECT_EQ(ReasonOf(OpenRocksdbEvidenceLog(restored_log_).status()),
            probity::v1::ERROR_REASON_EVIDENCE_OTHER_LOG);
}

TEST_F(BackupTest, NoGapIsAcceptedWhereThereIsNone) {
  Close();
  EXPECT_EQ(AcceptEvidenceGap(log_options_, "ann", 1).status().code(),
            absl::StatusCode::kFailedPrecondition);
  log_options_.path += "-absent";
  EXPECT_EQ(AcceptEvidenceGap(log_options_, "ann", 1).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupTest, ABackupIsReadAsItLies) {
  Record(3, 6);
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
  EXPECT_EQ(seen, (std::vector<std::string>{names_[5], names_[4], names_[3], names_[2]}));
}

// What a check says of one row that was changed behind its back.
struct Harm {
  const char* name;
  std::function<absl::Status(const std::string& directory)> act;
  const char* part;
  const char* words;
};

class CheckTest : public BackupTest, public ::testing::WithParamInterface<Harm> {};

TEST_P(CheckTest, NamesTheDamage) {
  Publish(150);
  Close();
  EXPECT_EQ(Check().findings_size(), 0) << Check().DebugString();
  EXPECT_GT(Check().rows(), 1000u);
  EXPECT_EQ(Check().decisions(), 3u);
  const absl::Status done = GetParam().act(directory_);
  ASSERT_TRUE(done.ok()) << done;
  const CheckStoreResponse report = Check();
  ASSERT_GT(report.findings_size(), 0) << "not noticed";
  EXPECT_EQ(report.findings(0).part(), GetParam().part);
  EXPECT_THAT(report.DebugString(), HasSubstr(GetParam().words));
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("docs/OPERATIONS.md"));
}

absl::Status Flip(const std::string& directory, const std::string& ending) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ending || entry.file_size() < 200) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('\x5a');
    return absl::OkStatus();
  }
  return absl::NotFoundError(directory);
}

void Drop(std::string* value) { value->clear(); }

INSTANTIATE_TEST_SUITE_P(
    Rows, CheckTest,
    ::testing::Values(
        Harm{"TableHasAWrongByte",
             [](const std::string& directory) { return Flip(directory + "/store", ".sst"); },
             "store", ".sst"},
        Harm{"RecordIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "records",
                                         EncodeRecordKey(1, "key-7", 2), &Drop);
             },
             "store", "key-7"},
        Harm{"IndexEntryIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(
                   directory + "/store", "index",
                   EncodeTermKey(static_cast<uint8_t>(IndexKind::kIdentifier),
                                 IdentifierTerm("GB-COH", "7"), 1, "key-7", 2),
                   &Drop);
             },
             "store", "the index does not lead to it"},
        Harm{"RecordSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRecord(
                   directory + "/store", "key-7", [](probity::v1::Record* record) {
                     record->mutable_supplier()->mutable_identifiers(0)->set_value("8888");
                   });
             },
             "store", "the index does not lead to it"},
        Harm{"ChangeIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "changes",
                                         EncodeChangeKey(1, 3, "key-200"), &Drop);
             },
             "store", "do not name it"},
        Harm{"ManifestSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "meta", EncodeManifestKey(2),
                                         [](std::string* value) {
                                           v1::Manifest manifest;
                                           manifest.ParseFromString(*value);
                                           manifest.set_note("forged");
                                           *value = manifest.SerializeAsString();
                                         });
             },
             "store", "does not name the digest"},
        Harm{"DecisionSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "entries", EncodeBodyKey(1),
                                         [](std::string* value) {
                                           v1::DecisionBody body;
                                           body.ParseFromString(*value);
                                           body.set_core("forged");
                                           *value = body.SerializeAsString();
                                         });
             },
             "evidence", "decision 1"},
        Harm{"HashOfTheTreeIsAnother",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "nodes", EncodeLeaf(0),
                                         [](std::string* value) { (*value)[3] ^= 1; });
             },
             "evidence", "decision 0"},
        Harm{"DecisionIsNotListed",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "index",
                                         EncodeDecisionKey(testing::EntryNumber(2).decision),
                                         &Drop);
             },
             "evidence", "does not lead to it"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(BackupTest, AStoreThatIsOpenIsNotLookedAt) {
  CheckStoreResponse report;
  EXPECT_EQ(ReasonOf(CheckClosedStore(store_options_, {}, &report)),
            probity::v1::ERROR_REASON_STORE_IN_USE);
  EXPECT_EQ(ReasonOf(CheckClosedLog(log_options_, {}, &report)),
            probity::v1::ERROR_REASON_STORE_IN_USE);
  EXPECT_TRUE(store_->maintenance()->Check({}, &report).ok());
  EXPECT_TRUE(log_->maintenance()->Check({}, &report).ok());
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
}

TEST_F(BackupTest, AQuickCheckNamesALostManifest) {
  Close();
  EXPECT_EQ(Check(true).findings_size(), 0);
  for (const auto& entry : std::filesystem::directory_iterator(store_options_.path)) {
    const std::string name = entry.path().filename().string();
    if (name.find("MANIFEST-") == 0) std::filesystem::remove(entry.path());
  }
  const CheckStoreResponse report = Check(true);
  ASSERT_EQ(report.findings_size(), 1);
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("The store is damaged"));
}

TEST_F(BackupTest, ACheckNamesARestoreThatWasCutOff) {
  Close();
  store_options_.path = directory_ + "/fresh";
  ASSERT_TRUE(MarkForRestore(store_options_.path).ok());
  CheckStoreResponse report;
  ASSERT_TRUE(CheckClosedStore(store_options_, {true}, &report).ok());
  ASSERT_EQ(report.findings_size(), 1);
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("A restore was cut off"));
  store_options_.path = directory_ + "/absent";
  EXPECT_EQ(CheckClosedStore(store_options_, {true}, &report).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace probity::storage
