// Backups and checks by call, and what a server says after a restore.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "base/errors.h"
#include "base/tables.h"
#include "base/testing.h"
#include "evidence/keys.h"
#include "evidence/receipt.h"
#include "gmock/gmock.h"
#include "services/server/restore.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ServerService = v1::ServerService::Stub;

class BackupApiTest : public ScreeningTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ScreeningTest::Config();
    if (with_backups_) config.set_backup_dir(directory_ + "/backup");
    return config;
  }

  v1::Backup Wait(v1::Backup backup) {
    v1::GetBackupRequest get;
    get.set_name(backup.name());
    while (backup.state() == v1::BACKUP_STATE_RUNNING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      backup = Ask(&ServerService::GetBackup, get);
    }
    return backup;
  }
  v1::Backup BackUp() {
    const v1::Backup backup = Wait(Ask(&ServerService::CreateBackup, v1::CreateBackupRequest()));
    EXPECT_EQ(backup.state(), v1::BACKUP_STATE_DONE) << backup.DebugString();
    return backup;
  }
  v1::VerifyBackupResponse Verify(const std::string& name, int decisions) {
    v1::VerifyBackupRequest request;
    request.set_name(name);
    request.set_replay_decisions(decisions);
    return Ask(&ServerService::VerifyBackup, request);
  }
  v1::GetServerInfoResponse Info() {
    return Ask(&ServerService::GetServerInfo, v1::GetServerInfoRequest());
  }
  v1::Receipt Receipt(const std::string& decision) {
    v1::GetReceiptRequest get;
    get.set_name(decision);
    return Ask(&Screening::GetReceipt, get).receipt();
  }
  v1::EvidenceFault FaultOf(const v1::Receipt& receipt) const {
    const std::string pem = ReadFile(directory_ + "/data/evidence_key.pem").value();
    evidence::Trust trust;
    trust.public_keys.push_back(evidence::SigningKey::FromPem(pem, "key")->public_key());
    return evidence::VerifyReceipt(receipt, trust).fault();
  }

  // Stops the server and moves a part of its data aside.
  void Lose(const std::string& part) {
    server_.reset();
    std::filesystem::rename(directory_ + "/data/" + part, directory_ + "/" + part + ".lost");
  }
  std::string PutBack(const RestoreRequest& request) {
    const auto said = Restore(Config(), request);
    EXPECT_TRUE(said.ok()) << said.status();
    return said.ok() ? *said : std::string(said.status().message());
  }
  v1::ErrorReason StartRefusal() {
    return ReasonOf(Server::Start(Config(), nullptr, clock_).status());
  }

  bool with_backups_ = true;
};

TEST_F(BackupApiTest, ABackupIsMadeShownAndVerified) {
  const std::string decision = Screen(Numbered("01234567")).decision().name();
  Screen("subject { name: 'Brackish Kilns' country: 'GB' } ");
  const v1::Backup backup = BackUp();
  EXPECT_EQ(backup.name(), "backups/1");
  EXPECT_EQ(backup.evidence_tree_size(), 2u);
  EXPECT_EQ(backup.revision().DebugString(), Info().revision().DebugString());
  EXPECT_EQ(backup.evidence_log_id(), Info().evidence_log().log_id());
  EXPECT_EQ(backup.new_bytes(), backup.bytes());
  EXPECT_NE(backup.version(), "");
  EXPECT_EQ(backup.created_by(), "local");
  BackUp();
  const auto listed = Ask(&ServerService::ListBackups, v1::ListBackupsRequest());
  ASSERT_EQ(listed.backups_size(), 2);
  EXPECT_EQ(listed.backups(0).name(), "backups/2");
  EXPECT_EQ(listed.backups(1).DebugString(), backup.DebugString());

  const v1::VerifyBackupResponse verified = Verify("backups/1", 100);
  EXPECT_EQ(verified.findings_size(), 0) << verified.DebugString();
  EXPECT_GT(verified.files(), 4u);
  EXPECT_EQ(verified.replayed_equal(), 2u) << verified.DebugString();
  EXPECT_EQ(verified.replayed_different() + verified.not_replayable(), 0u);
  EXPECT_EQ(Verify("backups/1", 1).replayed_equal(), 1u);
  EXPECT_EQ(Verify("backups/1", 0).replayed_equal(), 0u);

  v1::DeleteBackupsRequest remove;
  remove.set_keep(1);
  const auto deleted = Ask(&ServerService::DeleteBackups, remove);
  ASSERT_EQ(deleted.deleted_size(), 1);
  EXPECT_EQ(deleted.deleted(0), "backups/1");
  EXPECT_EQ(Verify("backups/2", 100).replayed_equal(), 2u);
}

