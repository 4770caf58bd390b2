#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

std::optional<v1::GetServerInfoResponse> Ask(Session& session) {
  return session.Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
}

void Info(Session& session) {
  const auto info = Ask(session);
  if (!info || session.PrintedAsJson(*info)) return;
  Table table;
  table.Add({"version", info->version()});
  table.Add({"revision", absl::StrCat(info->revision().revision(), ", published ",
                                      FormatTimestamp(info->published_at()))});
  table.Add({"store", info->revision().store_lineage()});
  table.Add({"suppliers", FormatCount(info->supplier_count())});
  table.Add({"records", FormatCount(info->record_count())});
  table.Add({"name matching", info->matcher_version()});
  table.Add({"decisions", absl::StrCat(FormatCount(info->evidence_log().tree_size()), " recorded, ",
                                       FormatCount(info->evidence_log().not_recorded()),
                                       " refused because the log could not record them")});
  if (info->evidence_log().has_continuation()) {
    const v1::LogContinuation& from = info->evidence_log().continuation();
    table.Add({"evidence log",
               absl::StrCat("put back ", FormatTimestamp(from.time()), " with the first ",
                            FormatCount(from.previous_head().tree_size()),
                            " entries of the log before it; the gap behind them is ",
                            from.accepted_by().empty() ? "not accepted yet, nothing is recorded"
                                                       : "accepted by " + from.accepted_by())});
  }
  if (info->evidence_log().timestamped_tree_size() + info->evidence_log().timestamp_failures() >
      0) {
    table.Add({"time stamps",
               absl::StrCat("over ", FormatCount(info->evidence_log().timestamped_tree_size()),
                            " entries, ", FormatCount(info->evidence_log().timestamp_failures()),
                            " asked for in vain")});
  }
  table.Add(
      {"limits", absl::StrCat(FormatCount(info->max_batch_lookup()), " lookups or ",
                              FormatCount(info->max_batch_check()), " checks or ",
                              FormatCount(info->max_batch_screen()), " decisions in one batch, ",
                              FormatCount(info->max_request_bytes()), " bytes in one request")});
  session.Print(table);
  session.PrintSources("Datasets:", info->datasets());
}

void Formats(Session& session) {
  const auto info = Ask(session);
  if (!info || session.PrintedAsJson(*info)) return;
  Table table({"format", "what it is"});
  for (const v1::ImportFormat& format : info->formats()) {
    table.Add({format.name(),
               format.description() + (format.needs_mapping() ? " (needs --mapping)" : "")});
  }
  session.Print(table);
}

}  // namespace

void AddInfo(CLI::App& app, Session& session) {
  AddCommand(app, "info",
             {"Show what the server is and holds",
              "Version, revision, counts, limits and the edition of every dataset. With --json "
              "also the certification and audit schemes and the identifier schemes it knows.",
              {{"", "probity info"}},
              {{0, "it answered"}},
              {"formats", "dataset list"}})
      ->callback([&session] { Info(session); });
}

void AddFormats(CLI::App& app, Session& session) {
  AddCommand(app, "formats",
             {"List the formats of import",
              "",
              {{"", "probity formats"}},
              {{0, "it answered"}},
              {"import"}})
      ->callback([&session] { Formats(session); });
}

}  // namespace probity::cli
