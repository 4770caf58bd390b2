#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/redaction_text.h"
#include "fmt/format.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Report = v1::GetSubjectReportResponse;

// "supplier", "risk flag": what the record is, and by what name.
std::string BodyWords(const v1::Record& record) {
  const auto* field = v1::Record::descriptor()->FindFieldByNumber(record.body_case());
  std::string words = field == nullptr ? "" : field->name();
  for (char& c : words) c = c == '_' ? ' ' : c;
  const std::string& name =
      record.supplier().names_size() > 0 ? record.supplier().names(0).text() : std::string();
  return name.empty() ? words : absl::StrCat(words, "\n", name);
}

std::string MarksOf(const v1::Record& record) {
  std::string marks;
  if (record.has_retain_until()) {
    marks = absl::StrCat("keep until ", FormatDate(record.retain_until()));
  }
  if (!record.redactions().empty()) marks += marks.empty() ? "redacted" : ", redacted";
  return marks;
}

void PrintRecords(Session& session, const Report& report) {
  session.Say(absl::StrCat("Held: ", report.records_size(), " records"), Style::kHeading);
  Table table({"record", "says", "held since", "marks"});
  for (const v1::HeldRecord& held : report.records()) {
    const std::string since = held.has_held_since()
                                  ? FormatTimestamp(held.held_since())
                                  : absl::StrCat("before revision ", held.first_revision() + 1);
    table.Add({held.record().name(), BodyWords(held.record().record()), since,
               MarksOf(held.record().record())},
              SourceNote(FormatEdition(held.record().edition())));
  }
  session.Print(table);
}

void PrintDecisions(Session& session, const Report& report) {
  session.out() << '\n';
  session.Say(absl::StrCat("Used in ", report.decisions_size(), " decisions of your authority"),
              Style::kHeading);
  Table table({"decision", "when", "procedure", "verdict"});
  for (const v1::DecisionUse& use : report.decisions()) {
    table.Add({use.decision(), FormatTimestamp(use.recorded_at()), use.procedure(),
               EnumName(use.verdict())});
  }
  session.Print(table);
}

void PrintOwn(Session& session, const Report& report) {
  session.out() << '\n';
  session.Say(absl::StrCat("Your authority's own word: ", report.own_records_size(), " rows"),
              Style::kHeading);
  Table table({"row", "is"});
  for (const v1::SourceRecord& own : report.own_records()) {
    table.Add({own.name(), BodyWords(own.record())});
  }
  session.Print(table);
}

void PrintRedactions(Session& session, const Report& report) {
  session.out() << '\n';
  session.Say(absl::StrCat("Redactions: ", report.redactions_size()), Style::kHeading);
  Table table({"redaction", "record", "state", "why"});
  for (const v1::Redaction& one : report.redactions()) {
    table.Add({one.name(), one.record(), RedactionState(one), one.reason()});
  }
  session.Print(table);
}

void Ask(Session& session, const v1::GetSubjectReportRequest& request) {
  const auto report = session.Ask(&v1::DatasetService::Stub::GetSubjectReport, request);
  if (!report || session.PrintedAsJson(*report)) return;
  PrintRecords(session, *report);
  PrintDecisions(session, *report);
  PrintOwn(session, *report);
  PrintRedactions(session, *report);
  session.out() << '\n';
  session.Say(
      "Other authorities hold decisions and words of their own; each reports its own. Restricted "
      "records are shown to nobody.");
  session.PrintStamp(report->stamp());
}

// A name alone never makes an identity certain: of several hits a person picks one.
void AskByName(Session& session, const std::string& name) {
  v1::SearchSuppliersRequest search;
  search.set_query(name);
  search.set_page_size(10);
  const auto hits = session.Ask(&v1::SupplierService::Stub::SearchSuppliers, search);
  if (!hits) return;
  if (hits->hits_size() == 1) {
    v1::GetSubjectReportRequest request;
    request.set_supplier(hits->hits(0).supplier().name());
    return Ask(session, request);
  }
  session.Finish(hits->hits().empty() ? kExitBad : kExitUndetermined);
  if (session.PrintedAsJson(*hits)) return;
  Table table({"score", "name", "supplier"});
  for (const auto& hit : hits->hits()) {
    table.Add(
        {fmt::format("{:.2f}", hit.score()), hit.supplier().display_name(), hit.supplier().name()});
  }
  session.Print(table);
  session.Say(hits->hits().empty() ? "Nobody of such a name is on record."
                                   : "Several bear such a name: ask again with the supplier.");
}

void Run(Session& session, const std::string& who) {
  v1::GetSubjectReportRequest request;
  if (absl::StartsWith(who, "suppliers/")) {
    request.set_supplier(who);
  } else if (absl::StartsWith(who, "datasets/")) {
    request.set_record(who);
  } else {
    return AskByName(session, who);
  }
  Ask(session, request);
}

}  // namespace

void AddSubjectReport(CLI::App& app, Session& session) {
  auto who = std::make_shared<std::string>();
  Command* command = AddCommand(
      app, "subject-report",
      {"Show what is held on a person, and who was told",
       "Records in all datasets that you may see, with source and since when; your authority's "
       "decisions that used them, its judgements, vendor numbers, waivers and replies; and what "
       "was redacted. For an answer under GDPR art. 15, add --json.",
       {{"", "probity subject-report suppliers/1a2b3c"},
        {"By a record", "probity subject-report datasets/list/records/4711"},
        {"By name", "probity subject-report Jon Smith"}},
       {{0, "shown"}, {1, "nobody of such a name"}, {4, "several bear such a name"}},
       {"redact", "search"}});
  OneOrMore(AddParsed(
                command, "WHO", kText, &ParseText,
                [who](const std::string& word) { *who += (who->empty() ? "" : " ") + word; },
                "suppliers/ID, datasets/D/records/KEY, or the words of a name"))
      ->required();
  command->callback([&session, who] { Run(session, *who); });
}

}  // namespace probity::cli