TEST_F(BackupApiTest, ARequestIsAnsweredOnce) {
  v1::CreateBackupRequest request;
  request.set_request_id("b6f7a0b4-0000-4000-8000-000000000001");
  const v1::Backup first = Wait(Ask(&ServerService::CreateBackup, request));
  EXPECT_EQ(Ask(&ServerService::CreateBackup, request).name(), first.name());
  EXPECT_EQ(Ask(&ServerService::ListBackups, v1::ListBackupsRequest()).backups_size(), 1);
}

TEST_F(BackupApiTest, ARequestIdIsThatOfItsCaller) {
  UseTokens();
  v1::CreateBackupRequest request;
  request.set_request_id("b6f7a0b4-0000-4000-8000-000000000001");
  const v1::Backup first = Wait(Ask(&ServerService::CreateBackup, request));
  token_ = kBob;
  const v1::Backup second = Wait(Ask(&ServerService::CreateBackup, request));
  EXPECT_NE(second.name(), first.name());
  EXPECT_EQ(second.created_by(), "bob");
  request.set_request_id("1");
  EXPECT_EQ(Refusal(&ServerService::CreateBackup, request), "INVALID_FIELD");
}

TEST_F(BackupApiTest, WhatIsRefused) {
  v1::GetBackupRequest get;
  get.set_name("backups/9");
  EXPECT_EQ(Refusal(&ServerService::GetBackup, get), "BACKUP_NOT_FOUND");
  for (const char* name : {"", "backups/", "backups/0", "backups/x", "9"}) {
    get.set_name(name);
    EXPECT_EQ(Refusal(&ServerService::GetBackup, get), "INVALID_FIELD") << name;
  }
  EXPECT_EQ(Refusal(&ServerService::DeleteBackups, v1::DeleteBackupsRequest()), "INVALID_FIELD");
  v1::VerifyBackupRequest verify;
  verify.set_name("backups/9");
  verify.set_replay_decisions(10001);
  EXPECT_EQ(Refusal(&ServerService::VerifyBackup, verify), "LIMIT_EXCEEDED");
  verify.set_replay_decisions(-1);
  EXPECT_EQ(Refusal(&ServerService::VerifyBackup, verify), "INVALID_FIELD");
  verify.set_replay_decisions(10000);
  EXPECT_EQ(Refusal(&ServerService::VerifyBackup, verify), "BACKUP_NOT_FOUND");
  with_backups_ = false;
  Restart();
  EXPECT_EQ(Refusal(&ServerService::CreateBackup, v1::CreateBackupRequest()),
            "BACKUP_NOT_CONFIGURED");
  EXPECT_EQ(Refusal(&ServerService::ListBackups, v1::ListBackupsRequest()),
            "BACKUP_NOT_CONFIGURED");
}

// A backup that cannot be made is told of, and the next one is made.
TEST_F(BackupApiTest, ABackupThatFails) {
  std::filesystem::create_directory(directory_ + "/backup");
  std::filesystem::create_symlink("/proc/nowhere", directory_ + "/backup/evidence");
  const v1::Backup failed = Wait(Ask(&ServerService::CreateBackup, v1::CreateBackupRequest()));
  EXPECT_EQ(failed.state(), v1::BACKUP_STATE_FAILED);
  EXPECT_EQ(failed.error().reason(), "STORE_NOT_WRITABLE") << failed.DebugString();
  EXPECT_EQ(Ask(&ServerService::ListBackups, v1::ListBackupsRequest()).backups_size(), 1);
  std::filesystem::remove(directory_ + "/backup/evidence");
  EXPECT_EQ(BackUp().name(), "backups/2");
}

