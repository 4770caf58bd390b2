// The revisions of a dataset: what they are, what they changed, and the way back to one.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/load_report.h"
#include "cli/load_waiting.h"
#include "cli/progress.h"
#include "cli/read_stream.h"
#include "cli/utc_day.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

// Who let it through, of what was wrong; empty where nothing was.
std::string ApprovalNote(const v1::LoadApproval& approval) {
  if (approval.approved_by().empty()) return "";
  return absl::StrCat("let through by ", approval.approved_by(), ": ", approval.note(), " (",
                      EnumList<v1::ErrorReason>(approval.violations()), ")");
}

void Revisions(Session& session, const v1::ListRevisionsRequest& request) {
  const auto response = session.AskAll(&Datasets::ListRevisions, request,
                                       &v1::ListRevisionsResponse::mutable_revisions);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"revision", "published", "dataset", "added", "changed", "removed", "by", "note"});
  for (const v1::Revision& revision : response->revisions()) {
    const v1::LoadCounts& counts = revision.counts();
    table.Add({absl::StrCat(revision.token().revision()), FormatTimestamp(revision.published_at()),
               revision.dataset(), FormatCount(counts.added()), FormatCount(counts.changed()),
               FormatCount(counts.removed()), revision.published_by(), revision.note()},
              ApprovalNote(revision.approval()));
  }
  session.Print(table);
}

Style StyleOf(v1::RecordChangeKind kind) {
  switch (kind) {
    case v1::RECORD_CHANGE_KIND_ADDED:
      return Style::kGood;
    case v1::RECORD_CHANGE_KIND_REMOVED:
      return Style::kBad;
    default:
      return Style::kPlain;
  }
}

// "supplier.jurisdiction: GB -> IE"; one that is new or gone has one side alone.
std::string FieldLine(const v1::FieldDifference& field) {
  if (field.before().empty()) return absl::StrCat(field.path(), ": + ", field.after());
  if (field.after().empty()) return absl::StrCat(field.path(), ": - ", field.before());
  return absl::StrCat(field.path(), ": ", field.before(), " -> ", field.after());
}

void Print(Session& session, const v1::RecordChange& change) {
  session.Say(absl::StrCat(EnumWords(change.kind()), "  ", change.record()),
              StyleOf(change.kind()));
  for (const v1::FieldDifference& field : change.fields()) {
    session.out() << "    " << Printable(FieldLine(field)) << '\n';
  }
}

void Print(Session& session, const v1::DiffSummary& summary) {
  session.out() << '\n';
  session.Say(absl::StrCat("Revision ", summary.from().revision(), " to ", summary.to().revision(),
                           ": ", FormatCount(summary.added()), " added, ",
                           FormatCount(summary.changed()), " changed, ",
                           FormatCount(summary.removed()), " removed"));
  if (summary.not_sent() == 0) return;
  session.Say(
      absl::StrCat(FormatCount(summary.not_sent()), " of them are restricted and not shown"));
}

void Diff(Session& session, const v1::DiffRevisionsRequest& request) {
  ReadStream(session, &Datasets::DiffRevisions, request,
             [&](const v1::DiffRevisionsResponse& message) {
               if (session.PrintedAsJson(message)) return true;
               for (const v1::RecordChange& change : message.changes()) Print(session, change);
               if (message.has_summary()) Print(session, message.summary());
               return true;
             });
}

void Rollback(Session& session, v1::RollbackDatasetRequest request) {
  request.set_request_id(NewUuid());
  auto load = session.Ask(&Datasets::RollbackDataset, request);
  if (!load) return;
  v1::GetLoadRequest poll;
  poll.set_name(load->name());
  Progress progress(session.console());
  const grpc::Status status = AwaitLoad(
      [&](v1::Load* now) { return session.Call(&Datasets::GetLoad, poll, now); }, progress, &*load);
  progress.Clear();
  if (!status.ok()) return session.Refused(status);
  session.Finish(ExitCodeOf(*load));
  if (!session.PrintedAsJson(*load)) PrintLoad(session, *load);
}

