#include "services/server/restore.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/replace_file.h"
#include "services/rpc/call_log.h"
#include "services/server/open_evidence.h"
#include "services/server/open_store.h"
#include "storage/evidence/key_file.h"
#include "storage/redaction_journal.h"
#include "storage/rocksdb/backups.h"
#include "storage/rocksdb/closed_check.h"
#include "storage/rocksdb/restore.h"

namespace probity::server {
namespace {

using config::v1::ServerConfig;

// Who runs the command.
std::string Account() {
  const passwd* const entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : absl::StrCat("uid ", geteuid());
}

int64_t NowMicros() { return absl::ToUnixMicros(absl::Now()); }

absl::Status MakeDirectory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return error ? StoreNotWritable(path.string(), error.message()) : absl::OkStatus();
}

storage::Restoration WhatOf(const storage::BackupPlace& place,
                            const storage::v1::BackupCopy& copy) {
  return {place, copy.id(), Account(), NowMicros()};
}

absl::StatusOr<storage::EvidenceOptions> LogOptions(const ServerConfig& config) {
  auto key = storage::ReadKeyFile(EvidenceKeyPath(config), &rpc::LogWarning);
  if (!key.ok()) return key.status();
  storage::EvidenceOptions options;
  options.path = config.evidence_dir();
  options.key = *std::move(key);
  return options;
}

std::string Describe(const v1::LogContinuation& continuation) {
  const v1::LogHead& previous = continuation.previous_head();
  std::string text = absl::StrCat(
      "The evidence log is put back as the log ", ToHex(continuation.log_id()), ", with the first ",
      previous.tree_size(), " entries of the log ", ToHex(previous.log_id()),
      ". Later ones of that log are in no log any more; who keeps their receipts can prove "
      "them.\n");
  if (continuation.accepted_by().empty()) {
    absl::StrAppend(&text,
                    "No decision is recorded before \"probityd restore --accept_gap\" was run.\n");
  } else {
    absl::StrAppend(&text, "The gap is accepted by ", continuation.accepted_by(), ".\n");
  }
  return text;
}

class Restorer {
 public:
  Restorer(const ServerConfig& config, const RestoreRequest& request)
      : config_(config), request_(request), shelf_(config.backup_dir()) {}

  absl::StatusOr<std::string> Run() {
    auto note = shelf_.Find(request_.backup);
    if (!note.ok()) return note.status();
    note_ = *std::move(note);
    absl::Status status = Prepare();
    std::string said;
    if (status.ok() && request_.evidence) status = RestoreLog(&said);
    if (status.ok() && request_.store) status = RestoreTheStore(&said);
    if (!status.ok()) return status;
    return said;
  }

 private:
  // Finds out all that can be known before, and marks all directories: when this is cut
  // off, none of them is served.
  absl::Status Prepare() {
    if (absl::Status made = MakeDirectory(config_.data_dir()); !made.ok()) return made;
    const auto parent = std::filesystem::path(config_.evidence_dir()).parent_path();
    if (absl::Status made = MakeDirectory(parent); !made.ok()) return made;
    absl::Status status = request_.evidence ? absl::OkStatus() : CheckLog();
    if (status.ok() && request_.evidence) status = ReadKey();
    if (status.ok() && request_.store) status = storage::MarkForRestore(StorePath(config_));
    if (status.ok() && request_.evidence) status = storage::MarkForRestore(config_.evidence_dir());
    return status;
  }

  // That the log which stays is the one of the backup's store, or goes on from it.
  absl::Status CheckLog() const {
    const std::string& wanted = note_.log_head().log_id();
    const auto ids = storage::ReadLogIds(config_.evidence_dir());
    if (absl::IsNotFound(ids.status()))
      return EvidenceLogGone(config_.evidence_dir(), ToHex(wanted));
    if (!ids.ok()) return ids.status();
    if (std::find(ids->begin(), ids->end(), wanted) != ids->end()) return absl::OkStatus();
    return EvidenceOtherLog(ToHex(ids->front()), ToHex(wanted));
  }

  absl::Status ReadKey() {
    auto options = LogOptions(config_);
    if (!options.ok()) return options.status();
    log_options_ = *std::move(options);
    return absl::OkStatus();
  }

  absl::Status RestoreLog(std::string* said) const {
    if (absl::Status put = PutJournal(); !put.ok()) return put;
    const auto continuation = storage::RestoreEvidenceLog(
        WhatOf(shelf_.evidence(), note_.evidence()), log_options_, request_.accept_gap);
    if (!continuation.ok()) return continuation.status();
    absl::StrAppend(said, Describe(*continuation));
    return absl::OkStatus();
  }

  // The newest journal of redactions that any backup has, into the one that is there: what
  // was redacted stays so, however old the backup is that is put back.
  absl::Status PutJournal() const {
    const auto notes = shelf_.List();
    if (!notes.ok()) return notes.status();
    const std::string& journal = notes->back().redaction_journal();
    if (journal.empty()) return absl::OkStatus();
    const std::string copy =
        absl::StrCat(config_.data_dir(), "/", storage::kRedactionJournalFile, ".backup");
    if (absl::Status written = ReplaceFile(copy, journal); !written.ok()) return written;
    const absl::Status merged = MergeJournal(copy);
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    return merged;
  }

