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

void PrintCauses(Session& session, const v1::CheckCertificationResponse& response) {
  Table table({"cause", "on", "why"});
  for (const auto& cause : response.causes()) {
    table.Add({Cell(EnumName(cause.result()), Style::kBad), FormatDate(cause.on()), cause.detail()},
              SourceNote(cause.source_record()));
  }
  session.Print(table);
}

// Whoever named the holder need not be told it again.
void PrintChecked(Session& session, bool with_holder,
                  const v1::CheckCertificationResponse& response) {
  if (response.checked().empty()) return;
  Table table({"certificate", "scheme", "holder", "valid", "result"});
  for (const auto& checked : response.checked()) {
    const auto& certificate = checked.certification();
    table.Add({certificate.certificate_no(), certificate.scheme_id(),
               with_holder ? FormatName(certificate.holder()) : "",
               absl::StrCat(FormatDate(certificate.valid_from()), " to ",
                            FormatDate(certificate.expires_on())),
               EnumName(checked.result())},
              SourceNote(checked.provenance()));
  }
  session.out() << "\nCertificates looked at, both ends of validity inclusive:\n";
  session.Print(table);
}

void Render(Session& session, bool with_holder, const v1::CheckCertificationResponse& response) {
  const bool valid = response.result() == v1::CERTIFICATION_RESULT_VALID;
  session.Say(EnumName(response.result()), valid ? Style::kGood : Style::kBad);
  if (response.has_valid_until()) {
    session.Say((valid ? "stays so until " : "held until ") + FormatDate(response.valid_until()));
  }
  if (response.result() == v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE) {
    session.Say("No such certificate in the loaded data. That does not say that there is none.");
  }
  PrintResolution(session, "subject", response.resolved_subject());
  PrintResolution(session, "site", response.resolved_site());
  PrintCauses(session, response);
  PrintChecked(session, with_holder, response);
  if (!response.not_checked().empty()) {
    session.Say("not checked: " + absl::StrJoin(response.not_checked(), ", "), Style::kDoubt);
  }
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const v1::CheckCertificationRequest& request) {
  if (!request.has_subject() && request.certificate_no().empty()) {
    return session.Usage(
        absl::InvalidArgumentError("give --subject, or --certificate with one --scheme"));
  }
  const auto response = session.Ask(&v1::CertificationService::Stub::CheckCertification, request);
  if (!response) return;
  session.Finish(response->result() == v1::CERTIFICATION_RESULT_VALID ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, !request.has_subject(), *response);
}

// --hs and --cpv, of which one may be given.
void AddCommodities(Command* command,
                    const std::shared_ptr<v1::CheckCertificationRequest>& request) {
  const auto set = Into(request, &v1::CheckCertificationRequest::mutable_commodity);
  CLI::Option* hs = AddParsed(command, "--hs", "CODE", &ParseHs, set,
                              "HS code that must be covered: 2, 4 or 6 digits");
  AddParsed(command, "--cpv", "CODE", &ParseCpv, set,
            "CPV code that must be covered, with or without its check digit")
      ->excludes(hs);
}

}  // namespace

void AddCheckCert(CLI::App& app, Session& session) {
  using Request = v1::CheckCertificationRequest;
  auto request = std::make_shared<Request>();
  Command* command = AddCommand(
      app, "check-cert",
      {"Ask whether a certificate holds",
       "One certificate must hold for everything that is asked, on every day that is asked; both "
       "ends of its validity count. If none does, all causes are listed, worst first. A "
       "certificate is dated evidence about a site: it never cancels a labour-risk fact.",
       {{"Does the company hold a certificate today?",
         "probity check-cert --subject GB-COH:04830352 --scheme SA8000"},
        {"Cotton fabric from one site, on the day of award and at the end of the contract",
         "probity check-cert --subject GB-COH:04830352 --scheme GOTS "
         "--site OS-ID:BD2021250D1DTN7 --hs 5208 --on 2026-11-24 --on 2027-11-23"},
        {"A certificate by its number",
         "probity check-cert --scheme RSPO_SCC::SEGREGATED --certificate CU-RSPO-1"}},
       {{0, "VALID"}, {1, "not valid: the causes are printed"}},
       {"check-audit", "flags"}});
  AddParsed(command, "--subject", kSubject, &ParseSubject, Into(request, &Request::mutable_subject),
            "Who must hold it");
  Repeatable(AddParsed(command, "--scheme", kAccepted, &ParseAcceptedScheme,
                       Into(request, &Request::add_accepted_schemes), "Accepted scheme"))
      ->required();
  AddParsed(command, "--site", kSubject, &ParseSubject, Into(request, &Request::mutable_site),
            "Site that must be covered");
  AddCommodities(command, request);
  AddParsed(command, "--process", kText, &ParseText, Into(request, &Request::mutable_process),
            "Process that must be covered, in the scheme's words");
  Repeatable(AddParsed(command, "--on", kDay, &ParseDay, Into(request, &Request::add_on_dates),
                       "Day on which it must hold, also in the future. Without: today"));
  AddParsed(command, "--max_status_age", "DAYS", &ParseCount,
            Into(request, &Request::set_max_status_age_days),
            "Most days since its status was checked. Without, or 0: any");
  AddParsed(command, "--certificate", kText, &ParseText,
            Into(request, &Request::mutable_certificate_no),
            "Ask about the certificate of this number alone");
  command->callback([&session, request] { Check(session, *request); });
}

}  // namespace probity::cli
