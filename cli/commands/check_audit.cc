#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/subject_report.h"
#include "probity/v1/certification_service.grpc.pb.h"

namespace probity::cli {
namespace {

void PrintCauses(Session& session, const v1::CheckAuditResponse& response) {
  Table table({"cause", "finding", "why"});
  for (const auto& cause : response.causes()) {
    table.Add({Cell(EnumName(cause.result()), Style::kBad), cause.finding().id(), cause.detail()},
              SourceNote(cause.source_record()));
  }
  session.Print(table);
}

void PrintChecked(Session& session, const v1::CheckAuditResponse& response) {
  if (response.checked().empty()) return;
  Table table({"report", "scheme", "ended", "days ago", "grade", "announcement"});
  for (const auto& checked : response.checked()) {
    const auto& audit = checked.audit();
    table.Add({audit.report_no(), audit.scheme_id(), FormatDate(audit.ended_on()),
               absl::StrCat(checked.age_days()), audit.grade(), EnumWords(audit.announcement())},
              SourceNote(checked.provenance()));
  }
  session.out() << "\nAudits looked at:\n";
  session.Print(table);
}

void Render(Session& session, const v1::CheckAuditResponse& response) {
  const bool current = response.result() == v1::AUDIT_RESULT_CURRENT;
  session.Say(EnumName(response.result()), current ? Style::kGood : Style::kBad);
  if (current && response.has_valid_until()) {
    session.Say("stays so until " + FormatDate(response.valid_until()));
  }
  if (response.result() == v1::AUDIT_RESULT_NONE_ON_RECORD) {
    session.Say("No such audit in the loaded data. That does not say that there is none.");
  }
  PrintResolution(session, "site", response.resolved_site());
  PrintCauses(session, response);
  PrintChecked(session, response);
  if (!response.not_checked().empty()) {
    session.Say("not checked: " + absl::StrJoin(response.not_checked(), ", "), Style::kDoubt);
  }
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const v1::CheckAuditRequest& request) {
  const auto response = session.Ask(&v1::CertificationService::Stub::CheckAudit, request);
  if (!response) return;
  session.Finish(response->result() == v1::AUDIT_RESULT_CURRENT ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddCheckAudit(CLI::App& app, Session& session) {
  using Request = v1::CheckAuditRequest;
  auto request = std::make_shared<Request>();
  Command* command = AddCommand(
      app, "check-audit",
      {"Ask whether a site's social audit is current",
       "One audit of an accepted scheme must be young enough, good enough and free of open "
       "critical and zero-tolerance findings. All causes are listed, worst first.",
       {{"Is an audit current, by either of two schemes?",
         "probity check-audit --site OS-ID:BD2021250D1DTN7 --scheme SMETA --scheme AMFORI_BSCI:C"},
        {"An unannounced one, not older than a year",
         "probity check-audit --site OS-ID:BD2021250D1DTN7 --scheme SMETA --max_age 365 "
         "--unannounced"}},
       {{0, "CURRENT"}, {1, "no current audit: the causes are printed"}},
       {"check-cert", "flags"}});
  AddParsed(command, "--site", kSubject, &ParseSubject, Into(request, &Request::mutable_site),
            "The site")
      ->required();
  Repeatable(AddParsed(command, "--scheme", kAccepted, &ParseAcceptedScheme,
                       Into(request, &Request::add_accepted_schemes),
                       "Accepted scheme with its least grade"))
      ->required();
  AddParsed(command, "--max_age", "DAYS", &ParseCount, Into(request, &Request::set_max_age_days),
            "Most days since the audit ended. Without, or 0: the scheme's usual cycle");
  AddFlag(command, "--unannounced", Into(request, &Request::set_unannounced),
          "It must have been unannounced");
  AddFlag(command, "--allow_open_critical", Into(request, &Request::set_allow_open_critical),
          "Open critical and zero-tolerance findings do not fail it");
  AddParsed(command, "--as_of", kDay, &ParseDay, Into(request, &Request::mutable_as_of),
            "Day for which it is asked, not in the future. Without: today");
  command->callback([&session, request] { Check(session, *request); });
}

}  // namespace probity::cli
