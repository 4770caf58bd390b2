#include <string>

#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "probity/v1/risk_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExamples[] =
    "  probity flags GB-COH:04830352\n"
    "  probity flags suppliers/ID --as_of 2024-01-31 --include_ended";
constexpr char kExitCodes[] =
    "  0 none in force in the sources searched, which are listed\n"
    "  1 at least one is in force\n"
    "  4 no loaded source holds flags, so nothing was searched";

struct Options {
  std::string subject, as_of;
  bool include_ended = false;
};

absl::StatusOr<v1::ListRiskFlagsRequest> Request(const Options& options) {
  v1::ListRiskFlagsRequest request;
  auto subject = ParseSubject(options.subject);
  if (!subject.ok()) return subject.status();
  *request.mutable_subject() = *std::move(subject);
  if (!options.as_of.empty()) {
    auto day = ParseDay(options.as_of);
    if (!day.ok()) return day.status();
    *request.mutable_as_of() = *std::move(day);
  }
  request.set_include_ended(options.include_ended);
  request.set_page_size(1000);
  return request;
}

int CodeOf(const v1::ListRiskFlagsResponse& response) {
  for (const auto& flag : response.flags()) {
    if (flag.state() != v1::FLAG_STATE_ENDED) return kExitBad;
  }
  return response.sources_searched().empty() ? kExitUndetermined : kExitGood;
}

std::string People(const v1::PeopleCount& count) {
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
  session.out() << '\n';
}

void Render(Session& session, const v1::ListRiskFlagsResponse& response) {
  for (const auto& flag : response.flags()) PrintFlag(session, flag);
  const int code = CodeOf(response);
  if (code == kExitUndetermined) {
    session.Say("No loaded source holds flags: nothing was searched, and nothing can be read "
                "from that.",
                Style::kDoubt);
  } else if (code == kExitGood) {
    session.Say("None in force in the sources searched. That is no clearance of the supplier.");
  }
  if (!response.sources_searched().empty()) session.out() << "Searched:\n";
  for (const auto& source : response.sources_searched()) {
    session.Say("  " + FormatEdition(source));
  }
  session.PrintStamp(response.stamp());
}

void Flags(Session& session, const Options& options) {
  auto request = Request(options);
  auto response = session.Ask(&v1::RiskService::Stub::ListRiskFlags, request);
  while (response && !response->next_page_token().empty()) {
    request->set_page_token(response->next_page_token());
    const auto page = session.Ask(&v1::RiskService::Stub::ListRiskFlags, request);
    if (!page) return;
    response->mutable_flags()->MergeFrom(page->flags());
    response->set_next_page_token(page->next_page_token());
  }
  if (!response) return;
  session.Finish(CodeOf(*response));
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddFlags(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "flags", "List labour-risk facts about a supplier or site",
                                 kExamples, kExitCodes);
  command->add_option("SUBJECT", options->subject,
                      "SCHEME:VALUE, suppliers/ID or datasets/D/records/KEY")
      ->required();
  command->add_option("--as_of", options->as_of, "Day for which facts are asked; today");
  command->add_flag("--include_ended", options->include_ended, "Also those that had ended");
  command->callback([&session, options] { Flags(session, *options); });
}

}  // namespace probity::cli
