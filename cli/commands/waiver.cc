#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/judged_subject.h"
#include "probity/v1/review_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Service = v1::ReviewService::Stub;

constexpr char kWaiver[] = "WAIVER";

// What it is, and by whom: a waiver is never silent.
void Print(Session& session, const v1::Waiver& waiver) {
  const bool holds = waiver.state() == v1::WAIVER_STATE_IN_FORCE;
  session.Say(absl::StrCat(waiver.name(), "  ", EnumName(waiver.state())),
              holds ? Style::kGood : Style::kDoubt);
  Table table;
  table.Add({"for", JudgedText(waiver.subject())});
  table.Add({"rule", waiver.rule_id()});
  table.AddUnlessEmpty("derogation", waiver.derogation());
  table.AddUnlessEmpty("law", waiver.legal_basis());
  table.AddUnlessEmpty("to confirm", waiver.to_confirm());
  table.Add({"procedure", waiver.procedure()});
  table.AddUnlessEmpty("from", FormatDate(waiver.in_force_from()));
  table.Add({"until", absl::StrCat(FormatDate(waiver.last_day()), ", the contract until ",
                                   FormatDate(waiver.contract_end()))});
  table.Add({"asked for by", absl::StrCat(waiver.requested_by(), ": ", waiver.reason())});
  if (!waiver.approval().empty()) {
    table.Add({"approved by", absl::StrCat(waiver.approved_by(), ": ", waiver.approval_reason())});
  }
  if (!waiver.revocation().empty()) {
    table.Add({"revoked by", absl::StrCat(waiver.revoked_by(), ": ", waiver.revocation_reason())});
  }
  session.Print(table);
}

