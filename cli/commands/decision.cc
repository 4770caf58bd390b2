#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "cli/limit_option.h"
#include "cli/proof_rows.h"
#include "cli/trust_files.h"
#include "cli/verdict_report.h"
#include "evidence/receipt.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Screenings = v1::ScreeningService::Stub;

void Get(Session& session, const v1::GetDecisionRequest& request) {
  const auto response = session.Ask(&Screenings::GetDecision, request);
  if (!response) return;
  session.Finish(CodeOf(response->decision().core().verdict()));
  if (session.PrintedAsJson(*response)) return;
  PrintDecision(session, response->decision(), response->bundle());
}

void List(Session& session, v1::ListDecisionsRequest request, int limit) {
  request.set_page_size(limit);
  const auto response = session.Ask(&Screenings::ListDecisions, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"recorded", "verdict", "identity", "policy", "decision"});
  for (const v1::Decision& one : response->decisions()) {
    table.Add({FormatTimestamp(one.recorded_at()),
               Cell(EnumName(one.core().verdict()), StyleOf(one.core().verdict())),
               EnumWords(one.core().identity()),
               one.core().policies().empty() ? "" : one.core().policies(0).name(), one.name()});
  }
  session.Print(table);
  if (response->decisions().empty()) session.Say("No such decision.");
  if (!response->next_page_token().empty()) session.Say("There are more: raise --limit.");
}

void PrintDocument(Session& session, const v1::PrintDecisionRequest& request,
                   const std::string& path) {
  const auto response = session.Ask(&Screenings::PrintDecision, request);
  if (!response) return;
  if (path.empty() && session.PrintedAsJson(*response)) return;
  WriteOrPrint(session, path, response->text(), "Decision");
}

void Replay(Session& session, const v1::ReplayDecisionRequest& request) {
  const auto response = session.Ask(&Screenings::ReplayDecision, request);
  if (!response) return;
  session.Finish(response->equal() ? kExitGood : kExitBad);
  if (session.PrintedAsJson(*response)) return;
  session.Say(response->equal() ? "EQUAL" : "DIFFERENT",
              response->equal() ? Style::kGood : Style::kBad);
  for (const std::string& line : response->differences()) session.Say(line);
  if (response->erased_texts() > 0) {
    session.Say(absl::StrCat(response->erased_texts(),
                             " texts about persons were erased: what was found by them is taken "
                             "as recorded."),
                Style::kDoubt);
  }
  if (response->redacted_records() > 0) {
    session.Say(absl::StrCat(response->redacted_records(),
                             " of its records were redacted since: the facts are those recorded."));
  }
}

void Erase(Session& session, const v1::ErasePersonalTextsRequest& request) {
  const auto response = session.Ask(&Screenings::ErasePersonalTexts, request);
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say(absl::StrCat(response->erased(), " texts erased, ", response->left(), " left."));
  if (response->erased() == 0) session.Say("All that were named had been erased before.");
}

void Receipt(Session& session, const v1::GetReceiptRequest& request, const std::string& path,
             bool binary) {
  const auto response = session.Ask(&Screenings::GetReceipt, request);
  if (!response) return;
  const std::string bytes = binary ? evidence::ReceiptToBinary(response->receipt())
                                   : evidence::ReceiptToJson(response->receipt());
  WriteOrPrint(session, path, bytes, "Receipt");
}

// What is known of the time stamp, for people.
std::string TimestampText(const v1::ReceiptVerification& result) {
  switch (result.timestamp()) {
    case v1::TIMESTAMP_STATE_VERIFIED:
      return absl::StrCat(FormatTimestamp(result.timestamp_time()), " by ",
                          result.timestamp_authority());
    case v1::TIMESTAMP_STATE_NOT_VERIFIED:
      return "there is one, not verified: give --tsa_ca";
    default:
      return "none: the times are the log's own word";
  }
}