  absl::Status MergeJournal(const std::string& copy) const {
    const auto from = storage::RedactionJournal::Open(copy);
    if (!from.ok()) return from.status();
    const auto to = storage::RedactionJournal::Open(
        absl::StrCat(config_.evidence_dir(), "/", storage::kRedactionJournalFile));
    return to.ok() ? storage::MergeRedactions(**from, to->get()) : to.status();
  }

  absl::Status RestoreTheStore(std::string* said) const {
    IdentifierCatalogue identifiers;
    absl::Status read = ReadTable(config_.tables_dir() + "/identifier_schemes.csv", &identifiers);
    if (!read.ok()) return read;
    const auto head = storage::RestoreStore(WhatOf(shelf_.store(), note_.store()),
                                            StoreOptions(config_), identifiers);
    if (!head.ok()) return head.status();
    absl::StrAppend(said, "The store is put back from backups/", note_.number(), " of ",
                    absl::FormatTime(absl::FromUnixMicros(note_.created_at_us())),
                    ". Its lineage is ", head->store_lineage(), ", its newest revision ",
                    head->revision(), "; revisions up to ", head->revision() - 1,
                    " are those of before. Load again what was loaded since.\n");
    return absl::OkStatus();
  }

  const ServerConfig& config_;
  const RestoreRequest& request_;
  const storage::BackupShelf shelf_;
  storage::v1::BackupNote note_;
  storage::EvidenceOptions log_options_;  // where the log is put back
};

absl::StatusOr<std::string> AcceptGap(const ServerConfig& config) {
  const auto options = LogOptions(config);
  if (!options.ok()) return options.status();
  const auto accepted = storage::AcceptEvidenceGap(*options, Account(), NowMicros());
  if (!accepted.ok()) return accepted.status();
  return Describe(*accepted);
}

absl::StatusOr<std::string> ForgetLog(const ServerConfig& config) {
  IdentifierCatalogue identifiers;
  absl::Status read = ReadTable(config.tables_dir() + "/identifier_schemes.csv", &identifiers);
  if (!read.ok()) return read;
  auto store = storage::OpenRocksdbStore(StoreOptions(config), identifiers);
  if (!store.ok()) return store.status();
  const auto known = (*store)->ListMeta(kLogOfStore);
  if (!known.ok()) return known.status();
  if (known->empty()) return absl::NotFoundError("the store knows no log");
  const std::string id = ToHex(known->front().second);
  const std::string lost = absl::StrCat(kLostLogs, id);
  const std::string what = absl::StrCat(Account(), " ", absl::FormatTime(absl::Now()));
  if (absl::Status noted = (*store)->PutMeta(lost, what); !noted.ok()) return noted;
  if (absl::Status forgot = (*store)->PutMeta(kLogOfStore, ""); !forgot.ok()) return forgot;
  return absl::StrCat("The log ", id, " is noted as lost. The next start makes another one; ",
                      "receipts of the lost one hold, its decisions are nowhere else.\n");
}

}  // namespace

absl::StatusOr<std::string> Restore(const ServerConfig& config, const RestoreRequest& request) {
  RestoreRequest what = request;
  const bool puts_back = what.store || what.evidence;
  if (what.forget_log && (puts_back || !what.accept_gap)) {
    return InvalidField("no_evidence", "goes with --accept_gap alone");
  }
  if (what.forget_log) return ForgetLog(config);
  if (what.accept_gap && !what.evidence) {
    if (!puts_back && what.backup == 0) return AcceptGap(config);
    return InvalidField("accept_gap", "goes with --evidence, or alone");
  }
  if (config.backup_dir().empty()) return InvalidField("backup_dir", "is required");
  what.store = what.store || !what.evidence;
  return Restorer(config, what).Run();
}

bool IsBeforeFirstStart(const ServerConfig& config) {
  return storage::IsUnused(StorePath(config)) && storage::IsUnused(config.evidence_dir());
}

absl::StatusOr<v1::CheckStoreResponse> CheckClosed(const ServerConfig& config, bool quick) {
  v1::CheckStoreResponse report;
  const storage::CheckDepth depth{quick};
  absl::Status status = storage::CheckClosedStore(StoreOptions(config), depth, &report);
  if (!status.ok()) return status;
  storage::EvidenceOptions log;
  log.path = config.evidence_dir();
  status = storage::CheckClosedLog(log, depth, &report);
  if (!status.ok()) return status;
  return report;
}

std::string FormatReport(const v1::CheckStoreResponse& report) {
  std::string text;
  for (const v1::StoreFinding& finding : report.findings()) {
    absl::StrAppend(&text, "DAMAGED  ", finding.part(), ": ", finding.place(), "\n  ",
                    finding.message(), "\n  see ", finding.recovery(), "\n");
  }
  if (report.findings().empty()) absl::StrAppend(&text, "SOUND\n");
  absl::StrAppend(&text, report.revisions(), " revisions, ", report.rows(), " rows and ",
                  report.decisions(), " decisions and ", report.acts(),
                  " leaves of acts were read\n");
  return text;
}

}  // namespace probity::server
