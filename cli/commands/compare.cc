#include <functional>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/match_report.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Request = v1::CompareNamesRequest;

int CodeOf(const v1::CompareNamesResponse& response) {
  if (response.basis() == v1::MATCH_BASIS_IDENTIFIER_CONFLICT) return kExitUndetermined;
  return response.match() ? kExitGood : kExitBad;
}

void Render(Session& session, const v1::CompareNamesResponse& response) {
  session.Say(ScoreWords(response.score(), response.match()),
              response.match() ? Style::kGood : Style::kBad);
  PrintExplanations(session, response.explanations());
  const std::string basis = BasisWords(response.basis());
  session.Say(basis.empty() ? "A name alone never makes an identity certain: compare identifiers."
                            : basis);
  session.Say("matcher " + response.stamp().matcher_version());
}

void Compare(Session& session, const Request& request) {
  const auto response = session.Ask(&v1::SupplierService::Stub::CompareNames, request);
  if (!response) return;
  session.Finish(CodeOf(*response));
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

const Manual& TheManual() {
  static const Manual manual = {
      "Say how alike two names are, and why",
      "Compares two names as a search does: in any script and spelling, legal forms and word order "
      "aside. Each row says what a feature adds to the score or takes away. No data is read.",
      {{"", "probity compare \"Example Mfg Co Ltd\" \"Example Manufacturing\""},
       {"Two people, every feature",
        "probity compare \"Smith, Jon\" \"John Smith\" --type person "
        "--explain full"}},
      {{0, "a match: the score is 0.70 or more, or an identifier is the same"},
       {1, "no match"},
       {4, "identifiers contradict each other"}},
      {"search", "explain-miss"}};
  return manual;
}

void SetKind(Request& request, v1::NameKind kind) {
  request.mutable_query()->mutable_facts()->set_kind(kind);
  request.mutable_candidate()->mutable_facts()->set_kind(kind);
}

// What is known of one side.
void AddSide(CLI::App* command, const std::string& prefix, const std::string& whose,
             const std::function<v1::ComparedName*()>& side) {
  AddParsed(
      command, "--" + prefix + "country", kCountry, &ParseCountry,
      [side](std::string country) { side()->mutable_facts()->add_countries(std::move(country)); },
      "Country of " + whose);
  AddFactOptions(command, prefix, whose, [side] { return side()->mutable_facts(); });
}

}  // namespace

void AddCompare(CLI::App& app, Session& session) {
  auto request = std::make_shared<Request>();
  Command* command = AddCommand(app, "compare", TheManual());
  AddParsed(
      command, "NAME", kText, &ParseText,
      [request](std::string name) { request->mutable_query()->set_text(std::move(name)); },
      "One name, in quotes")
      ->required();
  AddParsed(
      command, "OTHER", kText, &ParseText,
      [request](std::string name) { request->mutable_candidate()->set_text(std::move(name)); },
      "The other")
      ->required();
  AddEnum<v1::NameKind>(
      command, "--type", [request](v1::NameKind kind) { SetKind(*request, kind); },
      "What both names name");
  AddExplainOption(command,
                   [request](v1::ExplanationLevel level) { request->set_explanation(level); });
  AddSide(command, "", "the first", [request] { return request->mutable_query(); });
  AddSide(command, "other_", "the other", [request] { return request->mutable_candidate(); });
  command->callback([&session, request] { Compare(session, *request); });
}

}  // namespace probity::cli
