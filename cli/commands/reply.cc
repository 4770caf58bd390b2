#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/review_options.h"
#include "probity/v1/review_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Reviews = v1::ReviewService::Stub;

constexpr char kReply[] = "REPLY";

// Dossiers have a command of their own, which asks for what they need.
absl::StatusOr<v1::ReplyKind> ParseKind(absl::string_view text) {
  auto kind = ParseEnum<v1::ReplyKind>(text);
  if (!kind.ok() || *kind != v1::REPLY_KIND_SELF_CLEANING) return kind;
  return absl::InvalidArgumentError("a dossier is given with \"probity self-cleaning submit\"");
}

void Print(Session& session, const v1::Reply& reply) {
  session.Say(
      absl::StrCat(reply.name(), "  ", EnumName(reply.kind()), ", ", EnumWords(reply.state())),
      reply.state() == v1::REPLY_STATE_WITHDRAWN ? Style::kDoubt : Style::kPlain);
  Table table;
  table.Add({"about", reply.about()});
  table.Add({"received on", FormatDate(reply.received_on())});
  table.AddUnlessEmpty("says", reply.text());
  table.AddUnlessEmpty("shows", EnumList<v1::SelfCleaningElement>(reply.elements()));
  table.AddUnlessEmpty("documents", absl::StrJoin(reply.evidence(), "\n"));
  table.Add({"recorded by", reply.recorded_by()});
  if (reply.outcome() != v1::SELF_CLEANING_OUTCOME_UNSPECIFIED) {
    table.Add({"assessed",
               absl::StrCat(EnumName(reply.outcome()), " on ", FormatDate(reply.assessed_on()),
                            " by ", reply.assessed_by(), ": ", reply.reasons())});
  }
  session.Print(table);
}

