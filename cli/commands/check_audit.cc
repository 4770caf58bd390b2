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
    "  probity check-audit --site OS-ID:BD2021250D1DTN7 --scheme SMETA --scheme AMFORI_BSCI:C\n"
    "  probity check-audit --site datasets/d/records/s1 --scheme SMETA --max_age 365 --unannounced";
constexpr char kExitCodes[] =
    "  0 CURRENT\n"
    "  1 no current audit; all causes are listed, worst first";

struct Options {
  std::string site, as_of;
  std::vector<std::string> schemes;
  int max_age = 0;
  bool unannounced = false;
  bool allow_open_critical = false;
};

absl::StatusOr<v1::CheckAuditRequest> Request(const Options& options) {
  v1::CheckAuditRequest request;
  auto site = ParseSubject(options.site);
  if (!site.ok()) return site.status();
  *request.mutable_site() = *std::move(site);
  for (const std::string& text : options.schemes) {
    auto scheme = ParseAcceptedScheme(text);
    if (!scheme.ok()) return scheme.status();
    *request.add_accepted_schemes() = *std::move(scheme);
  }
  if (!options.as_of.empty()) {
    auto day = ParseDay(options.as_of);
    if (!day.ok()) return day.status();
    *request.mutable_as_of() = *std::move(day);
  }
  request.set_max_age_days(options.max_age);
  request.set_unannounced(options.unannounced);
  request.set_allow_open_critical(options.allow_open_critical);
  return request;
}

void PrintCauses(Session& session, const v1::CheckAuditResponse& response) {
  Table table({"cause", "finding", "why", "source"});
  for (const auto& cause : response.causes()) {
    table.Add({Cell(EnumName(cause.result()), Style::kBad), cause.finding().id(), cause.detail(),
               cause.source_record()});
  }
  session.Print(table);
}

void PrintChecked(Session& session, const v1::CheckAuditResponse& response) {
  if (response.checked().empty()) return;
  Table table({"report", "scheme", "ended", "age in days", "grade", "announcement", "source"});
  for (const auto& checked : response.checked()) {
    const auto& audit = checked.audit();
    table.Add({audit.report_no(), audit.scheme_id(), FormatDate(audit.ended_on()),
               absl::StrCat(checked.age_days()), audit.grade(), EnumWords(audit.announcement()),
               FormatProvenance(checked.provenance())});
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
  PrintCauses(session, response);
  PrintChecked(session, response);
  if (!response.not_checked().empty()) {
    session.Say("not checked: " + absl::StrJoin(response.not_checked(), ", "), Style::kDoubt);
  }
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const Options& options) {
  const auto response = session.Ask(&v1::CertificationService::Stub::CheckAudit, Request(options));
  if (!response) return;
  session.Finish(response->result() == v1::AUDIT_RESULT_CURRENT ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddCheckAudit(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "check-audit", "Ask whether a site's audit is current",
                                 kExamples, kExitCodes);
  command->add_option("--site", options->site, "The site: SCHEME:VALUE or datasets/D/records/KEY")
      ->required();
  AddRepeated(command, "--scheme", options->schemes, "Accepted scheme ID[:GRADE]; repeat it")
      ->required();
  command->add_option("--max_age", options->max_age,
                      "Most days since the audit ended; 0: the scheme's usual cycle")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--unannounced", options->unannounced, "It must have been unannounced");
  command->add_flag("--allow_open_critical", options->allow_open_critical,
                    "Open critical and zero-tolerance findings do not fail it");
  command->add_option("--as_of", options->as_of, "Day for which it is asked; today");
  command->callback([&session, options] { Check(session, *options); });
}

}  // namespace probity::cli
