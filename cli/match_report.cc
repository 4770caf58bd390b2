#include "cli/match_report.h"

#include <cstdlib>

#include "fmt/format.h"

namespace probity::cli {
namespace {

// "+0.40", "-0.07"; rows that cost and give nothing have no points.
std::string Points(double contribution) {
  return std::abs(contribution) < 0.005 ? "" : fmt::format("{:+.2f}", contribution);
}

}  // namespace

void PrintExplanations(
    Session& session,
    const google::protobuf::RepeatedPtrField<v1::MatchExplanation>& explanations) {
  Table table({"points", "why", "feature"});
  for (const auto& row : explanations) {
    std::string why = row.detail();
    if (row.feature() == "identifier") {
      why += ": " + row.query_text();
      if (!row.candidate_text().empty()) why += " and " + row.candidate_text();
    }
    table.Add({Points(row.contribution()), why, row.feature()});
  }
  session.Print(table);
}

std::string ScoreWords(double score, bool match) {
  return fmt::format("{:.2f}  {}", score, match ? "match" : "no match");
}

std::string BasisWords(v1::MatchBasis basis) {
  switch (basis) {
    case v1::MATCH_BASIS_IDENTIFIER:
      return "An equal identifier makes the identity certain.";
    case v1::MATCH_BASIS_IDENTIFIER_CONFLICT:
      return "The identifiers contradict each other: a person has to look.";
    default:
      return "";
  }
}

void AddFactOptions(CLI::App* command, const std::string& prefix, const std::string& whose,
                    const std::function<v1::PartyFacts*()>& facts) {
  AddParsed(
      command, "--" + prefix + "date", kDate, &ParseDate,
      [facts](v1::Date date) { *facts()->mutable_date() = std::move(date); },
      "Day " + whose + " was founded or born");
  AddParsed(
      command, "--" + prefix + "address", kText, &ParseText,
      [facts](std::string address) { facts()->set_address(std::move(address)); },
      "Address of " + whose + ", on one line");
  Repeatable(AddParsed(
      command, "--" + prefix + "identifier", kIdentifier, &ParseIdentifier,
      [facts](v1::Identifier id) { *facts()->add_identifiers() = std::move(id); },
      "An identifier of " + whose + ": an equal one makes the identity certain"));
}

}  // namespace probity::cli