void Verify(Session& session, const std::string& path, const TrustFiles& files) {
  auto bytes = ReadWhole(path);
  if (!bytes.ok()) return session.Usage(bytes.status());
  auto trust = ReadTrust(files);
  if (!trust.ok()) return session.Usage(trust.status());
  const v1::ReceiptVerification result = evidence::VerifyReceiptFile(*bytes, *trust);
  const bool proven = result.fault() == v1::EVIDENCE_FAULT_NONE;
  session.Finish(proven ? kExitGood : kExitBad);
  if (session.PrintedAsJson(result)) return;
  if (!proven) {
    session.Say(absl::StrCat("REFUSED  ", EnumName(result.fault())), Style::kBad);
    session.Say(result.explanation());
    for (const int part : result.altered_parts()) {
      session.Say(absl::StrCat("altered: ", EnumWords(static_cast<v1::ReceiptPart>(part))));
    }
    return;
  }
  session.Say("PROVEN", Style::kGood);
  Table table;
  table.AddUnlessEmpty("decision", result.decision());
  AddProofRows(&table, result);
  table.AddUnlessEmpty("time stamp", TimestampText(result));
  session.Print(table);
}

template <typename Request>
void AddName(Command* command, const std::shared_ptr<Request>& request) {
  AddParsed(command, "DECISION", "DECISION", &ParseText, Into(request, &Request::mutable_name),
            "Name of the decision")
      ->required();
}

void AddGet(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::GetDecisionRequest>();
  Command* command = AddCommand(*parent, "get",
                                {"Show a recorded decision",
                                 "As \"screen\" showed it, from the evidence log.",
                                 {{"", "probity decision get decisions/0193…"}},
                                 {{0, "CLEAR"}, {1, "BLOCK"}, {4, "REVIEW"}},
                                 {"screen"}});
  AddName(command, request);
  command->callback([&session, request] { Get(session, *request); });
}

void AddList(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ListDecisionsRequest>();
  auto limit = std::make_shared<int>(20);
  Command* command = AddCommand(*parent, "list",
                                {"List your authority's decisions, newest first",
                                 "All filters that are given must fit.",
                                 {{"What was blocked?", "probity decision list --verdict block"}},
                                 {{0, "done, also when there is none"}},
                                 {}});
  AddEnum<v1::Verdict>(command, "--verdict", Into(request, &v1::ListDecisionsRequest::set_verdict),
                       "Only this verdict");
  AddParsed(command, "--supplier", kSupplier, &ParseText,
            Into(request, &v1::ListDecisionsRequest::mutable_supplier), "Only about this supplier");
  AddParsed(command, "--procedure", kText, &ParseText,
            Into(request, &v1::ListDecisionsRequest::mutable_procedure),
            "Only of this procedure, exactly as it was given");
  AddLimit(command, limit, "decisions");
  command->callback([&session, request, limit] { List(session, *request, *limit); });
}

void AddPrint(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::PrintDecisionRequest>();
  auto path = std::make_shared<std::string>();
  Command* command = AddCommand(
      *parent, "print",
      {"Write a recorded decision as a document",
       "For the supplier, what concerns others and what is for official use is left out, and each "
       "omission is marked.",
       {{"", "probity decision print decisions/0193… --language it --audience supplier"}},
       {{0, "done"}},
       {"screen"}});
  AddName(command, request);
  AddParsed(command, "--language", "LL", &ParseText,
            Into(request, &v1::PrintDecisionRequest::mutable_language),
            "Language: en, fr, de, it, ru or es")
      ->default_str("en");
  AddEnum<v1::Audience>(command, "--audience",
                        Into(request, &v1::PrintDecisionRequest::set_audience), "For whom")
      ->default_str("officer");
  command->add_option("--out", *path, "File to write. Without: standard output")->type_name(kFile);
  command->callback([&session, request, path] { PrintDocument(session, *request, *path); });
}

void AddReplay(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ReplayDecisionRequest>();
  request->set_mode(v1::REPLAY_MODE_REEVALUATE);
  Command* command = AddCommand(
      *parent, "replay",
      {"Derive a decision again",
       "reevaluate: the policy over the recorded facts. rederive: the facts fetched again at the "
       "revision of then, the stored answer not looked at. today: the same purchase under today's "
       "data and policy, with what differs.",
       {{"", "probity decision replay decisions/0193… --mode rederive"}},
       {{0, "equal"}, {1, "different: what differs is printed"}},
       {}});
  AddName(command, request);
  AddEnum<v1::ReplayMode>(command, "--mode", Into(request, &v1::ReplayDecisionRequest::set_mode),
                          "How")
      ->default_str("reevaluate");
  command->callback([&session, request] { Replay(session, *request); });
}