void AddRevisions(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::ListRevisionsRequest>();
  Command* command =
      AddCommand(parent, "revisions",
                 {"List the revisions of the data, newest first",
                  "With a dataset only the revisions that changed it.",
                  {{"", "probity dataset revisions audits"},
                   {"Those of one month",
                    "probity dataset revisions audits --since 2026-10-01 --until 2026-10-31"}},
                  {{0, "done"}},
                  {"dataset diff", "dataset rollback"}});
  AddParsed(command, kDataset, kDataset, &ParseDatasetName,
            Into(request, &v1::ListRevisionsRequest::mutable_dataset), "The dataset");
  AddParsed(
      command, "--since", kDay, &ParseDay,
      [request](const v1::Date& day) { *request->mutable_published_from() = StartOfDay(day); },
      "Published on that day or later, UTC");
  AddParsed(
      command, "--until", kDay, &ParseDay,
      [request](const v1::Date& day) { *request->mutable_published_to() = EndOfDay(day); },
      "Published on that day or earlier, UTC");
  command->callback([&session, request] { Revisions(session, *request); });
}

void AddDiff(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::DiffRevisionsRequest>();
  Command* command = AddCommand(
      parent, "diff",
      {"Show what two revisions of a dataset have different",
       "Each record that is new, gone or says something else, field by field. Of datasets that "
       "may not be passed on, only that a record changed. Restricted records are counted alone.",
       {{"Since revision 41", "probity dataset diff audits 41"},
        {"What one revision changed", "probity dataset diff audits 41 42"}},
       {{0, "done"}},
       {"dataset revisions", "dataset rollback"}});
  AddParsed(command, kDataset, kDataset, &ParseDatasetName,
            Into(request, &v1::DiffRevisionsRequest::mutable_dataset), "The dataset")
      ->required();
  AddParsed(
      command, "FROM", "REVISION", &ParseCount,
      [request](int revision) { request->set_from_revision(revision); },
      "Number of the earlier revision")
      ->required();
  AddParsed(
      command, "TO", "REVISION", &ParseCount,
      [request](int revision) { request->set_to_revision(revision); },
      "Number of the later one. Without: the newest");
  command->callback([&session, request] { Diff(session, *request); });
}

void AddRollback(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::RollbackDatasetRequest>();
  Command* command = AddCommand(
      parent, "rollback",
      {"Take a dataset back to what it was at a revision",
       "Makes a new revision that undoes what came after; nothing of the past is lost, and it can "
       "be taken back likewise. Editions and the days of their checks come back too, so that the "
       "list may be too old now. Judgements, waivers and settings of the dataset stay.\n\n"
       "It goes the way of a load: guard rails may hold it until a second person lets it through.",
       {{"See first what would change",
         "probity dataset rollback audits --to 41 --note \"wrong file\" --preview"},
        {"", "probity dataset rollback audits --to 41 --note \"wrong file\""}},
       {{0, "published; with --preview: nothing would hold it"}},
       {"dataset revisions", "dataset diff", "dataset affected"}});
  AddParsed(command, kDataset, kDataset, &ParseDatasetName,
            Into(request, &v1::RollbackDatasetRequest::mutable_dataset), "The dataset")
      ->required();
  AddParsed(
      command, "--to", "REVISION", &ParseCount,
      [request](int revision) { request->set_revision(revision); },
      "Number of the revision whose state comes back")
      ->required();
  AddParsed(command, "--note", kText, &ParseText,
            Into(request, &v1::RollbackDatasetRequest::mutable_note), "Why, for the audit trail")
      ->required();
  AddFlag(command, "--preview", Into(request, &v1::RollbackDatasetRequest::set_preview_only),
          "Work out what would change; publish nothing");
  command->callback([&session, request] { Rollback(session, *request); });
}

}  // namespace

void AddDatasetRevisions(CLI::App& parent, Session& session) {
  AddRevisions(parent, session);
  AddDiff(parent, session);
  AddRollback(parent, session);
}

}  // namespace probity::cli
