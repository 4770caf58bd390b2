#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "fmt/format.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

absl::StatusOr<int> ParseLimit(absl::string_view text) {
  const auto count = ParseCount(text);
  if (count.ok() && *count >= 1 && *count <= 100) return count;
  return absl::InvalidArgumentError("must be 1 to 100");
}

void Render(Session& session, const v1::SearchSuppliersResponse& response) {
  Table table({"score", "name", "kind", "country", "supplier"});
  for (const auto& hit : response.hits()) {
    std::string name = hit.supplier().display_name();
    if (!hit.matched_name().text().empty() && hit.matched_name().text() != name) {
      name += "\nas " + hit.matched_name().text();
    }
    table.Add({fmt::format("{:.2f}", hit.score()), name, EnumWords(hit.supplier().kind()),
               hit.supplier().jurisdiction(), hit.supplier().name()});
  }
  session.Print(table);
  if (response.hits().empty()) {
    session.Say("No name in the loaded data fits. That says nothing about the supplier.");
  } else {
    session.Say("A name alone never makes an identity certain: compare identifiers.");
  }
  if (response.incomplete()) {
    session.Say("Not every candidate was looked at: ask with more words, or a country.");
  }
  if (!response.next_page_token().empty()) session.Say("There are more: raise --limit.");
  session.PrintStamp(response.stamp());
}

void Search(Session& session, const v1::SearchSuppliersRequest& request) {
  const auto response = session.Ask(&v1::SupplierService::Stub::SearchSuppliers, request);
  if (!response) return;
  const bool found = !response->hits().empty();
  session.Finish(found ? kExitGood : response->incomplete() ? kExitUndetermined : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddSearch(CLI::App& app, Session& session) {
  using Request = v1::SearchSuppliersRequest;
  auto request = std::make_shared<Request>();
  request->set_page_size(10);
  Command* command = AddCommand(
      app, "search",
      {"Find suppliers by name",
       "Names that hold all words asked for, best first: whole words, in any order, letter case "
       "and accents aside; no tolerance for spelling yet. A name alone never makes an identity "
       "certain.",
       {{"", "probity search Example Textiles"},
        {"Companies in India only", "probity search cotton mills --country IN --type company"}},
       {{0, "a name fits"},
        {1, "no name fits"},
        {4, "no name fits, but not every candidate was looked at"}},
       {"lookup"}});
  OneOrMore(AddParsed(
                command, "NAME", kText, &ParseText,
                [request](const std::string& word) {
                  const bool first = request->query().empty();
                  request->mutable_query()->append((first ? "" : " ") + word);
                },
                "Words of the name"))
      ->required();
  AddParsed(command, "--country", kCountry, &ParseCountry, Into(request, &Request::mutable_country),
            "Only suppliers of this country");
  AddEnum<v1::PartyKind>(command, "--type", Into(request, &Request::add_kinds),
                         "Only suppliers of this kind");
  AddParsed(command, "--limit", "N", &ParseLimit, Into(request, &Request::set_page_size),
            "Most hits, 1 to 100")
      ->default_str("10");
  command->callback([&session, request] { Search(session, *request); });
}

}  // namespace probity::cli
