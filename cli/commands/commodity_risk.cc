#include <string>

#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "absl/strings/ascii.h"
#include "probity/v1/risk_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExamples[] =
    "  probity commodity-risk IN HS:5205\n"
    "  probity commodity-risk BR \"Cattle\" --as_of 2020-12-31\n"
    "  probity commodity-risk DE CPV:90910000-9";
constexpr char kExitCodes[] =
    "  1 LISTED: a list names it from there\n"
    "  4 NOT_LISTED or NOT_COVERED: neither ever means low risk, so 0 is never returned";

struct Options {
  std::string country, commodity, as_of;
};

absl::StatusOr<v1::CheckCommodityRiskRequest> Request(const Options& options) {
  v1::CheckCommodityRiskRequest request;
  auto commodity = ParseCommodity(options.commodity);
  if (!commodity.ok()) return commodity.status();
  *request.mutable_commodity() = *std::move(commodity);
  request.set_origin(absl::AsciiStrToUpper(options.country));
  if (!options.as_of.empty()) {
    auto day = ParseDay(options.as_of);
    if (!day.ok()) return day.status();
    *request.mutable_as_of() = *std::move(day);
  }
  return request;
}

std::string Harms(const v1::CommodityRiskMatch& match) {
  std::string text = EnumList<v1::LabourHarm>(match.risk().harms());
  if (!match.risk().input_publisher_name().empty()) {
    text += "\nthrough " + match.risk().input_publisher_name();
    for (const auto& origin : match.risk().input_origins()) text += " " + origin;
  }
  return text + (match.risk().indicative() ? "\n(indicative)" : "");
}

void PrintMatches(Session& session, const v1::CheckCommodityRiskResponse& response) {
  Table table({"goods or service", "from", "harm", "fit", "listed", "source"});
  for (const auto& match : response.matches()) {
    std::string origin = match.risk().origin().empty() ? "anywhere" : match.risk().origin();
    if (match.origin_differs_in_level()) origin += "\n(other level)";
    table.Add({match.risk().publisher_name(), origin, Harms(match), EnumWords(match.fit()),
               FormatIntervals(match.listing_intervals()), FormatProvenance(match.provenance())});
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
  if (!response.sources().empty()) session.out() << "Asked:\n";
  for (const auto& source : response.sources()) session.Say("  " + FormatEdition(source));
  session.PrintStamp(response.stamp());
}

void Check(Session& session, const Options& options) {
  const auto response = session.Ask(&v1::RiskService::Stub::CheckCommodityRisk, Request(options));
  if (!response) return;
  const bool listed = response->result() == v1::COMMODITY_RISK_RESULT_LISTED;
  session.Finish(listed ? kExitBad : kExitUndetermined);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddCommodityRisk(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "commodity-risk",
                                 "Ask what the lists say about goods or a service from a place",
                                 kExamples, kExitCodes);
  command->add_option("COUNTRY", options->country, "ISO 3166-1 alpha-2 or 3166-2 code")
      ->required();
  command->add_option("COMMODITY", options->commodity, "HS:CODE, CPV:CODE or a publisher's words")
      ->required();
  command->add_option("--as_of", options->as_of, "Day for which it is asked; today");
  command->callback([&session, options] { Check(session, *options); });
}

}  // namespace probity::cli
