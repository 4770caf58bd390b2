#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Servers = v1::ServerService::Stub;

constexpr char kBackup[] = "BACKUP";
// What reads all of the files takes its time.
constexpr std::chrono::hours kLongCall{12};
constexpr std::chrono::milliseconds kBetweenLooks{200};

// "7" and "backups/7" both are backups/7.
absl::StatusOr<std::string> ParseBackup(absl::string_view text) {
  return absl::StartsWith(text, "backups/") ? std::string(text) : absl::StrCat("backups/", text);
}

std::string FormatBytes(uint64_t bytes) {
  return absl::StrCat(FormatCount((bytes + (1 << 20) - 1) >> 20), " MiB");
}

void Print(Session& session, const v1::Backup& backup) {
  const bool done = backup.state() == v1::BACKUP_STATE_DONE;
  session.Say(absl::StrCat(backup.name(), "  ", EnumName(backup.state())),
              done ? Style::kGood : Style::kDoubt);
  Table table;
  table.Add({"begun", absl::StrCat(FormatTimestamp(backup.created_at()), " by ",
                                   backup.created_by(), ", release ", backup.version())});
  table.AddUnlessEmpty("ended", backup.has_ended_at() ? FormatTimestamp(backup.ended_at()) : "");
  if (done) {
    table.Add({"store", absl::StrCat("revision ", backup.revision().revision(), " of ",
                                     backup.revision().store_lineage())});
    table.Add(
        {"evidence", absl::StrCat(FormatCount(backup.evidence_tree_size()), " entries of the log ",
                                  absl::BytesToHexString(backup.evidence_log_id()))});
    table.Add({"size", absl::StrCat(FormatBytes(backup.bytes()), ", of them new ",
                                    FormatBytes(backup.new_bytes()))});
  }
  table.AddUnlessEmpty("failed", backup.error().message());
  session.Print(table);
}

// Polls until the backup has ended.
void Create(Session& session, bool no_wait) {
  v1::CreateBackupRequest request;
  request.set_request_id(NewUuid());
  auto backup = session.Ask(&Servers::CreateBackup, request);
  v1::GetBackupRequest get;
  if (backup) get.set_name(backup->name());
  while (backup && !no_wait && backup->state() == v1::BACKUP_STATE_RUNNING) {
    std::this_thread::sleep_for(kBetweenLooks);
    backup = session.Ask(&Servers::GetBackup, get);
  }
  if (!backup) return;
  if (backup->state() == v1::BACKUP_STATE_FAILED) session.Finish(kExitRefused);
  if (!session.PrintedAsJson(*backup)) Print(session, *backup);
}

void List(Session& session) {
  const auto response = session.Ask(&Servers::ListBackups, v1::ListBackupsRequest());
  if (!response || session.PrintedAsJson(*response)) return;
  for (const v1::Backup& backup : response->backups()) {
    Print(session, backup);
    session.out() << '\n';
  }
  if (response->backups().empty()) session.Say("No backups.");
}

// Exit 1 where something is wrong.
template <typename Response>
void PrintFindings(Session& session, const Response& response) {
  session.Finish(response.findings().empty() ? kExitGood : kExitBad);
  for (const v1::StoreFinding& finding : response.findings()) {
    session.Say(absl::StrCat("DAMAGED  ", finding.part(), ": ", finding.place()), Style::kBad);
    session.Say(absl::StrCat("  ", finding.message()));
    session.Say(absl::StrCat("  see ", finding.recovery()));
  }
  if (response.findings().empty()) session.Say("SOUND", Style::kGood);
}

void Verify(Session& session, const v1::VerifyBackupRequest& request) {
  session.set_call_timeout(kLongCall);
  const auto response = session.Ask(&Servers::VerifyBackup, request);
  if (!response) return;
  if (session.PrintedAsJson(*response)) {
    session.Finish(response->findings().empty() ? kExitGood : kExitBad);
    return;
  }
  PrintFindings(session, *response);
  session.Say(absl::StrCat(FormatCount(response->files()),
                           " files were compared; of the decisions, ",
                           FormatCount(response->replayed_equal()), " are derived equally, ",
                           FormatCount(response->replayed_different()), " differently, ",
                           FormatCount(response->not_replayable()), " cannot be"));
}

void Delete(Session& session, const v1::DeleteBackupsRequest& request) {
  session.set_call_timeout(kLongCall);
  const auto response = session.Ask(&Servers::DeleteBackups, request);
  if (!response || session.PrintedAsJson(*response)) return;
  for (const std::string& name : response->deleted())
    session.Say(absl::StrCat(name, " is deleted"));
  if (response->deleted().empty()) session.Say("There are no more backups than that.");
}

