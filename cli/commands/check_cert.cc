#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "probity/v1/certification_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExamples[] =
    "  probity check-cert --subject GB-COH:04830352 --scheme SA8000\n"
    "  probity check-cert --subject suppliers/ID --site OS-ID:BD2021250D1DTN7 --scheme GOTS \\\n"
    "      --hs 5205 --on 2026-11-24 --on 2027-11-23 --max_status_age 30\n"
    "  probity check-cert --scheme RSPO_SCC::SEGREGATED --certificate CU-RSPO-1";
constexpr char kExitCodes[] =
    "  0 VALID: one certificate holds for everything asked, on every asked day\n"
    "  1 not valid; all causes are listed, worst first";

struct Options {
  std::string subject, site, hs, cpv, process, certificate;
  std::vector<std::string> schemes, days;
  int max_status_age = 0;
};

absl::Status FillSubjects(const Options& options, v1::CheckCertificationRequest& request) {
  if (options.subject.empty() && options.certificate.empty()) {
    return absl::InvalidArgumentError("give --subject, or --certificate with one --scheme");
  }
  if (!options.subject.empty()) {
    auto subject = ParseSubject(options.subject);
    if (!subject.ok()) return subject.status();
    *request.mutable_subject() = *std::move(subject);
  }
  if (!options.site.empty()) {
    auto site = ParseSubject(options.site);
    if (!site.ok()) return site.status();
    *request.mutable_site() = *std::move(site);
  }
  return absl::OkStatus();
}

absl::Status FillCommodity(const Options& options, v1::CheckCertificationRequest& request) {
  if (options.hs.empty() && options.cpv.empty()) return absl::OkStatus();
  auto code = ParseCommodity(options.hs.empty() ? "CPV:" + options.cpv : "HS:" + options.hs);
  if (!code.ok()) return code.status();
  *request.mutable_commodity() = *std::move(code);
  return absl::OkStatus();
}

absl::Status FillLists(const Options& options, v1::CheckCertificationRequest& request) {
  for (const std::string& text : options.schemes) {
    auto scheme = ParseAcceptedScheme(text);
    if (!scheme.ok()) return scheme.status();
    *request.add_accepted_schemes() = *std::move(scheme);
  }
  for (const std::string& text : options.days) {
    auto day = ParseDay(text);
    if (!day.ok()) return day.status();
    *request.add_on_dates() = *std::move(day);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CheckCertificationRequest> Request(const Options& options) {
  v1::CheckCertificationRequest request;
  for (auto* fill : {&FillSubjects, &FillCommodity, &FillLists}) {
    const absl::Status status = fill(options, request);
    if (!status.ok()) return status;
  }
  request.set_certificate_no(options.certificate);
  request.set_process(options.process);
  request.set_max_status_age_days(options.max_status_age);
  return request;
}

void PrintCauses(Session& session, const v1::CheckCertificationResponse& response) {
  Table table({"cause", "on", "why", "source"});
  for (const auto& cause : response.causes()) {
    table.Add({Cell(EnumName(cause.result()), Style::kBad), FormatDate(cause.on()),
               cause.detail(), cause.source_record()});
  }
  session.Print(table);
}

void PrintChecked(Session& session, const v1::CheckCertificationResponse& response) {
  Table table({"certificate", "scheme", "holder", "valid", "result", "source"});
  for (const auto& checked : response.checked()) {
    const auto& certificate = checked.certification();
    const std::string from = FormatDate(certificate.valid_from());
    const std::string to = FormatDate(certificate.expires_on());
    table.Add({certificate.certificate_no(), certificate.scheme_id(),
               FormatSubject(certificate.holder()),
               absl::StrCat(from, " to ", to),
               EnumName(checked.result()), FormatProvenance(checked.provenance())});
  }
  if (table.empty() || response.checked().empty()) return;
  session.out() << "\nCertificates looked at, both ends of validity inclusive:\n";
  session.Print(table);
}

void Render(Session& session, const v1::CheckCertificationResponse& response) {
  const bool valid = response.result() == v1::CERTIFICATION_RESULT_VALID;
  session.Say(EnumName(response.result()), valid ? Style::kGood : Style::kBad);
  if (response.has_valid_until()) {
    session.Say((valid ? "stays so until " : "ends on ") + FormatDate(response.valid_until()));
  }
  if (response.result() == v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE) {
    session.Say("No such certificate in the loaded data. That does not say that there is none.");
  }
  PrintCauses(session, response);
  PrintChecked(session, response);
  if (!response.not_checked().empty()) {
    session.Say("not checked: " + absl::StrJoin(response.not_checked(), ", "), Style::kDoubt);
  }
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const Options& options) {
  const auto response =
      session.Ask(&v1::CertificationService::Stub::CheckCertification, Request(options));
  if (!response) return;
  session.Finish(response->result() == v1::CERTIFICATION_RESULT_VALID ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddCheckCert(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "check-cert", "Ask whether a certificate holds", kExamples,
                                 kExitCodes);
  command->add_option("--subject", options->subject,
                      "Who must hold it: SCHEME:VALUE, suppliers/ID or datasets/D/records/KEY");
  AddRepeated(command, "--scheme", options->schemes,
              "Accepted scheme ID[:GRADE[:COC_MODEL]]; repeat it for others")
      ->required();
  command->add_option("--site", options->site, "Site that must be covered");
  auto* hs = command->add_option("--hs", options->hs, "HS code that must be covered");
  command->add_option("--cpv", options->cpv, "CPV code that must be covered")->excludes(hs);
  command->add_option("--process", options->process, "Process, in the scheme's words");
  AddRepeated(command, "--on", options->days, "Day on which it must hold; repeat it. Today");
  command->add_option("--max_status_age", options->max_status_age,
                      "Most days since its status was checked; 0: any")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--certificate", options->certificate, "Ask about this number alone");
  command->callback([&session, options] { Check(session, *options); });
}

}  // namespace probity::cli
