#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/risk_service.grpc.pb.h"

namespace probity::cli {
namespace {

int CodeOf(const v1::ListRiskFlagsResponse& response) {
  for (const auto& flag : response.flags()) {
    if (flag.state() != v1::FLAG_STATE_ENDED) return kExitBad;
  }
  return response.sources_searched().empty() ? kExitUndetermined : kExitGood;
}

std::string People(const v1::PeopleCount& count) {
  if (count.withheld()) return "withheld";
  return count.fewer_than_five() ? "<5" : std::to_string(count.exact());
}

std::string Affected(const v1::AffectedPeople& people) {
  std::string text;
  const auto add = [&text](bool known, const v1::PeopleCount& count, const char* who) {
    if (known) text += (text.empty() ? "" : ", ") + People(count) + " " + who;
  };
  add(people.has_total(), people.total(), "in all");
  add(people.has_women(), people.women(), "women");
  add(people.has_men(), people.men(), "men");
  add(people.has_girls(), people.girls(), "girls");
  add(people.has_boys(), people.boys(), "boys");
  add(people.has_migrants(), people.migrants(), "migrants");
  add(people.has_unknown(), people.unknown(), "not known which");
  return text;
}

void AddMeasure(const v1::LegalMeasure& measure, Table& table) {
  table.AddUnlessEmpty("measure", measure.regime());
  table.AddUnlessEmpty("effect", EnumWords(measure.effect()));
  table.AddUnlessEmpty("on its list", EnumWords(measure.list_status()));
  table.AddUnlessEmpty("decided by", measure.authority());
  table.AddUnlessEmpty("decision", measure.decision_no());
  if (measure.has_in_force()) table.Add({"in force", FormatInterval(measure.in_force())});
}

void AddHarm(const v1::RiskFlag& flag, Table& table) {
  table.AddUnlessEmpty("stage", EnumWords(flag.stage()));
  table.AddUnlessEmpty("severity", EnumWords(flag.severity()));
  table.AddUnlessEmpty("ILO indicators", EnumList<v1::IloIndicator>(flag.ilo_indicators()));
  table.AddUnlessEmpty("exploitation",
                       EnumList<v1::ExploitationPurpose>(flag.exploitation_purposes()));
  table.AddUnlessEmpty("affected", Affected(flag.affected()));
  table.AddUnlessEmpty("remedy", EnumWords(flag.remediation_status()));
  table.AddUnlessEmpty("summary", flag.summary());
  if (flag.contested()) table.Add({"contested", "yes"});
  table.AddUnlessEmpty("reply", flag.reply().text());
  table.AddUnlessEmpty("document", flag.source_url());
}

void PrintFlag(Session& session, const v1::ListedRiskFlag& listed) {
  const bool ended = listed.state() == v1::FLAG_STATE_ENDED;
  std::string type = EnumName(listed.flag().type());
  if (listed.flag().type() == v1::FLAG_TYPE_UNSPECIFIED) type = "LEGAL_MEASURE";
  session.Say(type + "  " + EnumName(listed.state()), ended ? Style::kPlain : Style::kBad);
  Table table;
  AddHarm(listed.flag(), table);
  AddMeasure(listed.legal_measure(), table);
  table.AddUnlessEmpty("listed", FormatIntervals(listed.listing_intervals()));
  table.AddUnlessEmpty("matched by", listed.matched_by());
  if (listed.visibility() == v1::VISIBILITY_RESTRICTED) table.Add({"visibility", "restricted"});
  table.AddUnlessEmpty("source", FormatProvenance(listed.provenance()));
  session.Print(table);
}

void Render(Session& session, const v1::ListRiskFlagsResponse& response) {
  for (const auto& flag : response.flags()) {
    if (&flag != &response.flags(0)) session.out() << '\n';
    PrintFlag(session, flag);
  }
  const int code = CodeOf(response);
  if (code == kExitUndetermined) {
    session.Say(
        "No loaded source holds flags: nothing was searched, and nothing can be read "
        "from that.",
        Style::kDoubt);
  } else if (code == kExitGood) {
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
        {1, "at least one is in force"},
        {4, "no loaded source holds flags, so nothing was searched"}},
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
