#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/match_report.h"
#include "fmt/format.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Request = v1::SearchSuppliersRequest;

// A hit that is called a match is found; names that are only alike are for a
// person to look at.
int CodeOf(const v1::SearchSuppliersResponse& response) {
  for (const auto& hit : response.hits()) {
    if (hit.match()) return kExitGood;
  }
  const bool undetermined = response.incomplete() || !response.hits().empty();
  return undetermined ? kExitUndetermined : kExitBad;
}

std::string NamesOf(const v1::SearchHit& hit) {
  std::string name = hit.supplier().display_name();
  const std::string& matched = hit.matched_name().text();
  if (hit.site_role() != v1::LINK_TYPE_UNSPECIFIED) {
    name += "\n" + EnumWords(hit.site_role()) + " " + matched;
  } else if (!matched.empty() && matched != name) {
    name += "\nas " + matched;
  }
  return name;
}

void PrintHits(Session& session, const v1::SearchSuppliersResponse& response) {
  Table table({"score", "", "name", "kind", "country", "supplier"});
  for (const auto& hit : response.hits()) {
    table.Add(
        {Cell(fmt::format("{:.2f}", hit.score()), hit.match() ? Style::kDoubt : Style::kPlain),
         hit.match() ? "match" : "similar", NamesOf(hit), EnumWords(hit.supplier().kind()),
         hit.supplier().jurisdiction(), hit.supplier().name()});
  }
  session.Print(table);
}

// The reasons of each hit, below one another.
void PrintReasons(Session& session, const v1::SearchSuppliersResponse& response) {
  for (const auto& hit : response.hits()) {
    session.out() << '\n';
    session.Say(ScoreWords(hit.score(), hit.match()) + "  " + hit.supplier().display_name(),
                Style::kHeading);
    PrintExplanations(session, hit.explanations());
    if (const std::string basis = BasisWords(hit.basis()); !basis.empty()) session.Say(basis);
  }
}

void PrintNotes(Session& session, const v1::SearchSuppliersResponse& response) {
  if (response.hits().empty()) {
    session.Say("No name in the loaded data fits. That says nothing about the supplier.");
  } else {
    session.Say("A name alone never makes an identity certain: compare identifiers.");
  }
  if (response.incomplete()) {
    session.Say("Not every candidate was looked at: ask with more words, or a country.");
  }
  if (!response.next_page_token().empty()) session.Say("There are more: raise --limit.");
}

void Render(Session& session, const Request& request, const v1::SearchSuppliersResponse& response) {
  PrintHits(session, response);
  if (request.explanation() >= v1::EXPLANATION_LEVEL_REASONS) PrintReasons(session, response);
  PrintNotes(session, response);
  session.PrintStamp(response.stamp());
}

void Search(Session& session, const Request& request) {
  const auto response = session.Ask(&v1::SupplierService::Stub::SearchSuppliers, request);
  if (!response) return;
  session.Finish(CodeOf(*response));
  if (!session.PrintedAsJson(*response)) Render(session, request, *response);
}

const Manual& TheManual() {
  static const Manual manual = {
      "Find suppliers by name",
      "The suppliers whose names are most like the one given, best first: in any script and "
      "spelling, legal forms and word order aside. From 0.70 on two names are called a match; what "
      "is only similar is shown below. A name alone never makes an identity certain. The name of a "
      "site, such as a factory, finds who operates or owns it, or did once.\n\n"
      "--country, --type and --dataset leave others out, but never a supplier whose country or "
      "kind is not on record. --date, --address, --identifier and --from say what is known of the "
      "party: they move scores and leave nobody out.",
      {{"", "probity search Example Textiles"},
       {"Companies in India only", "probity search cotton mills --country IN --type company"},
       {"A person, with the reasons",
        "probity search Jon Smith --type person --date 1970-05-31 --explain reasons"}},
      {{0, "a name matches"},
       {1, "no name is similar"},
       {4, "names are similar only, or not every candidate was looked at"}},
      {"compare", "explain-miss", "lookup"}};
  return manual;
}

}  // namespace

void AddSearch(CLI::App& app, Session& session) {
  auto request = std::make_shared<Request>();
  request->set_page_size(10);
  Command* command = AddCommand(app, "search", TheManual());
  OneOrMore(AddParsed(
                command, "NAME", kText, &ParseText,
                [request](const std::string& word) {
                  const bool first = request->query().empty();
                  request->mutable_query()->append((first ? "" : " ") + word);
                },
                "Words of the name"))
      ->required();
  AddSearchOptions(command, request);
  AddEnum<v1::ExplanationLevel>(
      command, "--explain",
      [request](v1::ExplanationLevel level) { request->set_explanation(level); },
      "Say why each name fits");
  command->callback([&session, request] { Search(session, *request); });
}

}  // namespace probity::cli
