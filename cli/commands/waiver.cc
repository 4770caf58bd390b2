#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/judged_subject.h"
#include "cli/review_options.h"
#include "probity/v1/review_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Reviews = v1::ReviewService::Stub;

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
            grpc::Status (Reviews::*method)(grpc::ClientContext*, const Request&, Response*),
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

template <typename Request>
void AddName(Command* command, const std::shared_ptr<Request>& request) {
  AddEntryName(command, "WAIVER", request, "Its name, as \"probity waiver list\" shows it");
}

void AddLaw(Command* command, const std::shared_ptr<v1::CreateWaiverRequest>& request,
            const std::shared_ptr<v1::Waiver>& waiver) {
  AddParsed(command, "--rule", "RULE", &ParseText, Into(waiver, &v1::Waiver::mutable_rule_id),
            "The rule whose ground is waived, as a decision names it: EU-57.1F")
      ->required();
  AddParsed(
      command, "--derogation", "DEROGATION", &ParseText,
      Into(waiver, &v1::Waiver::mutable_derogation),
      "By which law, for a mandatory rule: EU-57.3. A wrong one is answered with the lawful ones");
  AddParsed(command, "--policy", "POLICY", &ParseText,
            Into(request, &v1::CreateWaiverRequest::mutable_policy),
            "Of which policy the rule is. Without: the one that decides for your authority");
}

void AddTerm(Command* command, const std::shared_ptr<v1::Waiver>& waiver) {
  AddParsed(command, "--procedure", kText, &ParseText, Into(waiver, &v1::Waiver::mutable_procedure),
            "The procedure it is for, as \"probity screen --procedure\" names it")
      ->required();
  AddParsed(command, "--contract_end", kDay, &ParseDay,
            Into(waiver, &v1::Waiver::mutable_contract_end), "Last day of the contract")
      ->required();
  AddParsed(command, "--last_day", kDay, &ParseDay, Into(waiver, &v1::Waiver::mutable_last_day),
            "Last day of the waiver. Without: the contract's");
}

void AddRequest(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::CreateWaiverRequest>();
  const std::shared_ptr<v1::Waiver> waiver(request, request->mutable_waiver());
  Command* command = AddCommand(
      *parent, "request",
      {"Ask for a waiver",
       "It has no effect until a second person approves it.",
       {{"",
         "probity waiver request GB-COH:04830352 --rule EU-57.1F --derogation EU-57.3 --procedure "
         "2026/S-117 --contract_end 2027-06-30 --reason 'the only maker of the vaccine'"}},
       {{0, "it is asked for"}},
       {"waiver approve", "waiver list", "screen"}});
  AddParsed(command, kSubject, kSubject, &ParseJudged, Into(waiver, &v1::Waiver::mutable_subject),
            "For whom: a supplier, a vendor number or an identifier")
      ->required();
  AddLaw(command, request, waiver);
  AddTerm(command, waiver);
  AddReason(command, waiver);
  command->callback([&session, request, waiver] {
    if (!waiver->has_last_day()) *waiver->mutable_last_day() = waiver->contract_end();
    Change(session, &Reviews::CreateWaiver, *request);
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
  AddReason(command, request);
  command->callback([&session, request] { Change(session, &Reviews::ApproveWaiver, *request); });
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
  AddReason(command, request);
  command->callback([&session, request] { Change(session, &Reviews::RevokeWaiver, *request); });
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
  AddParsed(command, "--subject", kSubject, &ParseJudged,
            Into(request, &v1::ListWaiversRequest::mutable_subject), "Only for this one");
  AddParsed(command, "--rule", "RULE", &ParseText,
            Into(request, &v1::ListWaiversRequest::mutable_rule_id), "Only of this rule");
  AddState<v1::WaiverState>(command, request);
  command->callback([&session, request] {
    PrintAll(session, &Reviews::ListWaivers, *request, &v1::ListWaiversResponse::mutable_waivers,
             &Print, "No waivers.");
  });
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
