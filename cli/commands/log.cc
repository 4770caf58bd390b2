#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "cli/trust_files.h"
#include "evidence/keys.h"
#include "evidence/trust.h"
#include "google/protobuf/util/json_util.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Screenings = v1::ScreeningService::Stub;

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  return json + "\n";
}

void Checkpoint(Session& session, const v1::GetCheckpointRequest& request,
                const std::string& path) {
  const auto response = session.Ask(&Screenings::GetCheckpoint, request);
  if (!response) return;
  WriteOrPrint(session, path, ToJson(response->checkpoint()),
               absl::StrCat("Checkpoint of size ", response->checkpoint().head().tree_size()));
}

absl::StatusOr<v1::LogCheckpoint> ReadCheckpoint(const std::string& path) {
  auto text = ReadWhole(path);
  if (!text.ok()) return text.status();
  v1::LogCheckpoint checkpoint;
  if (google::protobuf::util::JsonStringToMessage(*text, &checkpoint).ok()) return checkpoint;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no checkpoint; \"probity log checkpoint\" makes one"));
}

void VerifyConsistency(Session& session, const std::string& older_path,
                       const std::string& newer_path, const TrustFiles& files) {
  auto older = ReadCheckpoint(older_path);
  if (!older.ok()) return session.Usage(older.status());
  auto newer = ReadCheckpoint(newer_path);
  if (!newer.ok()) return session.Usage(newer.status());
  auto trust = ReadTrust(files);
  if (!trust.ok()) return session.Usage(trust.status());
  const evidence::Finding finding = evidence::CheckConsistency(older->head(), *newer, *trust);
  session.Finish(finding.ok() ? kExitGood : kExitBad);
  if (finding.ok()) {
    session.Say(
        absl::StrCat("CONSISTENT  the log of ", newer->head().tree_size(),
                     " leaves begins with all ", older->head().tree_size(), " of the older one"),
        Style::kGood);
    return;
  }
  session.Say(absl::StrCat("REFUSED  ", EnumName(finding.fault)), Style::kBad);
  session.Say(finding.explanation);
}

void Keys(Session& session, bool history, bool pem) {
  const auto response = session.Ask(&Screenings::ListLogKeys, v1::ListLogKeysRequest());
  if (!response) return;
  if (history) {
    session.out() << ToJson(response->history());
    return;
  }
  if (pem) {
    for (const v1::LogKey& key : response->keys()) {
      session.out() << evidence::PublicKeyToPem(key.public_key());
    }
    return;
  }
  if (session.PrintedAsJson(*response)) return;
  Table table({"key", "signs from", "to", "revoked after"});
  for (const v1::LogKey& key : response->keys()) {
    table.Add(
        {absl::BytesToHexString(key.key_id()), absl::StrCat(key.first_tree_size()),
         key.has_replaced_at_tree_size() ? absl::StrCat(key.replaced_at_tree_size()) : "now",
         key.has_revoked_after_tree_size() ? absl::StrCat(key.revoked_after_tree_size()) : ""});
  }
  session.Print(table);
  session.Say("Compare the key with the one that the log's operator published.");
}

void AddCheckpoint(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::GetCheckpointRequest>();
  auto path = std::make_shared<std::string>();
  Command* command = AddCommand(
      *parent, "checkpoint",
      {"Fetch the log's newest signed head, for a witness outside",
       "A witness keeps checkpoints where the log's operator cannot reach them. A later one proves "
       "that nothing was taken out or rewritten since.",
       {{"", "probity log checkpoint --out monday.json"},
        {"A week later, with the proof from then",
         "probity log checkpoint --since 4711 --out today.json"}},
       {{0, "done"}},
       {"log verify-consistency"}});
  AddParsed(
      command, "--since", "SIZE", &ParseCount,
      [request](int size) { request->set_old_tree_size(static_cast<uint64_t>(size)); },
      "Size of the checkpoint that the witness has: adds the proof from it");
  command->add_option("--out", *path, "File to write. Without: standard output")->type_name(kFile);
  command->callback([&session, request, path] { Checkpoint(session, *request, *path); });
}

void AddVerifyConsistency(CLI::App* parent, Session& session) {
  auto older = std::make_shared<std::string>();
  auto newer = std::make_shared<std::string>();
  auto files = std::make_shared<TrustFiles>();
  Command* command =
      AddCommand(*parent, "verify-consistency",
                 {"Verify that a later checkpoint continues an older one, without a server",
                  "",
                  {{"", "probity log verify-consistency monday.json today.json --key log.pub"}},
                  {{0, "consistent"}, {1, "refused: the reason is printed"}},
                  {}});
  command->add_option("OLD", *older, "The older checkpoint")->type_name(kFile)->required();
  command->add_option("NEW", *newer, "The newer one, made with --since")
      ->type_name(kFile)
      ->required();
  AddTrustOptions(command, files);
  command->callback(
      [&session, older, newer, files] { VerifyConsistency(session, *older, *newer, *files); });
}

void AddKeys(CLI::App* parent, Session& session) {
  auto history = std::make_shared<bool>(false);
  auto pem = std::make_shared<bool>(false);
  Command* command = AddCommand(*parent, "keys",
                                {"Show the keys that signed the log",
                                 "Compare their ids with those that the log's operator published.",
                                 {{"For verifying offline", "probity log keys --pem"}},
                                 {{0, "done"}},
                                 {}});
  command->add_flag("--history", *history, "The statements about them as JSON, for --key_history");
  command->add_flag("--pem", *pem, "The public keys as PEM, for --key");
  command->callback([&session, history, pem] { Keys(session, *history, *pem); });
}

}  // namespace

void AddLog(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "log",
      {"Witness the evidence log",
       "Decisions, and acts of administration where the server records them, stand in a log that "
       "only grows, under signed heads. Who keeps a head can prove later whether the log was "
       "rewritten.",
       {{"", "probity log keys"}},
       {{0, "done"}},
       {"decision"}});
  command->require_subcommand(1);
  AddCheckpoint(command, session);
  AddVerifyConsistency(command, session);
  AddKeys(command, session);
  AddLogActs(command, session);
}

}  // namespace probity::cli