void Check(Session& session, const v1::CheckStoreRequest& request) {
  session.set_call_timeout(kLongCall);
  const auto response = session.Ask(&Servers::CheckStore, request);
  if (!response) return;
  if (session.PrintedAsJson(*response)) {
    session.Finish(response->findings().empty() ? kExitGood : kExitBad);
    return;
  }
  PrintFindings(session, *response);
  session.Say(absl::StrCat(FormatCount(response->revisions()), " revisions, ",
                           FormatCount(response->rows()), " rows and ",
                           FormatCount(response->decisions()), " decisions were read"));
}

void AddCreate(CLI::App* parent, Session& session) {
  auto no_wait = std::make_shared<bool>(false);
  Command* command = AddCommand(
      *parent, "create",
      {"Copy store and evidence log while they are in use",
       "Into the backup_dir of the server's configuration. Files that an earlier backup has are "
       "shared with it. No key, token or certificate is in it, nor the index of names and the "
       "watch, which can be made again, nor the files of loads that were not committed: upload "
       "those again.",
       {{"Each night", "probity backup create"}},
       {{0, "the backup is whole"}},
       {"backup verify", "backup delete"}});
  command->add_flag("--no_wait", *no_wait, "Only begin it; \"probity backup list\" shows the end");
  command->callback([&session, no_wait] { Create(session, *no_wait); });
}

void AddList(CLI::App* parent, Session& session) {
  AddCommand(*parent, "list",
             {"Show the backups, newest first",
              "Those that failed are shown until the server is restarted.",
              {{"", "probity backup list"}},
              {{0, "it answered"}},
              {}})
      ->callback([&session] { List(session); });
}

void AddVerify(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::VerifyBackupRequest>();
  Command* command = AddCommand(
      *parent, "verify",
      {"Read a backup whole, and derive decisions again from it",
       "Compares the checksum of every file. With --replay, the newest recorded decisions of the "
       "backup are derived again from what they recorded and from the revision they were made "
       "from, read from the backup: each must come out byte by byte as it was.",
       {{"", "probity backup verify 7 --replay 1000"}},
       {{0, "sound"}, {1, "damage is named"}},
       {"backup create"}});
  AddParsed(
      command, kBackup, kBackup, &ParseBackup,
      [request](const std::string& name) { request->set_name(name); },
      "Number, as \"probity backup list\" shows it")
      ->required();
  AddParsed(
      command, "--replay", "COUNT", &ParseCount,
      [request](int count) { request->set_replay_decisions(count); },
      "Decisions to derive again, newest first, at most 10,000. Without: none");
  command->callback([&session, request] { Verify(session, *request); });
}

void AddDelete(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::DeleteBackupsRequest>();
  Command* command = AddCommand(*parent, "delete",
                                {"Delete all but the newest backups",
                                 "",
                                 {{"", "probity backup delete --keep 30"}},
                                 {{0, "done"}},
                                 {"backup create"}});
  AddParsed(
      command, "--keep", "COUNT", &ParseCount, [request](int count) { request->set_keep(count); },
      "How many stay, 1 or more")
      ->required();
  command->callback([&session, request] { Delete(session, *request); });
}

}  // namespace

void AddBackup(CLI::App& app, Session& session) {
  Command* command =
      AddCommand(app, "backup",
                 {"Back the server up",
                  "Copies are put back with \"probityd restore\", while the server is stopped: "
                  "docs/OPERATIONS.md has the steps for each case.",
                  {{"", "probity backup create"}},
                  {{0, "done"}},
                  {"check-store"}});
  command->require_subcommand(1);
  AddCreate(command, session);
  AddList(command, session);
  AddVerify(command, session);
  AddDelete(command, session);
}

void AddCheckStore(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::CheckStoreRequest>();
  Command* command = AddCommand(
      app, "check-store",
      {"Look for damage in the server's files while it runs",
       "Reads all of store and evidence log: checksums, the chain of revisions, whether records, "
       "index and changes agree, every decision, the tree over them and the signatures. "
       "\"probityd check-store\" does the same for a stopped server.",
       {{"", "probity check-store"}, {"Within a second", "probity check-store --quick"}},
       {{0, "sound"}, {1, "damage is named, with the section of docs/OPERATIONS.md that mends it"}},
       {"backup"}});
  AddFlag(
      command, "--quick", [request](bool quick) { request->set_quick(quick); },
      "Manifest, newest revision and head of the log alone");
  command->callback([&session, request] { Check(session, *request); });
}

}  // namespace probity::cli
