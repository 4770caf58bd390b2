#include <string>

#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExamples[] =
    "  probity search \"Example Textiles\"\n"
    "  probity search cotton mills --country IN --type company --limit 20";
constexpr char kExitCodes[] =
    "  0 a name fits (which never makes an identity certain)\n"
    "  1 no name fits\n"
    "  4 no name fits, but not every candidate was looked at";

struct Options {
  std::vector<std::string> words;
  std::string country;
  std::string type;
  int limit = 10;
};

absl::StatusOr<v1::SearchSuppliersRequest> Request(const Options& options) {
  v1::SearchSuppliersRequest request;
  std::string query;
  for (const std::string& word : options.words) query += (query.empty() ? "" : " ") + word;
  request.set_query(query);
  request.set_country(options.country);
  request.set_page_size(options.limit);
  if (!options.type.empty()) {
    const auto kind = ParseEnum(v1::PartyKind_descriptor(), "--type", options.type);
    if (!kind.ok()) return kind.status();
    request.add_kinds(static_cast<v1::PartyKind>(*kind));
  }
  return request;
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

void Search(Session& session, const Options& options) {
  const auto response = session.Ask(&v1::SupplierService::Stub::SearchSuppliers, Request(options));
  if (!response) return;
  const bool found = !response->hits().empty();
  session.Finish(found ? kExitGood : response->incomplete() ? kExitUndetermined : kExitBad);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddSearch(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "search", "Find suppliers by name", kExamples, kExitCodes);
  command->add_option("NAME", options->words, "Words of the name")->required();
  command->add_option("--country", options->country, "ISO 3166-1 alpha-2 code, for example IN");
  command->add_option("--type", options->type,
                      "company, organization, public_body, person, vessel or group");
  command->add_option("--limit", options->limit, "Most hits, 1 to 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->callback([&session, options] { Search(session, *options); });
}

}  // namespace probity::cli