template <typename Request, typename Response>
void Change(Session& session,
            grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request) {
  const auto response = session.Ask(method, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Print(session, response->waiver());
  if (response->waiver().state() == v1::WAIVER_STATE_REQUESTED) {
    session.Say(
        "It has no effect yet: somebody else of your authority approves it with \"probity "
        "waiver approve\".");
  }
  session.PrintStamp(response->stamp());
}

void List(Session& session, const v1::ListWaiversRequest& request) {
  const auto response =
      session.AskAll(&Service::ListWaivers, request, &v1::ListWaiversResponse::mutable_waivers);
  if (!response || session.PrintedAsJson(*response)) return;
  for (const v1::Waiver& one : response->waivers()) {
    Print(session, one);
    session.out() << '\n';
  }
  if (response->waivers().empty()) session.Say("No waivers.");
  session.PrintStamp(response->stamp());
}

template <typename Set>
void AddReason(Command* command, Set set) {
  AddParsed(command, "--reason", kText, &ParseText, set, "Why, for those who read it later")
      ->required();
}

template <typename Request>
void AddName(Command* command, const std::shared_ptr<Request>& request) {
  AddParsed(
      command, kWaiver, kWaiver, &ParseText,
      [request](const std::string& name) { request->set_name(name); },
      "Its name, as \"probity waiver list\" shows it")
      ->required();
}

void AddLaw(Command* command, const std::shared_ptr<v1::CreateWaiverRequest>& request) {
  const auto waiver = [request] { return request->mutable_waiver(); };
  AddParsed(
      command, "--rule", "RULE", &ParseText,
      [waiver](const std::string& id) { waiver()->set_rule_id(id); },
      "The rule whose ground is waived, as a decision names it: EU-57.1F")
      ->required();
  AddParsed(
      command, "--derogation", "DEROGATION", &ParseText,
      [waiver](const std::string& id) { waiver()->set_derogation(id); },
      "By which law, for a mandatory rule: EU-57.3. A wrong one is answered with the lawful ones");
  AddParsed(
      command, "--policy", "POLICY", &ParseText,
      [request](const std::string& name) { request->set_policy(name); },
      "Of which policy the rule is. Without: the one that decides for your authority");
}

void AddTerm(Command* command, const std::shared_ptr<v1::CreateWaiverRequest>& request) {
  const auto waiver = [request] { return request->mutable_waiver(); };
  AddParsed(
      command, "--procedure", kText, &ParseText,
      [waiver](const std::string& text) { waiver()->set_procedure(text); },
      "The procedure it is for, as \"probity screen --procedure\" names it")
      ->required();
  AddParsed(
      command, "--contract_end", kDay, &ParseDay,
      [waiver](const v1::Date& day) { *waiver()->mutable_contract_end() = day; },
      "Last day of the contract")
      ->required();
  AddParsed(
      command, "--last_day", kDay, &ParseDay,
      [waiver](const v1::Date& day) { *waiver()->mutable_last_day() = day; },
      "Last day of the waiver. Without: the contract's");
}

void AddRequest(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::CreateWaiverRequest>();
  Command* command = AddCommand(
      *parent, "request",
      {"Ask for a waiver",
       "It has no effect until a second person approves it.",
       {{"",
         "probity waiver request GB-COH:04830352 --rule EU-57.1F --derogation EU-57.3 --procedure "
         "2026/S-117 --contract_end 2027-06-30 --reason 'the only maker of the vaccine'"}},
       {{0, "it is asked for"}},
       {"waiver approve", "waiver list", "screen"}});
  AddParsed(
      command, kSubject, kSubject, &ParseJudged,
      [request](v1::JudgedSubject one) {
        *request->mutable_waiver()->mutable_subject() = std::move(one);
      },
      "For whom: a supplier, a vendor number or an identifier")
      ->required();
  AddLaw(command, request);
  AddTerm(command, request);
  AddReason(command,
            [request](const std::string& why) { request->mutable_waiver()->set_reason(why); });
  command->callback([&session, request] {
    v1::Waiver* waiver = request->mutable_waiver();
    if (!waiver->has_last_day()) *waiver->mutable_last_day() = waiver->contract_end();
    Change(session, &Service::CreateWaiver, *request);
  });
}

void AddApprove(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ApproveWaiverRequest>();
  Command* command = AddCommand(
      *parent, "approve",
      {"Approve a waiver that somebody else asked for",
       "From this day on a BLOCK by its rule is a REVIEW for its procedure, under the waiver's "
       "name.",
       {{"",
         "probity waiver approve authorities/a/waivers/0 --reason 'decided by the minister, file "
         "117'"}},
       {{0, "it is in force"}},
       {"waiver request", "waiver revoke"}});
  AddName(command, request);
  AddReason(command, [request](const std::string& why) { request->set_reason(why); });
  command->callback([&session, request] { Change(session, &Service::ApproveWaiver, *request); });
}

void AddRevoke(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::RevokeWaiverRequest>();
  Command* command =
      AddCommand(*parent, "revoke",
                 {"Take a waiver, or the request for one, back",
                  "It stays on record, with who took it back and why.",
                  {{"", "probity waiver revoke authorities/a/waivers/0 --reason 'a second maker'"}},
                  {{0, "it is revoked"}},
                  {"waiver list"}});
  AddName(command, request);
  AddReason(command, [request](const std::string& why) { request->set_reason(why); });
  command->callback([&session, request] { Change(session, &Service::RevokeWaiver, *request); });
}

void AddList(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ListWaiversRequest>();
  Command* command = AddCommand(
      *parent, "list",
      {"List waivers and what they are worth today",
       "In force: it is applied. Reopened: what identifies the party has changed since it was "
       "asked for; ask anew.",
       {{"What waits for a second person", "probity waiver list --state requested"}},
       {{0, "done"}},
       {"waiver request", "waiver approve"}});
  AddParsed(
      command, "--subject", kSubject, &ParseJudged,
      [request](v1::JudgedSubject one) { *request->mutable_subject() = std::move(one); },
      "Only for this one");
  AddParsed(
      command, "--rule", "RULE", &ParseText,
      [request](const std::string& id) { request->set_rule_id(id); }, "Only of this rule");
  AddEnum<v1::WaiverState>(
      command, "--state", [request](v1::WaiverState one) { request->set_state(one); },
      "Only in this state");
  command->callback([&session, request] { List(session, *request); });
}

}  // namespace

void AddWaiver(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "waiver",
      {"Go on in spite of a ground, where the law lets you",
       "A waiver sets one rule aside for one party in one procedure, for a time, by two persons. "
       "A mandatory rule is waived only by a derogation of its own. The ground stays on record: "
       "the verdict is REVIEW at best, says by which waiver, and the risk is printed as it "
       "is.\n\nWho asked and who approved is taken from your tokens.",
       {{"", "probity waiver list"}},
       {{0, "done"}},
       {"screen", "self-cleaning", "judge"}});
  command->require_subcommand(1);
  AddRequest(command, session);
  AddApprove(command, session);
  AddRevoke(command, session);
  AddList(command, session);
}

}  // namespace probity::cli
