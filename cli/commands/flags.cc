#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/flag_report.h"
#include "cli/subject_report.h"
#include "probity/v1/risk_service.grpc.pb.h"

namespace probity::cli {
namespace {

int CodeOf(const v1::ListRiskFlagsResponse& response) {
  const v1::SubjectResolution& subject = response.resolved_subject();
  if (AnyInForce(response.flags()) || IsUnknown(subject)) return kExitBad;
  const bool ambiguous = subject.outcome() == v1::LOOKUP_OUTCOME_AMBIGUOUS;
  return ambiguous || response.sources_searched().empty() ? kExitUndetermined : kExitGood;
}

void Render(Session& session, const v1::ListRiskFlagsResponse& response) {
  PrintResolution(session, "subject", response.resolved_subject());
  PrintFlags(session, response.flags());
  if (response.sources_searched().empty()) {
    session.Say(
        "No loaded source holds flags: nothing was searched, and nothing can be read "
        "from that.",
        Style::kDoubt);
  } else if (!AnyInForce(response.flags())) {
    session.Say("None in force in the sources searched. That is no clearance of the supplier.");
  }
  session.PrintSources("Searched:", response.sources_searched());
  session.PrintStamp(response.stamp());
}

void Flags(Session& session, const v1::ListRiskFlagsRequest& request) {
  const auto response = session.AskAll(&v1::RiskService::Stub::ListRiskFlags, request,
                                       &v1::ListRiskFlagsResponse::mutable_flags);
  if (!response) return;
  session.Finish(CodeOf(*response));
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddFlags(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::ListRiskFlagsRequest>();
  Command* command = AddCommand(
      app, "flags",
      {"List the labour-risk facts about a supplier or site",
       "Import bans, debarments, court decisions, regulators' findings and reports, each with its "
       "stage, legal measure, ILO indicators of forced labour, remedy and source. None on record "
       "is no clearance.",
       {{"What is on record today?", "probity flags GB-COH:04830352"},
        {"What was in force on the day of award, and what had ended?",
         "probity flags GB-COH:04830352 --as_of 2024-01-31 --include_ended"}},
       {{0, "none in force in the sources searched, which are listed"},
        {1, "at least one is in force, or no record names the subject"},
        {4, "several suppliers carry the identifier, or no loaded source holds flags"}},
       {"links", "commodity-risk"}});
  AddParsed(command, "SUBJECT", kSubject, &ParseSubject,
            Into(request, &v1::ListRiskFlagsRequest::mutable_subject), "The supplier or site")
      ->required();
  AddParsed(command, "--as_of", kDay, &ParseDay,
            Into(request, &v1::ListRiskFlagsRequest::mutable_as_of),
            "Day for which facts are asked, not in the future. Without: today");
  AddFlag(command, "--include_ended", Into(request, &v1::ListRiskFlagsRequest::set_include_ended),
          "Also those that had ended");
  command->callback([&session, request] { Flags(session, *request); });
}

}  // namespace probity::cli
