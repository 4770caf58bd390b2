#include "cli/load_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

constexpr int kShownRejected = 10;

bool IsPublished(const v1::Load& load) { return load.state() == v1::LOAD_STATE_COMMITTED; }

Style StyleOf(const v1::Load& load) {
  if (load.has_error()) return Style::kBad;
  return load.violations().empty() || IsPublished(load) ? Style::kGood : Style::kDoubt;
}

void PrintCounts(Session& session, const v1::Load& load, double seconds) {
  const v1::LoadCounts& counts = load.counts();
  Table table;
  table.Add({"load", load.name()});
  table.Add(
      {"state", Cell(EnumName(load.state()) + (IsPublished(load) ? "" : ": nothing was published"),
                     StyleOf(load))});
  table.Add({"rows read", FormatCount(counts.rows_read())});
  table.Add({"records",
             absl::StrCat(FormatCount(counts.added()), " added, ", FormatCount(counts.changed()),
                          " changed, ", FormatCount(counts.removed()), " removed, ",
                          FormatCount(counts.unchanged()), " unchanged")});
  table.Add({"doubtful", absl::StrCat(FormatCount(counts.refused()), " rows refused, ",
                                      FormatCount(counts.warnings()), " kept with a warning")});
  table.AddUnlessEmpty("opened by", load.created_by());
  if (load.has_approval()) {
    const v1::LoadApproval& approval = load.approval();
    table.Add({"let through by", absl::StrCat(approval.approved_by(), ": ", approval.note())});
  }
  if (load.has_revision()) {
    table.Add({"revision", absl::StrCat(load.revision().revision())});
    table.Add({"written", FormatCount(counts.change_set_bytes()) + " bytes of changes"});
  }
  if (seconds > 0) {
    const double speed = static_cast<double>(counts.rows_read()) / std::max(seconds, 0.001);
    table.Add({"took", fmt::format("{:.1f} s, {} rows/s", seconds,
                                   FormatCount(static_cast<uint64_t>(speed)))});
  }
  session.Print(table);
}

void PrintFirstRejected(Session& session, const v1::Load& load) {
  if (load.counts().refused() + load.counts().warnings() == 0) return;
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  request.set_page_size(kShownRejected);
  v1::ListRejectedRecordsResponse response;
  if (!session.Call(&Datasets::ListRejectedRecords, request, &response).ok()) return;
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

void PrintViolations(Session& session, const v1::Load& load) {
  if (load.violations().empty()) return;
  const bool held = load.state() == v1::LOAD_STATE_HELD;
  session.out() << '\n';
  session.Say(IsPublished(load) ? "A second person let this through:"
              : held            ? "It is held:"
                                : "It would be held:",
              Style::kDoubt);
  Table table;
  for (const v1::LoadViolation& violation : load.violations()) {
    table.Add({Cell(EnumName(violation.reason()), Style::kBad), violation.message()});
  }
  session.Print(table);
}

void PrintLifted(Session& session, const v1::Load& load) {
  if (load.lifted_count() == 0 || IsPublished(load)) return;
  session.out() << '\n';
  Table table({"would be lifted", "is", "would be", "rules that fire no more", "member"});
  for (const v1::LiftedVerdict& one : load.lifted()) {
    std::string rules;
    for (const std::string& rule : one.vanishing_rules()) {
      absl::StrAppend(&rules, rules.empty() ? "" : ", ", rule);
    }
    table.Add({one.display_name(), Cell(EnumName(one.before()), Style::kBad),
               Cell(EnumName(one.after()), Style::kDoubt), rules, one.member()});
  }
  session.Print(table);
  const uint64_t named = static_cast<uint64_t>(load.lifted_size());
  if (load.lifted_count() > named) {
    session.Say(absl::StrCat("And ", FormatCount(load.lifted_count() - named),
                             " more, those of other authorities among them."));
  }
}

void SayWhatNext(Session& session, const v1::Load& load) {
  switch (load.state()) {
    case v1::LOAD_STATE_HELD:
      session.Say(
          absl::StrCat("\nA second person looks and lets it through:\n  probity load "
                       "preview ",
                       load.name(), "\n  probity load approve ", load.name(), " --note WHY"));
      break;
    case v1::LOAD_STATE_VALIDATED:
    case v1::LOAD_STATE_PREVIEWED:
      session.Say(absl::StrCat("\nPublish it:\n  probity load commit ", load.name()));
      break;
    default:
      return;
  }
  session.Say(absl::StrCat("Give it up:\n  probity load abort ", load.name()));
}

std::string FieldsOf(const v1::RecordChange& change) {
  std::string text;
  for (const v1::FieldDifference& field : change.fields()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", field.path(), ": ", field.before(), " -> ",
                    field.after());
  }
  return text;
}