void AddErase(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ErasePersonalTextsRequest>();
  Command* command = AddCommand(
      *parent, "erase",
      {"Erase texts about persons from a decision",
       "Names, addresses, days of birth and free texts stand beside the decision. Erased, they "
       "are gone from the log's files; the decision, its receipt and every head of the log stay "
       "valid, and who erased what, when and why stays on record. Backups made before keep them. "
       "Whom an act of administration named is erased by its name and digests alike.",
       {{"All of the supplier",
         "probity decision erase decisions/0193… --at subject --reason \"GDPR art. 17\""},
        {"One of them",
         "probity decision erase decisions/0193… --digest 9f86d081… --reason \"GDPR art. 17\""}},
       {{0, "done; also when they had been erased before"}},
       {}});
  AddName(command, request);
  Repeatable(AddParsed(
      command, "--at", "PATH", &ParseText,
      [request](const std::string& path) { request->add_paths(path); },
      "Texts at this place: a subject as in the request (subject, parties[0].subject), or a path "
      "in the bundle. May be given again"));
  Repeatable(AddParsed(
      command, "--digest", "DIGEST", &ParseDigest,
      [request](const std::string& digest) { request->add_digests(digest); },
      "The text of this digest, in hex or, as \"decision get --json\" shows it, base64. May be "
      "given again"));
  AddParsed(command, "--reason", kText, &ParseText,
            Into(request, &v1::ErasePersonalTextsRequest::mutable_reason),
            "Why; kept with the decision, so name nobody")
      ->required();
  command->callback([&session, request] { Erase(session, *request); });
}

void AddReceipt(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::GetReceiptRequest>();
  auto path = std::make_shared<std::string>();
  auto binary = std::make_shared<bool>(false);
  Command* command = AddCommand(
      *parent, "receipt",
      {"Fetch the receipt of a decision",
       "A receipt proves, without the server, that the decision stands in the log as it was made.",
       {{"", "probity decision receipt decisions/0193… --out receipt.json"}},
       {{0, "done"}},
       {"log"}});
  AddName(command, request);
  command->add_option("--out", *path, "File to write. Without: standard output")->type_name(kFile);
  command->add_flag("--binary", *binary, "The binary form instead of JSON");
  command->callback(
      [&session, request, path, binary] { Receipt(session, *request, *path, *binary); });
}

void AddVerify(CLI::App* parent, Session& session) {
  auto path = std::make_shared<std::string>();
  auto files = std::make_shared<TrustFiles>();
  Command* command = AddCommand(
      *parent, "verify",
      {"Verify a receipt, without a server",
       "Needs the public keys of the log and nothing else. When the receipt is refused, it says "
       "which part of it was altered.",
       {{"", "probity decision verify receipt.json --key log.pub"},
        {"With its time stamp",
         "probity decision verify receipt.json --key log.pub --tsa_ca authority.pem"}},
       {{0, "proven"}, {1, "refused: the reason is printed"}},
       {"log"}});
  command->add_option("FILE", *path, "The receipt")->type_name(kFile)->required();
  AddTrustOptions(command, files);
  command
      ->add_option("--tsa_ca", files->timestamp_ca,
                   "Certificates, PEM, of the authority for time stamps; the receipt's stamp must "
                   "lead to one of them")
      ->type_name(kFile);
  command->callback([&session, path, files] { Verify(session, *path, *files); });
}

}  // namespace

void AddDecision(CLI::App& app, Session& session) {
  Command* command =
      AddCommand(app, "decision",
                 {"Look at recorded decisions, replay and prove them",
                  "Every verdict is recorded with all that it was drawn from before it is shown.",
                  {{"", "probity decision list"}},
                  {{0, "done"}},
                  {"screen", "log"}});
  command->require_subcommand(1);
  AddGet(command, session);
  AddList(command, session);
  AddPrint(command, session);
  AddReplay(command, session);
  AddErase(command, session);
  AddReceipt(command, session);
  AddVerify(command, session);
}

}  // namespace probity::cli
