#include "services/server_info/backup_keeper.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/item_error.h"
#include "base/tables.h"
#include "base/timestamps.h"
#include "services/rpc/publish.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"

namespace probity::server_info {
namespace {

constexpr size_t kMostRemembered = 1000;

std::string NameOf(uint32_t number) { return absl::StrCat("backups/", number); }

absl::StatusOr<uint32_t> ParseName(absl::string_view name) {
  uint32_t number = 0;
  const bool is_name =
      absl::ConsumePrefix(&name, "backups/") && absl::SimpleAtoi(name, &number) && number > 0;
  if (is_name) return number;
  return InvalidField("name", "must be backups/{number}");
}

v1::Backup Shown(const storage::v1::BackupNote& note) {
  v1::Backup backup;
  backup.set_name(NameOf(note.number()));
  backup.set_state(v1::BACKUP_STATE_DONE);
  *backup.mutable_created_at() = TimestampOfMicros(note.created_at_us());
  *backup.mutable_ended_at() = TimestampOfMicros(note.ended_at_us());
  *backup.mutable_revision() = note.revision();
  backup.set_evidence_tree_size(note.log_head().tree_size());
  backup.set_evidence_log_id(note.log_head().log_id());
  backup.set_bytes(note.store().bytes() + note.evidence().bytes());
  backup.set_new_bytes(note.store().new_bytes() + note.evidence().new_bytes());
  backup.set_version(note.version());
  backup.set_created_by(note.created_by());
  return backup;
}

}  // namespace

// Holds the directory, or says who has it.
class BackupKeeper::Turn {
 public:
  Turn(BackupKeeper* keeper, const std::string& what) : keeper_(keeper) {
    absl::MutexLock lock(&keeper_->mutex_);
    status_ = keeper_->busy_.empty() ? absl::OkStatus() : BackupRunning(keeper_->busy_);
    if (status_.ok()) keeper_->busy_ = what;
  }
  ~Turn() {
    if (!status_.ok()) return;
    absl::MutexLock lock(&keeper_->mutex_);
    keeper_->busy_.clear();
  }
  Turn(const Turn&) = delete;
  const absl::Status& status() const { return status_; }

