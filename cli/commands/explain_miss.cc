#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/match_report.h"
#include "fmt/format.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Request = v1::ExplainSearchMissRequest;
using Response = v1::ExplainSearchMissResponse;

std::string SharedWords(const v1::NameComparison& name) {
  std::string words;
  for (const auto& key : name.shared_keys()) {
    if (!words.empty()) words += "; ";
    words += key.kind() + ": " + key.query_text();
    if (key.candidate_text() != key.query_text()) words += " = " + key.candidate_text();
  }
  return words.empty() ? "nothing" : words;
}

void PrintNames(Session& session, const Response& response) {
  if (response.names().empty()) return;
  Table table({"score", "name on record", "meets the query by"});
  for (const auto& name : response.names()) {
    table.Add({fmt::format("{:.2f}", name.score()), name.name().text(), SharedWords(name)},
              SourceNote(name.source_record()));
  }
  session.Print(table);
  session.Say("Its best name against the query:");
  PrintExplanations(session, response.names(0).explanations());
}

void Render(Session& session, const Response& response) {
  if (response.found()) {
    session.Say(fmt::format("FOUND  hit {}, {:.2f}", response.rank(), response.score()),
                Style::kGood);
  } else {
    session.Say("NOT_SHOWN", Style::kBad);
  }
  Table causes({"cause", "why"});
  for (const auto& cause : response.causes()) {
    causes.Add({Cell(EnumName(cause.reason()), Style::kBad), cause.detail()});
  }
  session.Print(causes);
  PrintNames(session, response);
  session.PrintStamp(response.stamp());
}

void Explain(Session& session, const Request& request) {
  const auto response = session.Ask(&v1::SupplierService::Stub::ExplainSearchMiss, request);
  if (!response) return;
  session.Finish(response->found() ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

absl::StatusOr<std::string> ParseExpected(absl::string_view text) {
  if (absl::StartsWith(text, "suppliers/") || absl::StartsWith(text, "datasets/")) {
    return std::string(text);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no supplier: suppliers/ID, or a record datasets/DATASET/records/KEY"));
}

void SetExpected(const std::string& name, Request* request) {
  if (absl::StartsWith(name, "suppliers/")) {
    request->set_supplier(name);
  } else {
    request->set_source_record(name);
  }
}

const Manual& TheManual() {
  static const Manual manual = {
      "Say why a search does not show a supplier",
      "Asks as \"probity search\" does, with the same options, and says what keeps the supplier "
      "from being shown: not visible, left out by an option, no word in common, a low score, or "
      "others that fit better. Each of its names is compared with the one given.",
      {{"", "probity explain-miss \"Example Textiles\" suppliers/0vtea18fkgva6mg3"},
       {"With the options of the search",
        "probity explain-miss \"cotton mills\" datasets/vendors/records/V-7 --country IN"}},
      {{0, "the search shows it"}, {1, "the search does not show it"}},
      {"search", "compare"}};
  return manual;
}

}  // namespace

void AddExplainMiss(CLI::App& app, Session& session) {
  auto request = std::make_shared<Request>();
  // Lives as long as what it is a part of.
  const std::shared_ptr<v1::SearchSuppliersRequest> search(request, request->mutable_search());
  search->set_page_size(10);
  Command* command = AddCommand(app, "explain-miss", TheManual());
  AddParsed(
      command, "NAME", kText, &ParseText,
      [search](const std::string& name) { search->set_query(name); }, "The name, in quotes")
      ->required();
  AddParsed(
      command, "EXPECTED", kSupplier, &ParseExpected,
      [request](const std::string& name) { SetExpected(name, request.get()); }, "Who was expected")
      ->required();
  AddSearchOptions(command, search);
  command->callback([&session, request] { Explain(session, *request); });
}

}  // namespace probity::cli
