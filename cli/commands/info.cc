#include "absl/strings/str_cat.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/text.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

std::optional<v1::GetServerInfoResponse> Ask(Session& session) {
  return session.Ask(&v1::ServerService::Stub::GetServerInfo,
                     absl::StatusOr<v1::GetServerInfoRequest>(v1::GetServerInfoRequest()));
}

void Info(Session& session) {
  const auto info = Ask(session);
  if (!info || session.PrintedAsJson(*info)) return;
  Table table;
  table.Add({"version", info->version()});
  table.Add({"revision", absl::StrCat(info->revision().revision(), ", published ",
                                      FormatTimestamp(info->published_at()))});
  table.Add({"store", info->revision().store_lineage()});
  table.Add({"suppliers", absl::StrCat(info->supplier_count())});
  table.Add({"records", absl::StrCat(info->record_count())});
  table.Add({"name matching", info->matcher_version()});
  table.Add({"limits", absl::StrCat(info->max_batch_lookup(), " lookups and ",
                                    info->max_batch_check(), " checks in one batch, ",
                                    info->max_request_bytes(), " bytes in one request")});
  for (const v1::SourceEdition& edition : info->datasets()) {
    table.Add({"dataset", edition.dataset() + "  " + FormatEdition(edition)});
  }
  session.Print(table);
}

void Formats(Session& session) {
  const auto info = Ask(session);
  if (!info || session.PrintedAsJson(*info)) return;
  Table table({"Format", "What it is"});
  for (const v1::ImportFormat& format : info->formats()) {
    table.Add({format.name(),
               format.description() + (format.needs_mapping() ? " (needs --mapping)" : "")});
  }
  session.Print(table);
}

}  // namespace

void AddInfo(CLI::App& app, Session& session) {
  AddCommand(app, "info", "Say what the server is and holds", "  probity info", "  0 it answered")
      ->callback([&session] { Info(session); });
}

void AddFormats(CLI::App& app, Session& session) {
  AddCommand(app, "formats", "List the formats of `import`", "  probity formats",
             "  0 it answered")
      ->callback([&session] { Formats(session); });
}

}  // namespace probity::cli
