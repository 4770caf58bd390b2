// What is put back from a backup, and how store and log go on from there.
#include <filesystem>
#include <fstream>
#include <string>

#include "base/errors.h"
#include "base/tables.h"
#include "evidence/receipt.h"
#include "gmock/gmock.h"
#include "storage/rocksdb/backup_testing.h"
#include "storage/rocksdb/closed_check.h"

namespace probity::storage {
namespace {

using probity::v1::CheckStoreResponse;
using testing::AppendAndWait;
using testing::EntryNumber;
using ::testing::HasSubstr;
using testing::Party;

constexpr char kNewLogId[] = "another log's id";

class RestoreTest : public BackupTest {
 protected:
  absl::StatusOr<probity::v1::LogContinuation> RestoreLog(const v1::BackupNote& note,
                                                          bool accepted) {
    restored_log_ = log_options_;
    restored_log_.path = directory_ + "/restored-log";
    restored_log_.log_id = kNewLogId;
    return RestoreEvidenceLog({shelf_.evidence(), note.evidence().id(), "ann", 5000000},
                              restored_log_, accepted);
  }

  EvidenceOptions restored_log_;
};

TEST_F(RestoreTest, ARestoredStoreHasANewLineageAndSharesWhatWasBefore) {
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

TEST_F(RestoreTest, ARestoredStoreGoesOnAndIsSound) {
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

TEST_F(RestoreTest, NothingIsWrittenOver) {
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

// An act that was open in the copy is open in what comes of it, to be ended there.
TEST_F(RestoreTest, ARestoredLogKeepsItsActs) {
  const auto act = [](EvidenceLog* log, const std::string& name, const std::string& ends) {
    return AppendActAndWait(log, {name, "core", {}, ends}).status();
  };
  ASSERT_TRUE(act(log_.get(), "acts/1", "").ok());
  ASSERT_TRUE(act(log_.get(), "acts/1-end", "acts/1").ok());
  ASSERT_TRUE(act(log_.get(), "acts/2", "").ok());
  const v1::BackupNote note = BackUp();
  ASSERT_TRUE(act(log_.get(), "acts/2-end", "acts/2").ok());
  ASSERT_TRUE(RestoreLog(note, true).ok());
  auto restored = OpenRocksdbEvidenceLog(restored_log_);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ((*restored)->OpenActs().value(), std::vector<std::string>{"acts/2"});
  EXPECT_EQ((*restored)->GetAct("acts/1-end")->leaf_index, 4U);
  ASSERT_TRUE(act(restored->get(), "acts/2-end", "acts/2").ok());
  EXPECT_TRUE((*restored)->OpenActs()->empty());
  evidence::Trust trust;
  trust.public_keys.push_back(log_options_.key->public_key());
  const auto receipt = MakeActReceipt(**restored, "acts/2");
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  // Its core, "core", is none that this release reads; that it is included was proven before.
  EXPECT_EQ(evidence::VerifyActReceipt(*receipt, trust).fault(),
            probity::v1::EVIDENCE_FAULT_UNKNOWN_FORMAT);
}

TEST_F(RestoreTest, ARestoredLogSaysWhereItGoesOnFrom) {
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

TEST_F(RestoreTest, ARestoredLogMayHaveAnotherKeyAndIsContinuedByItsStore) {
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

TEST_F(RestoreTest, NoGapIsAcceptedWhereThereIsNone) {
  Close();
  EXPECT_EQ(AcceptEvidenceGap(log_options_, "ann", 1).status().code(),
            absl::StatusCode::kFailedPrecondition);
  log_options_.path += "-absent";
  EXPECT_EQ(AcceptEvidenceGap(log_options_, "ann", 1).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace probity::storage