void PrintPreviewCounts(Session& session, const v1::LoadPreview& preview) {
  Table table;
  table.Add({"load", preview.load()});
  table.Add({"over revision", absl::StrCat(preview.base_revision())});
  table.Add(
      {"members", absl::StrCat(FormatCount(preview.members_evaluated()), " looked at, ",
                               FormatCount(preview.members_changing()), " of yours would change, ",
                               FormatCount(preview.members_of_others_changing()), " of others")});
  table.Add({"lifted",
             Cell(absl::StrCat(FormatCount(preview.lifted()), " would lose their BLOCK or REVIEW"),
                  preview.lifted() == 0 ? Style::kGood : Style::kBad)});
  table.Add({"decisions",
             absl::StrCat(FormatCount(preview.decisions_evaluated()), " looked at, ",
                          FormatCount(preview.decisions_changing()), " would come out otherwise")});
  session.Print(table);
}

void PrintBiggest(Session& session, const v1::GetLoadPreviewResponse& response) {
  if (response.biggest_changes().empty()) return;
  session.out() << '\n';
  Table table({"record", "change", "fields"});
  for (const v1::RecordChange& change : response.biggest_changes()) {
    table.Add({change.record(), EnumWords(change.kind()), FieldsOf(change)});
  }
  session.Print(table);
}

void AddImpact(const v1::LoadImpact& impact, Table* table) {
  const std::string subject = impact.member().empty() ? impact.decision() : impact.member();
  std::string records;
  for (const std::string& record : impact.records()) {
    absl::StrAppend(&records, records.empty() ? "because of " : ", ", record);
  }
  table->Add(
      {impact.display_name(), EnumName(impact.before().verdict()),
       Cell(EnumName(impact.after().verdict()), impact.lifted() ? Style::kBad : Style::kPlain),
       impact.lifted() ? "lifted" : "", subject},
      records);
}

// What is wrong with a load, and how long one that waits will.
std::string NoteOf(const v1::Load& load) {
  std::string note = load.error().message();
  if (note.empty() && load.state() == v1::LOAD_STATE_HELD && !load.violations().empty()) {
    note = load.violations(0).message();
  }
  if (!load.has_expires_at()) return note;
  return absl::StrCat(note, note.empty() ? "" : "; ", "by ", load.created_by(), ", expires ",
                      FormatTimestamp(load.expires_at()));
}

}  // namespace

void PrintLoad(Session& session, const v1::Load& load, double seconds) {
  PrintCounts(session, load, seconds);
  PrintFirstRejected(session, load);
  PrintViolations(session, load);
  PrintLifted(session, load);
  if (load.has_error()) {
    session.Say(absl::StrCat("\n", load.error().reason(), ": ", load.error().message()),
                Style::kBad);
  } else if (load.dry_run()) {
    session.Say("This was a dry run.");
  }
  SayWhatNext(session, load);
}

int ExitCodeOf(const v1::Load& load) {
  if (IsPublished(load)) return kExitGood;
  const bool well = !load.has_error() && load.violations().empty();
  const bool waits = load.state() == v1::LOAD_STATE_VALIDATED ||
                     load.state() == v1::LOAD_STATE_PREVIEWED || load.dry_run();
  return well && waits ? kExitGood : kExitRefused;
}

void PrintPreview(Session& session, const std::string& load, int most) {
  v1::GetLoadPreviewRequest request;
  request.set_load(load);
  request.set_page_size(most > 0 ? std::min(most, kPageSize) : kPageSize);
  bool is_first = true;
  do {
    const auto response = session.Ask(&Datasets::GetLoadPreview, request);
    if (!response) return;
    request.set_page_token(response->next_page_token());
    if (session.PrintedAsJson(*response)) continue;
    if (is_first) {
      PrintPreviewCounts(session, response->preview());
      PrintBiggest(session, *response);
      session.out() << '\n';
    }
    is_first = false;
    Table table({"supplier", "is", "would be", "", "member or decision"});
    for (const v1::LoadImpact& impact : response->impacts()) AddImpact(impact, &table);
    if (!table.empty()) session.Print(table);
  } while (most == 0 && !request.page_token().empty());
  if (most > 0 && !request.page_token().empty() && !session.options().json) {
    session.Say(absl::StrCat("All of them: probity load preview ", load, " --all"));
  }
}

void PrintLoads(Session& session, const std::string& dataset) {
  v1::ListLoadsRequest request;
  request.set_dataset(dataset);
  const auto response =
      session.AskAll(&Datasets::ListLoads, request, &v1::ListLoadsResponse::mutable_loads);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"load", "state", "opened", "rows", "refused"});
  for (const v1::Load& load : response->loads()) {
    table.Add({load.name(), EnumWords(load.state()), FormatTimestamp(load.created_at()),
               FormatCount(load.counts().rows_read()), FormatCount(load.counts().refused())},
              NoteOf(load));
  }
  session.Print(table);
}

void AbortLoad(Session& session, const std::string& load) {
  v1::AbortLoadRequest request;
  request.set_name(load);
  const auto ended = session.Ask(&Datasets::AbortLoad, request);
  if (!ended || session.PrintedAsJson(*ended)) return;
  session.Say(ended->state() == v1::LOAD_STATE_ABORTED
                  ? "Aborted " + load + "; nothing of it is visible."
                  : "The server gives " + load + " up, unless it is published already.",
              Style::kGood);
}

}  // namespace probity::cli