TEST_F(BackupApiTest, ARunningServerIsChecked) {
  Screen(Numbered("04830352"));
  const auto report = Ask(&ServerService::CheckStore, v1::CheckStoreRequest());
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
  EXPECT_GE(report.rows(), 20u);
  EXPECT_EQ(report.revisions(), Info().revision().revision());
  EXPECT_EQ(report.decisions(), 1u);
  v1::CheckStoreRequest quick;
  quick.set_quick(true);
  const auto shorter = Ask(&ServerService::CheckStore, quick);
  EXPECT_EQ(shorter.rows(), 0u);
  EXPECT_EQ(shorter.revisions(), 1u);
}

TEST_F(BackupApiTest, AStoreThatIsPutBack) {
  const v1::Decision before = Screen(Numbered("01234567")).decision();
  BackUp();
  Put("reg", Firm("later", "Later Ltd", "09999999"));
  const v1::Decision after = Screen(Numbered("09999999")).decision();
  const v1::RevisionToken lost = Info().revision();
  Lose("store");
  EXPECT_THAT(PutBack({}), HasSubstr("revisions up to"));
  Start();
  const v1::RevisionToken now = Info().revision();
  EXPECT_NE(now.store_lineage(), lost.store_lineage());
  EXPECT_EQ(now.revision(), lost.revision()) << "the same number, another revision";
  EXPECT_FALSE(Info().evidence_log().has_continuation()) << "the log is left alone";
  EXPECT_EQ(Info().evidence_log().tree_size(), 2u);

  v1::LookupSuppliersRequest lookup;
  lookup.add_identifiers()->set_scheme("GB-COH");
  lookup.mutable_identifiers(0)->set_value("04830352");
  *lookup.mutable_consistency()->mutable_at_least_as_fresh() = lost;
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::LookupSuppliers, lookup), "WRONG_LINEAGE");

  EXPECT_TRUE(Replay(before.name(), v1::REPLAY_MODE_REDERIVE).equal()) << "that revision is shared";
  EXPECT_TRUE(Replay(after.name(), v1::REPLAY_MODE_REEVALUATE).equal());
  v1::ReplayDecisionRequest replay;
  replay.set_name(after.name());
  replay.set_mode(v1::REPLAY_MODE_REDERIVE);
  EXPECT_EQ(Refusal(&Screening::ReplayDecision, replay), "REPLAY_ENGINE_UNAVAILABLE");
  for (const v1::Decision* decision : {&before, &after}) {
    EXPECT_EQ(FaultOf(Receipt(decision->name())), v1::EVIDENCE_FAULT_NONE);
  }
  Screen(Numbered("04830352"));
  EXPECT_EQ(Ask(&ServerService::CheckStore, v1::CheckStoreRequest()).findings_size(), 0);
}

