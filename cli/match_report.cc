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

absl::StatusOr<int> ParseLimit(absl::string_view text) {
  const auto count = ParseCount(text);
  if (count.ok() && *count >= 1 && *count <= 100) return count;
  return absl::InvalidArgumentError("must be 1 to 100");
}

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

void AddSearchOptions(CLI::App* command,
                      const std::shared_ptr<v1::SearchSuppliersRequest>& request) {
  using Request = v1::SearchSuppliersRequest;
  AddParsed(command, "--country", kCountry, &ParseCountry, Into(request, &Request::mutable_country),
            "Only suppliers of this country, or of none on record");
  AddEnum<v1::PartyKind>(command, "--type", Into(request, &Request::add_kinds),
                         "Only suppliers of this kind, or of none on record");
  Repeatable(AddParsed(command, "--dataset", kDataset, &ParseDatasetName,
                       Into(request, &Request::add_datasets),
                       "Only suppliers with a record in it"));
  Repeatable(AddParsed(command, "--exclude", kSupplier, &ParseText,
                       Into(request, &Request::add_excluded_suppliers),
                       "Leave out a supplier that was judged to be somebody else"));
  AddParsed(command, "--min_score", kScore, &ParseScore, Into(request, &Request::set_min_score),
            "Only names at least so much alike")
      ->default_str("0");
  AddParsed(command, "--limit", "N", &ParseLimit, Into(request, &Request::set_page_size),
            "Most hits, 1 to 100")
      ->default_str("10");
  AddParsed(
      command, "--from", kCountry, &ParseCountry,
      [request](std::string country) {
        request->mutable_facts()->add_countries(std::move(country));
      },
      "Country of the party, as far as known");
  AddFactOptions(command, "", "the party", [request] { return request->mutable_facts(); });
}

}  // namespace probity::cli
