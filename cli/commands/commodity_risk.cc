#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/flag_report.h"
#include "probity/v1/risk_service.grpc.pb.h"

namespace probity::cli {
namespace {

std::string Harms(const v1::CommodityRiskMatch& match) {
  std::string text = EnumList<v1::LabourHarm>(match.risk().harms());
  if (!match.risk().input_publisher_name().empty()) {
    text += "\nthrough " + match.risk().input_publisher_name();
    for (const auto& origin : match.risk().input_origins()) text += " " + origin;
  }
  return text + (match.risk().indicative() ? "\n(indicative)" : "");
}

void PrintMatches(Session& session, const v1::CheckCommodityRiskResponse& response) {
  Table table({"goods or service", "from", "harm", "fit", "listed"});
  for (const auto& match : response.matches()) {
    std::string origin = match.risk().origin().empty() ? "anywhere" : match.risk().origin();
    if (match.origin_differs_in_level()) origin += "\n(other level)";
    table.Add({match.risk().publisher_name(), origin, Harms(match), EnumWords(match.fit()),
               FormatIntervals(match.listing_intervals())},
              SourceNote(match.provenance()));
  }
  session.Print(table);
}

void Render(Session& session, const v1::CheckCommodityRiskResponse& response) {
  const bool listed = response.result() == v1::COMMODITY_RISK_RESULT_LISTED;
  session.Say(EnumName(response.result()), listed ? Style::kBad : Style::kDoubt);
  if (response.result() == v1::COMMODITY_RISK_RESULT_NOT_LISTED) {
    session.Say("The lists asked do not name it from there. That does not mean low risk.");
  } else if (!listed) {
    session.Say("No loaded list speaks of it on that day. That does not mean low risk.");
  }
  PrintMatches(session, response);
  if (!response.measures().empty()) session.out() << "\nMeasures about such goods from there:\n";
  PrintFlags(session, response.measures());
  session.PrintSources("Asked:", response.sources());
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const v1::CheckCommodityRiskRequest& request) {
  const auto response = session.Ask(&v1::RiskService::Stub::CheckCommodityRisk, request);
  if (!response) return;
  const bool listed = response->result() == v1::COMMODITY_RISK_RESULT_LISTED;
  const bool bad = listed || AnyInForce(response->measures());
  session.Finish(bad ? kExitBad : kExitUndetermined);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddCommodityRisk(CLI::App& app, Session& session) {
  using Request = v1::CheckCommodityRiskRequest;
  auto request = std::make_shared<Request>();
  Command* command = AddCommand(
      app, "commodity-risk",
      {"Ask what the lists say about goods or a service from a place",
       "Whether a loaded list names the goods or service from there with child labour, forced "
       "labour or forced child labour, or through an input made so. The fit says how well the "
       "list's own words and the code asked for agree. Measures about such goods from there, such "
       "as an import ban on a region, are shown beside it.",
       {{"Cotton yarn from India", "probity commodity-risk IN HS:5205"},
        {"A publisher's own words, on an earlier day",
         "probity commodity-risk BR Cattle --as_of 2020-12-31"},
        {"Cleaning services", "probity commodity-risk DE CPV:90910000-9"}},
       {{1, "LISTED: a list names it from there; or a measure is in force"},
        {4, "NOT_LISTED or NOT_COVERED: neither ever means low risk, so 0 is never returned"}},
       {"flags"}});
  AddParsed(command, "COUNTRY", kCountry, &ParseCountry, Into(request, &Request::mutable_origin),
            "Where it comes from")
      ->required();
  AddParsed(command, "COMMODITY", kCommodity, &ParseCommodity,
            Into(request, &Request::mutable_commodity), "The goods or service")
      ->required();
  AddParsed(command, "--as_of", kDay, &ParseDay, Into(request, &Request::mutable_as_of),
            "Day for which it is asked, not in the future. Without: today");
  command->callback([&session, request] { Check(session, *request); });
}

}  // namespace probity::cli
