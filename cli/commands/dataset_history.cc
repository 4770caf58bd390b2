// The past of a dataset: revisions, differences, rollback, affected decisions, export and
// legal holds.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/crc32c.h"
#include "cli/load_report.h"
#include "cli/load_waiting.h"
#include "cli/part_file.h"
#include "cli/progress.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Service = v1::DatasetService::Stub;

// 00:00 UTC of the day, and of the one behind it.
google::protobuf::Timestamp StartOf(const v1::Date& date) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  google::protobuf::Timestamp start;
  start.set_seconds(absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())));
  return start;
}
google::protobuf::Timestamp EndOf(const v1::Date& date) {
  google::protobuf::Timestamp end = StartOf(date);
  end.set_seconds(end.seconds() + 24 * 60 * 60);
  return end;
}

// Who let it through, of what was wrong; empty where nothing was.
std::string ApprovalNote(const v1::LoadApproval& approval) {
  if (approval.approved_by().empty()) return "";
  return absl::StrCat("let through by ", approval.approved_by(), ": ", approval.note(), " (",
                      EnumList<v1::ErrorReason>(approval.violations()), ")");
}

void Revisions(Session& session, const v1::ListRevisionsRequest& request) {
  const auto response = session.AskAll(&Service::ListRevisions, request,
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

// Reads a stream to its end; false when it ended otherwise, which was said.
template <typename Response, typename Open, typename Take>
bool ReadStream(Session& session, const Open& open, const Take& take) {
  grpc::ClientContext context;
  grpc::Status status = session.PrepareStream(context);
  if (status.ok()) {
    const auto stub = v1::DatasetService::NewStub(session.Channel());
    const auto stream = open(*stub, &context);
    Response message;
    bool go_on = true;
    while (go_on && stream->Read(&message)) go_on = take(message);
    if (!go_on) context.TryCancel();
    status = stream->Finish();
    if (!go_on) return false;
  }
  if (!status.ok()) session.Refused(status);
  return status.ok();
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
  ReadStream<v1::DiffRevisionsResponse>(
      session,
      [&](v1::DatasetService::Stub& stub, grpc::ClientContext* context) {
        return stub.DiffRevisions(context, request);
      },
      [&](const v1::DiffRevisionsResponse& message) {
        if (session.PrintedAsJson(message)) return true;
        for (const v1::RecordChange& change : message.changes()) Print(session, change);
        if (message.has_summary()) Print(session, message.summary());
        return true;
      });
}

void Rollback(Session& session, v1::RollbackDatasetRequest request) {
  request.set_request_id(NewRequestId());
  auto load = session.Ask(&Service::RollbackDataset, request);
  if (!load) return;
  v1::GetLoadRequest poll;
  poll.set_name(load->name());
  Progress progress(session.console());
  const grpc::Status status = AwaitLoad(
      [&](v1::Load* now) { return session.Call(&Service::GetLoad, poll, now); }, progress, &*load);
  progress.Clear();
  if (!status.ok()) return session.Refused(status);
  session.Finish(ExitCodeOf(*load));
  if (!session.PrintedAsJson(*load)) PrintLoad(session, *load);
}

struct ExportOptions {
  v1::ExportDatasetRequest request;
  std::string output;  // empty: standard output
};

void Say(Session& session, const v1::ExportSummary& summary) {
  std::ostream& err = session.console().err;
  err << FormatCount(summary.records()) << " records of revision "
      << summary.stamp().revision().revision() << ", sha256 " << summary.sha256() << '\n';
  if (summary.left_out() > 0) {
    err << "  left out: " << FormatCount(summary.left_out())
        << " that are restricted or may no longer be kept\n";
  }
  if (summary.past() > 0) {
    err << "  not in it: " << FormatCount(summary.past())
        << " that the newest edition no longer lists\n";
  }
  if (summary.not_expressible() > 0) {
    err << "  lost: " << FormatCount(summary.not_expressible())
        << " parts that the format has no place for; jsonl has a place for everything\n";
  }
}

// A file that was not read to its end does not get its name.
void Export(Session& session, const ExportOptions& options) {
  std::optional<PartFile> file;
  if (!options.output.empty()) file.emplace(options.output);
  std::ostream& out = file.has_value() ? file->stream() : session.out();
  bool whole = false;
  const bool read = ReadStream<v1::ExportDatasetResponse>(
      session,
      [&](v1::DatasetService::Stub& stub, grpc::ClientContext* context) {
        return stub.ExportDataset(context, options.request);
      },
      [&](const v1::ExportDatasetResponse& message) {
        out << message.data();
        whole = message.has_summary();
        if (whole) {
          Say(session, message.summary());
          if (file.has_value()) session.PrintedAsJson(message.summary());
        }
        return out.good();
      });
  out.flush();
  absl::Status written;
  if (!file.has_value()) {
    if (!out.good()) written = absl::InvalidArgumentError("standard output cannot be written");
  } else {
    written = read && whole ? file->Keep() : file->Check();
  }
  if (!written.ok()) session.Usage(written);
}

std::string NameOf(const v1::AffectedDecision& decision) {
  if (decision.display_name().empty()) return decision.decision();
  return absl::StrCat(decision.display_name(), ", ", decision.decision());
}

void Affected(Session& session, const v1::ListAffectedDecisionsRequest& first) {
  v1::ListAffectedDecisionsRequest request = first;
  Table table({"recorded", "procedure", "decided", "today", "supplier and decision"});
  bool changed = false;
  do {
    const auto page = session.Ask(&Service::ListAffectedDecisions, request);
    if (!page) return;
    request.set_page_token(page->next_page_token());
    for (const v1::AffectedDecision& one : page->decisions()) {
      changed = changed || one.corrected_verdict() != one.recorded_verdict();
      table.Add(
          {FormatTimestamp(one.recorded_at()), one.procedure(), EnumName(one.recorded_verdict()),
           one.has_error() ? one.error().reason() : EnumName(one.corrected_verdict()), NameOf(one)},
          absl::StrJoin(one.records(), ", "));
    }
    session.PrintedAsJson(*page);
  } while (!request.page_token().empty());
  if (changed) session.Finish(kExitUndetermined);
  if (session.options().json) return;
  if (table.empty()) return session.Say("No recorded decision cites it.");
  session.Print(table);
}

void SetHold(Session& session, v1::SetLegalHoldRequest request) {
  request.set_request_id(NewRequestId());
  const auto hold = session.Ask(&Service::SetLegalHold, request);
  if (!hold || session.PrintedAsJson(*hold)) return;
  session.Say(
      absl::StrCat(hold->name(), " keeps everything from revision ", hold->from_revision(), " on."),
      Style::kGood);
}

void ReleaseHold(Session& session, const v1::ReleaseLegalHoldRequest& request) {
  const auto hold = session.Ask(&Service::ReleaseLegalHold, request);
  if (!hold || session.PrintedAsJson(*hold)) return;
  session.Say(absl::StrCat(hold->name(), " is released, by ", hold->released_by(), "."),
              Style::kGood);
}

void Holds(Session& session) {
  const auto response = session.Ask(&Service::ListLegalHolds, v1::ListLegalHoldsRequest());
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"hold", "dataset", "from revision", "set", "by", "released", "reason"});
  for (const v1::LegalHold& hold : response->holds()) {
    table.Add({hold.name(), hold.dataset().empty() ? "all" : hold.dataset(),
               absl::StrCat(hold.from_revision()), FormatTimestamp(hold.set_at()), hold.set_by(),
               hold.released_by().empty() ? "" : FormatTimestamp(hold.released_at()),
               hold.reason()});
  }
  session.Print(table);
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
      [request](const v1::Date& day) { *request->mutable_published_from() = StartOf(day); },
      "Published on that day or later, UTC");
  AddParsed(
      command, "--until", kDay, &ParseDay,
      [request](const v1::Date& day) { *request->mutable_published_to() = EndOf(day); },
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

void AddExport(CLI::App& parent, Session& session) {
  auto options = std::make_shared<ExportOptions>();
  std::shared_ptr<v1::ExportDatasetRequest> request(options, &options->request);
  request->set_format(v1::EXPORT_FORMAT_JSONL);
  Command* command = AddCommand(
      parent, "export",
      {"Write a dataset to a file",
       "The records that its newest edition holds. jsonl and csv can be imported again; csv has no "
       "place for some parts, which are counted. ftm are FollowTheMoney entities. Restricted "
       "records and those that may no longer be kept are left out and counted; a dataset that may "
       "not be passed on is refused. Counts of one to four people leave as \"fewer than five\".",
       {{"", "probity dataset export audits --output audits.jsonl"},
        {"As it was known on a day",
         "probity dataset export audits --format csv --known_at 2026-10-01 --output audits.csv"}},
       {{0, "written to its end"}},
       {"import", "formats"}});
  AddParsed(command, kDataset, kDataset, &ParseDatasetName,
            Into(request, &v1::ExportDatasetRequest::mutable_dataset), "The dataset")
      ->required();
  AddEnum<v1::ExportFormat>(command, "--format",
                            Into(request, &v1::ExportDatasetRequest::set_format), "Format")
      ->default_str("jsonl");
  AddParsed(
      command, "--known_at", kDay, &ParseDay,
      [request](const v1::Date& day) {
        *request->mutable_consistency()->mutable_known_at() = EndOf(day);
      },
      "As it was known at the end of that day, UTC");
  command->add_option("--output", options->output, "File to write. Without: standard output")
      ->type_name(kFile);
  command->callback([&session, options] { Export(session, *options); });
}

void AddAffected(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::ListAffectedDecisionsRequest>();
  Command* command = AddCommand(
      parent, "affected",
      {"List the recorded decisions that rest on what was corrected",
       "Decisions of your authority that cited a record as it was before it was corrected, "
       "withdrawn or rolled back, with the verdict that today's data give.",
       {{"What a load or rollback touched, by its revision",
         "probity dataset affected --revision 42"},
        {"", "probity dataset affected --record datasets/wro/records/2019-07"}},
       {{0, "none of them would be decided otherwise today"},
        {4, "at least one would, or could not be decided again"}},
       {"dataset revisions", "decision get", "decision replay"}});
  CLI::Option* record =
      AddParsed(command, "--record", kRecord, &ParseText,
                Into(request, &v1::ListAffectedDecisionsRequest::mutable_record), "One record");
  AddParsed(
      command, "--revision", "REVISION", &ParseCount,
      [request](int revision) { request->set_revision(revision); }, "All that one revision changed")
      ->excludes(record);
  command->callback([&session, request] { Affected(session, *request); });
}

void AddHold(CLI::App& parent, Session& session) {
  Command* command = AddCommand(parent, "hold",
                                {"Keep what retention or an erasure would take",
                                 "",
                                 {{"", "probity dataset hold list"}},
                                 {{0, "done"}},
                                 {"dataset revisions"}});
  command->require_subcommand(1);
  auto set = std::make_shared<v1::SetLegalHoldRequest>();
  std::shared_ptr<v1::LegalHold> hold(set, set->mutable_hold());
  Command* setting = AddCommand(
      *command, "set",
      {"Set a legal hold",
       "While it stands, no revision that is readable now is swept, and no record of the dataset "
       "is erased. Without a dataset it keeps all.",
       {{"", "probity dataset hold set audits --reason \"order 7/2026 of the Court of Audit\""}},
       {{0, "it stands"}},
       {"dataset hold release"}});
  AddParsed(setting, kDataset, kDataset, &ParseDatasetName,
            Into(hold, &v1::LegalHold::mutable_dataset), "The dataset. Without: all");
  AddParsed(setting, "--reason", kText, &ParseText, Into(hold, &v1::LegalHold::mutable_reason),
            "Why, with the reference of the order")
      ->required();
  setting->callback([&session, set] { SetHold(session, *set); });
  auto release = std::make_shared<v1::ReleaseLegalHoldRequest>();
  Command* releasing = AddCommand(*command, "release",
                                  {"End a legal hold",
                                   "",
                                   {{"", "probity dataset hold release legalHolds/3f0c2a9e"}},
                                   {{0, "it is released"}},
                                   {"dataset hold list"}});
  AddParsed(releasing, "HOLD", "HOLD", &ParseText,
            Into(release, &v1::ReleaseLegalHoldRequest::mutable_name),
            "The hold, as \"probity dataset hold list\" shows it")
      ->required();
  releasing->callback([&session, release] { ReleaseHold(session, *release); });
  AddCommand(*command, "list",
             {"List legal holds, newest first, released ones too",
              "",
              {{"", "probity dataset hold list"}},
              {{0, "done"}},
              {"dataset hold set"}})
      ->callback([&session] { Holds(session); });
}

}  // namespace

void AddDatasetHistory(CLI::App& parent, Session& session) {
  AddRevisions(parent, session);
  AddDiff(parent, session);
  AddRollback(parent, session);
  AddAffected(parent, session);
  AddExport(parent, session);
  AddHold(parent, session);
}

}  // namespace probity::cli