 private:
  BackupKeeper* const keeper_;
  absl::Status status_;
};

BackupKeeper::BackupKeeper(BackupOptions options, const storage::Store& store,
                           const storage::EvidenceLog& log)
    : options_(std::move(options)),
      store_(store),
      log_(log),
      shelf_(options_.directory, options_.bytes_per_second),
      worker_(std::make_unique<rpc::Executor>(1, kNiceness)) {
  // A directory that hangs keeps nobody but backups.
  if (!options_.directory.empty()) worker_->Add([this] { FindNewest(); });
}

absl::Status BackupKeeper::CheckConfigured() const {
  return options_.directory.empty() ? BackupNotConfigured() : absl::OkStatus();
}

void BackupKeeper::Stop() {
  stopping_ = true;
  worker_->AwaitAdded();
}

std::string BackupKeeper::MadeFor(const std::string& request) const {
  absl::MutexLock lock(&mutex_);
  const auto known = by_request_.find(request);
  return known == by_request_.end() ? "" : known->second;
}

absl::StatusOr<v1::Backup> BackupKeeper::Create(const rpc::Caller& by,
                                                const std::string& request_id) {
  if (absl::Status status = CheckConfigured(); !status.ok()) return status;
  if (absl::Status well = rpc::CheckRequestId(request_id); !well.ok()) return well;
  // Callers may draw the same id.
  const std::string request = request_id.empty() ? "" : rpc::RequestKey(by, request_id);
  if (const std::string known = MadeFor(request); !known.empty()) return Get(known);
  const auto next = shelf_.NextNumber();
  if (!next.ok()) return next.status();
  absl::MutexLock lock(&mutex_);
  if (!busy_.empty()) return BackupRunning(busy_);
  newest_number_ = std::max(*next, newest_number_ + 1);
  v1::Backup backup;
  backup.set_name(NameOf(newest_number_));
  backup.set_state(v1::BACKUP_STATE_RUNNING);
  *backup.mutable_created_at() = rpc::TimestampOf(options_.clock());
  backup.set_version(options_.version);
  backup.set_created_by(by.principal);
  busy_ = backup.name();
  running_ = backup;
  if (by_request_.size() >= kMostRemembered) by_request_.clear();
  if (!request.empty()) by_request_[request] = backup.name();
  worker_->Add([this, backup] { Run(backup); });
  return backup;
}

void BackupKeeper::Run(v1::Backup backup) {
  storage::v1::BackupNote begun;
  begun.set_number(*ParseName(backup.name()));
  begun.set_created_at_us(absl::ToUnixMicros(options_.clock()));
  begun.set_created_by(backup.created_by());
  begun.set_version(backup.version());
  if (auto journal = ReadFile(options_.redaction_journal_path); journal.ok()) {
    begun.set_redaction_journal(*std::move(journal));
  }
  const auto made =
      shelf_.Create(store_, log_, std::move(begun), [this] { return stopping_.load(); });
  End(std::move(backup), made.status());
}

void BackupKeeper::End(v1::Backup backup, const absl::Status& status) {
  const std::string name = backup.name();
  const google::protobuf::Timestamp begun = backup.created_at();
  {
    absl::MutexLock lock(&mutex_);
    busy_.clear();
    running_.reset();
    if (!status.ok()) {
      backup.set_state(v1::BACKUP_STATE_FAILED);
      *backup.mutable_ended_at() = rpc::TimestampOf(options_.clock());
      *backup.mutable_error() = ToItemError(status);
      if (failed_.size() >= kMostRemembered) failed_.erase(failed_.begin());
      failed_[*ParseName(name)] = std::move(backup);
    }
  }
  if (status.ok()) {
    newest_us_ = absl::ToUnixMicros(absl::FromUnixSeconds(begun.seconds()));
    options_.log(absl::StrCat(name, " is whole"));
  } else {
    options_.warn(absl::StrCat(name, " was not made: ", status.message()));
  }
}

void BackupKeeper::FindNewest() {
  const auto notes = shelf_.List();
  if (!notes.ok()) return options_.warn(absl::StrCat("backups: ", notes.status().message()));
  for (const storage::v1::BackupNote& note : *notes) {
    newest_us_ = std::max(newest_us_.load(), note.created_at_us());
  }
}

std::optional<absl::Time> BackupKeeper::newest() const {
  const int64_t newest_us = newest_us_;
  if (newest_us == 0) return std::nullopt;
  return absl::FromUnixMicros(newest_us);
}

absl::StatusOr<v1::Backup> BackupKeeper::Get(const std::string& name) const {
  if (absl::Status status = CheckConfigured(); !status.ok()) return status;
  const auto number = ParseName(name);
  if (!number.ok()) return number.status();
  {
    absl::MutexLock lock(&mutex_);
    if (running_.has_value() && running_->name() == name) return *running_;
    const auto failed = failed_.find(*number);
    if (failed != failed_.end()) return failed->second;
  }
  const auto note = shelf_.Find(*number);
  if (!note.ok()) return note.status();
  return Shown(*note);
}

absl::StatusOr<std::vector<v1::Backup>> BackupKeeper::List() const {
  if (absl::Status status = CheckConfigured(); !status.ok()) return status;
  std::map<uint32_t, v1::Backup> backups;
  {
    absl::MutexLock lock(&mutex_);
    backups = failed_;
    if (running_.has_value()) backups[*ParseName(running_->name())] = *running_;
  }
  const auto notes = shelf_.List();
  if (!notes.ok()) return notes.status();
  for (const storage::v1::BackupNote& note : *notes) backups[note.number()] = Shown(note);
  std::vector<v1::Backup> newest_first;
  for (auto at = backups.rbegin(); at != backups.rend(); ++at) newest_first.push_back(at->second);
  return newest_first;
}

absl::StatusOr<std::vector<std::string>> BackupKeeper::DeleteAllBut(size_t keep) {
  if (absl::Status status = CheckConfigured(); !status.ok()) return status;
  const Turn turn(this, "the deletion of backups");
  if (!turn.status().ok()) return turn.status();
  const auto notes = shelf_.List();
  if (!notes.ok()) return notes.status();
  std::vector<uint32_t> numbers;
  std::vector<std::string> names;
  for (size_t i = 0; i + keep < notes->size(); ++i) {
    numbers.push_back((*notes)[i].number());
    names.push_back(NameOf(numbers.back()));
  }
  if (absl::Status status = shelf_.Delete(numbers); !status.ok()) return status;
  return names;
}

absl::Status BackupKeeper::Verify(const v1::VerifyBackupRequest& request,
                                  const std::function<bool()>& is_cancelled,
                                  v1::VerifyBackupResponse* response) {
  if (absl::Status status = CheckConfigured(); !status.ok()) return status;
  const auto number = ParseName(request.name());
  if (!number.ok()) return number.status();
  const Turn turn(this, absl::StrCat("the verification of ", request.name()));
  if (!turn.status().ok()) return turn.status();
  const auto note = shelf_.Find(*number);
  if (!note.ok()) return note.status();
  v1::CheckStoreResponse found;
  response->set_files(shelf_.Verify(*note, &found));
  *response->mutable_findings() = std::move(*found.mutable_findings());
  // What is damaged is not read on.
  if (request.replay_decisions() == 0 || response->findings_size() > 0) return absl::OkStatus();
  return options_.replay(shelf_, *note, static_cast<uint64_t>(request.replay_decisions()),
                         is_cancelled, response);
}

}  // namespace probity::server_info
