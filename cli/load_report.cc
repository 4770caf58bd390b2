#include "cli/load_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr int kShownRejected = 10;

void PrintCounts(Session& session, const v1::Load& load, double seconds) {
  const v1::LoadCounts& counts = load.counts();
  const bool committed = load.state() == v1::LOAD_STATE_COMMITTED;
  Table table;
  table.Add({"load", load.name()});
  table.Add({"state", Cell(EnumName(load.state()) + (committed ? "" : ": nothing was published"),
                           load.has_error() ? Style::kBad : Style::kGood)});
  table.Add({"rows read", FormatCount(counts.rows_read())});
  table.Add({"records",
             absl::StrCat(FormatCount(counts.added()), " added, ", FormatCount(counts.changed()),
                          " changed, ", FormatCount(counts.removed()), " removed, ",
                          FormatCount(counts.unchanged()), " unchanged")});
  table.Add({"doubtful", absl::StrCat(FormatCount(counts.refused()), " rows refused, ",
                                      FormatCount(counts.warnings()), " kept with a warning")});
  if (load.has_revision()) {
    table.Add({"revision", absl::StrCat(load.revision().revision())});
    table.Add({"written", FormatCount(counts.change_set_bytes()) + " bytes of changes"});
  }
  const double speed = static_cast<double>(counts.rows_read()) / std::max(seconds, 0.001);
  table.Add({"took", fmt::format("{:.1f} s, {} rows/s", seconds,
                                 FormatCount(static_cast<uint64_t>(speed)))});
  session.Print(table);
}

void PrintRejected(Session& session, const v1::Load& load) {
  if (load.counts().refused() + load.counts().warnings() == 0) return;
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  request.set_page_size(kShownRejected);
  v1::ListRejectedRecordsResponse response;
  if (!session.Call(&v1::DatasetService::Stub::ListRejectedRecords, request, &response).ok()) {
    return;
  }
  session.out() << '\n';
  Table table({"row", "column", "reason", "what is wrong"});
  for (const v1::RejectedRecord& row : response.rejected()) {
    table.Add({absl::StrCat(row.file_name(), ":", row.line()), row.column(),
               Cell(EnumName(row.reason()), row.kept() ? Style::kDoubt : Style::kBad),
               (row.kept() ? "kept: " : "refused: ") + row.message()});
  }
  session.Print(table);
  if (!response.next_page_token().empty()) {
    session.Say("All of them: probity dataset rejected " + load.name());
  }
}

}  // namespace

void PrintLoad(Session& session, const v1::Load& load, double seconds) {
  PrintCounts(session, load, seconds);
  PrintRejected(session, load);
  if (load.has_error()) {
    session.Say(absl::StrCat("\n", load.error().reason(), ": ", load.error().message()),
                Style::kBad);
  } else if (load.dry_run()) {
    session.Say("This was a dry run.");
  }
}

}  // namespace probity::cli