template <typename Request, typename Response>
void Change(Session& session,
            grpc::Status (Reviews::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request) {
  const auto response = session.Ask(method, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Print(session, response->reply());
  session.PrintStamp(response->stamp());
}

void AddAnswer(Command* command, const std::shared_ptr<v1::Reply>& reply) {
  AddParsed(command, kRecord, kRecord, &ParseText, Into(reply, &v1::Reply::mutable_about),
            "The flag or measure that is answered, as \"probity flags\" names its source")
      ->required();
  AddParsed(command, "--received_on", kDay, &ParseDay, Into(reply, &v1::Reply::mutable_received_on),
            "Day it was received. Without: today");
  Repeatable(AddParsed(
      command, "--document", "DOCUMENT", &ParseText,
      [reply](const std::string& text) { reply->add_evidence(text); },
      "A document, by address or SHA-256"));
}

CLI::Option* AddSays(Command* command, const std::shared_ptr<v1::Reply>& reply) {
  return AddParsed(command, "--text", kText, &ParseText, Into(reply, &v1::Reply::mutable_text),
                   "What the supplier says");
}

void AddSubmit(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::SubmitReplyRequest>();
  const std::shared_ptr<v1::Reply> reply(request, request->mutable_reply());
  Command* command = AddCommand(
      *parent, "submit",
      {"Record what a supplier answered to a flag",
       "A statement is the supplier's side of it; a request for correction says that the record "
       "is wrong, and is passed on to its publisher.",
       {{"",
         "probity reply submit datasets/ngo/records/17 --kind statement --text 'the site was sold "
         "in 2024' --document https://example.org/deed.pdf"}},
       {{0, "it is recorded"}},
       {"flags", "self-cleaning submit"}});
  AddAnswer(command, reply);
  AddParsed(command, "--kind", "{statement,correction-request}", &ParseKind,
            Into(reply, &v1::Reply::set_kind), "What it is")
      ->required();
  AddSays(command, reply)->required();
  command->callback([&session, request] { Change(session, &Reviews::SubmitReply, *request); });
}

void AddDossier(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::SubmitReplyRequest>();
  const std::shared_ptr<v1::Reply> reply(request, request->mutable_reply());
  reply->set_kind(v1::REPLY_KIND_SELF_CLEANING);
  Command* command =
      AddCommand(*parent, "submit",
                 {"Record a self-cleaning dossier",
                  "It has no effect until somebody else has assessed it.",
                  {{"",
                    "probity self-cleaning submit datasets/courts/records/17 --element "
                    "compensation-paid-or-undertaken --element personnel-measures --document "
                    "https://example.org/dossier.pdf"}},
                  {{0, "it is recorded"}},
                  {"self-cleaning assess", "flags"}});
  AddAnswer(command, reply);
  command->get_option("--document")->required();
  const std::string elements =
      absl::StrJoin(EnumChoices(v1::SelfCleaningElement_descriptor()), ", ");
  Repeatable(AddParsed(command, "--element", "ELEMENT", &ParseEnum<v1::SelfCleaningElement>,
                       Into(reply, &v1::Reply::add_elements),
                       absl::StrCat("What it shows: ", elements)))
      ->required();
  AddSays(command, reply);
  command->callback([&session, request] { Change(session, &Reviews::SubmitReply, *request); });
}

void AddAssess(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::AssessSelfCleaningRequest>();
  Command* command = AddCommand(
      *parent, "assess",
      {"Say what a self-cleaning dossier comes to",
       "Accepted, it takes the ground's effect away for your authority, where the rule knows "
       "self-cleaning; the finding stays in every decision. Who recorded the dossier does not "
       "assess it. The latest assessment counts.",
       {{"",
         "probity self-cleaning assess authorities/a/replies/0 --outcome insufficient --reasons "
         "'recruitment fees are not repaid'"}},
       {{0, "it is assessed"}},
       {"self-cleaning submit", "self-cleaning list"}});
  AddEntryName(command, kReply, request, "The dossier's name");
  AddEnum<v1::SelfCleaningOutcome>(command, "--outcome",
                                   Into(request, &v1::AssessSelfCleaningRequest::set_outcome),
                                   "What it comes to")
      ->required();
  AddParsed(command, "--reasons", kText, &ParseText,
            Into(request, &v1::AssessSelfCleaningRequest::mutable_reasons),
            "Why: the law asks for reasons")
      ->required();
  command->callback(
      [&session, request] { Change(session, &Reviews::AssessSelfCleaning, *request); });
}

void AddWithdraw(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::WithdrawReplyRequest>();
  Command* command = AddCommand(
      *parent, "withdraw",
      {"Take a reply back that was recorded in error",
       "It stays on record, and is shown beside its flag no more.",
       {{"", "probity reply withdraw authorities/a/replies/0 --reason 'of another flag'"}},
       {{0, "it is withdrawn"}},
       {"reply list"}});
  AddEntryName(command, kReply, request, "Its name");
  AddReason(command, request);
  command->callback([&session, request] { Change(session, &Reviews::WithdrawReply, *request); });
}

void AddList(CLI::App* parent, Session& session, v1::ReplyKind kind, const Manual& manual) {
  auto request = std::make_shared<v1::ListRepliesRequest>();
  request->set_kind(kind);
  Command* command = AddCommand(*parent, "list", manual);
  AddParsed(command, "--about", kRecord, &ParseText,
            Into(request, &v1::ListRepliesRequest::mutable_about),
            "Only about this flag or measure");
  AddState<v1::ReplyState>(command, request);
  command->callback([&session, request] {
    PrintAll(session, &Reviews::ListReplies, *request, &v1::ListRepliesResponse::mutable_replies,
             &Print, "No replies.");
  });
}

}  // namespace

void AddReply(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "reply",
      {"Record what suppliers answer to flags",
       "A reply stands beside its flag wherever your authority sees that, in decisions and "
       "documents too, and a person weighs it. It never takes a flag away.",
       {{"", "probity reply list"}},
       {{0, "done"}},
       {"flags", "self-cleaning"}});
  command->require_subcommand(1);
  AddSubmit(command, session);
  AddWithdraw(command, session);
  AddList(command, session, v1::REPLY_KIND_UNSPECIFIED,
          {"List replies and what they are worth",
           "Of all kinds, dossiers too.",
           {{"", "probity reply list --about datasets/ngo/records/17"}},
           {{0, "done"}},
           {"reply submit", "self-cleaning list"}});
}

void AddSelfCleaning(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "self-cleaning",
      {"Record and assess self-cleaning dossiers",
       "A supplier may show that it has put things right: paid compensation, clarified the facts "
       "with the authorities, taken technical, organisational and personnel measures (Directive "
       "2014/24/EU art. 57(6)). Somebody else than who recorded the dossier assesses it.",
       {{"", "probity self-cleaning list"}},
       {{0, "done"}},
       {"flags", "reply", "waiver"}});
  command->require_subcommand(1);
  AddDossier(command, session);
  AddAssess(command, session);
  AddList(command, session, v1::REPLY_KIND_SELF_CLEANING,
          {"List dossiers and what they came to",
           "Recorded: nobody has assessed it yet.",
           {{"What waits to be assessed", "probity self-cleaning list --state recorded"}},
           {{0, "done"}},
           {"self-cleaning assess"}});
}

}  // namespace probity::cli