// A receipt from after the backup, and the log put back from it.
TEST_F(BackupApiTest, ALogThatIsPutBack) {
  const std::string before = Screen(Numbered("01234567")).decision().name();
  BackUp();
  const std::string after = Screen(Numbered("04830352")).decision().name();
  const v1::Receipt late = Receipt(after);
  const v1::Receipt early = Receipt(before);
  const std::string old_id = Info().evidence_log().log_id();
  Lose("evidence");
  EXPECT_EQ(StartRefusal(), v1::ERROR_REASON_EVIDENCE_OTHER_LOG) << "no other log is begun unseen";
  std::filesystem::remove_all(directory_ + "/data/evidence");
  RestoreRequest log_alone;
  log_alone.evidence = true;
  EXPECT_THAT(PutBack(log_alone), HasSubstr("--accept_gap"));
  Start();
  EXPECT_EQ(Refusal(&Screening::ScreenSupplier, Request(Numbered("04830352"))), "EVIDENCE_GAP");
  server_.reset();
  RestoreRequest accept;
  accept.accept_gap = true;
  EXPECT_THAT(PutBack(accept), HasSubstr("accepted by"));
  Start();
  const v1::EvidenceLogInfo info = Info().evidence_log();
  EXPECT_NE(info.log_id(), old_id);
  EXPECT_EQ(info.continuation().previous_head().log_id(), old_id);
  EXPECT_EQ(info.continuation().previous_head().tree_size(), 1u);
  EXPECT_NE(info.continuation().accepted_by(), "");
  Screen(Numbered("04830352"));

  // Both hold under the old id, with nobody asked.
  EXPECT_EQ(FaultOf(late), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(early), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(late.head().log_id(), old_id);
  // The one from before the backup is in the new log too, the other in the gap.
  const v1::Receipt again = Receipt(before);
  EXPECT_EQ(FaultOf(again), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(again.head().log_id(), info.log_id());
  v1::GetReceiptRequest get;
  get.set_name(after);
  v1::GetReceiptResponse nothing;
  const grpc::Status gone = Call(&Screening::GetReceipt, get, &nothing);
  EXPECT_EQ(reason_, "DECISION_NOT_FOUND");
  EXPECT_THAT(gone.error_message(), HasSubstr("the gap"));
  EXPECT_THAT(gone.error_message(), HasSubstr(ToHex(old_id)));

  v1::GetCheckpointRequest checkpoint;
  checkpoint.set_old_tree_size(1);
  const auto newest = Ask(&Screening::GetCheckpoint, checkpoint).checkpoint();
  evidence::Trust trust;
  const std::string pem = ReadFile(directory_ + "/data/evidence_key.pem").value();
  trust.public_keys.push_back(evidence::SigningKey::FromPem(pem, "key")->public_key());
  const auto finding = evidence::CheckConsistency(early.head(), newest, trust);
  EXPECT_EQ(finding.fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT) << "a head of both decisions";
  EXPECT_THAT(finding.explanation, HasSubstr("their receipts hold"));
}

TEST_F(BackupApiTest, AWholeMachineIsPutBack) {
  const std::string before = Screen(Numbered("01234567")).decision().name();
  BackUp();
  Lose("store");
  std::filesystem::rename(directory_ + "/data/evidence", directory_ + "/evidence.lost");
  RestoreRequest everything;
  everything.store = everything.evidence = everything.accept_gap = true;
  PutBack(everything);
  Start();
  EXPECT_TRUE(Replay(before, v1::REPLAY_MODE_REDERIVE).equal());
  EXPECT_EQ(FaultOf(Receipt(before)), v1::EVIDENCE_FAULT_NONE);
  Screen(Numbered("01234567"));
}

// A backup from before a redaction holds the text, and brings it back to nobody.
class RedactedBackupTest : public BackupApiTest {
 protected:
  static constexpr char kText[] = "Zebulon Quill";

  void SetUp() override {
    BackupApiTest::SetUp();
    tokens_ = std::string(kAnn) + " ann authorities/a\n" + kBob + " eve authorities/a\n";
    Restart();
    token_ = kAnn;
    CreateDataset("people");
    Put("people", "key: 'p' supplier { kind: PARTY_KIND_PERSON names { text: '" +
                      std::string(kText) +
                      "' } identifiers { scheme: 'GB-COH' value: '09876543' } }");
    BackUp();
    v1::RedactRecordRequest redact;
    redact.set_record("datasets/people/records/p");
    redact.add_fields("supplier.names");
    redact.set_reason("asked for");
    v1::ApproveRedactionRequest approve;
    approve.set_name(Ask(&v1::DatasetService::Stub::RedactRecord, redact).name());
    token_ = kBob;
    Ask(&v1::DatasetService::Stub::ApproveRedaction, approve);
    token_ = kAnn;
  }
  bool IsShown() {
    v1::LookupSuppliersResponse found;
    EXPECT_TRUE(Lookup("GB-COH", "09876543", &found).ok());
    EXPECT_EQ(found.results(0).suppliers_size(), 1) << found.DebugString();
    return found.DebugString().find(kText) != std::string::npos;
  }
  bool IsInFiles() const {
    return TextOfFilesBelow(directory_ + "/data/store").find(kText) != std::string::npos;
  }
};

TEST_F(RedactedBackupTest, TheJournalBesideTheLogIsObeyed) {
  Lose("store");
  PutBack({});
  Start();
  EXPECT_FALSE(IsShown());
  server_.reset();
  EXPECT_FALSE(IsInFiles());
}

TEST_F(RedactedBackupTest, TheNewestJournalOfAnyBackupIsObeyed) {
  BackUp();
  Lose("store");
  std::filesystem::rename(directory_ + "/data/evidence", directory_ + "/evidence.lost");
  RestoreRequest older;
  older.backup = 1;
  older.store = older.evidence = older.accept_gap = true;
  PutBack(older);
  EXPECT_TRUE(IsInFiles()) << "the backup is from before";
  Start();
  EXPECT_FALSE(IsShown());
  server_.reset();
  EXPECT_FALSE(IsInFiles());
}

TEST_F(BackupApiTest, WhatARestoreRefuses) {
  BackUp();
  EXPECT_EQ(ReasonOf(Restore(Config(), {}).status()), v1::ERROR_REASON_RESTORE_TARGET_NOT_EMPTY)
      << "a server runs there";
  const auto with = [](auto... members) {
    RestoreRequest request;
    ((request.*members = true), ...);
    return request;
  };
  Lose("store");
  for (const RestoreRequest& request :
       {with(&RestoreRequest::store, &RestoreRequest::accept_gap),
        with(&RestoreRequest::forget_log),
        with(&RestoreRequest::forget_log, &RestoreRequest::accept_gap, &RestoreRequest::store)}) {
    EXPECT_EQ(ReasonOf(Restore(Config(), request).status()), v1::ERROR_REASON_INVALID_FIELD);
  }
  RestoreRequest unknown;
  unknown.backup = 9;
  EXPECT_EQ(ReasonOf(Restore(Config(), unknown).status()), v1::ERROR_REASON_BACKUP_NOT_FOUND);
  with_backups_ = false;
  EXPECT_EQ(ReasonOf(Restore(Config(), {}).status()), v1::ERROR_REASON_INVALID_FIELD);
  with_backups_ = true;
  // Of another server: its log is not the one that stands here.
  std::filesystem::rename(directory_ + "/data/evidence", directory_ + "/evidence.own");
  auto other = Config();
  other.set_data_dir(directory_ + "/other");
  other.set_evidence_dir(directory_ + "/data/evidence");
  ASSERT_TRUE(Server::Start(other).ok());
  EXPECT_EQ(ReasonOf(Restore(Config(), {}).status()), v1::ERROR_REASON_EVIDENCE_OTHER_LOG);
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/data/store")) << "nothing was begun";
}

TEST_F(BackupApiTest, ALogThatIsInNoBackup) {
  Screen(Numbered("01234567"));
  Lose("evidence");
  EXPECT_EQ(StartRefusal(), v1::ERROR_REASON_EVIDENCE_OTHER_LOG);
  RestoreRequest forget;
  forget.forget_log = forget.accept_gap = true;
  EXPECT_THAT(PutBack(forget), HasSubstr("noted as lost"));
  Start();
  EXPECT_EQ(Info().evidence_log().tree_size(), 0u);
  Screen(Numbered("01234567"));
}

TEST_F(BackupApiTest, AStoppedServerIsChecked) {
  EXPECT_EQ(ReasonOf(CheckClosed(Config(), true).status()), v1::ERROR_REASON_STORE_IN_USE);
  server_.reset();
  const auto report = CheckClosed(Config(), false);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(FormatReport(*report), HasSubstr("SOUND"));
  std::filesystem::remove(directory_ + "/data/store/CURRENT");
  const std::string damaged = FormatReport(*CheckClosed(Config(), true));
  EXPECT_THAT(damaged, HasSubstr("DAMAGED  store"));
  EXPECT_THAT(damaged, HasSubstr("CURRENT"));
  EXPECT_THAT(damaged, HasSubstr("docs/OPERATIONS.md"));
  EXPECT_THAT(damaged, Not(HasSubstr("SOUND")));
}

}  // namespace
}  // namespace probity::server
