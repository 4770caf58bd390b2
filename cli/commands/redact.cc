#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/redaction_text.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

// A large store takes minutes to be written anew.
constexpr std::chrono::minutes kApproveTimeout{60};

void Print(Session& session, const v1::Redaction& redaction) {
  session.Say(absl::StrCat(redaction.name(), "  ", RedactionState(redaction)),
              redaction.has_done_at() ? Style::kGood : Style::kDoubt);
  Table table;
  table.Add({"record", redaction.record()});
  table.Add({"fields", redaction.fields().empty() ? "all personal ones"
                                                  : absl::StrJoin(redaction.fields(), ", ")});
  table.Add({"why", redaction.reason()});
  table.Add({"asked for by", absl::StrCat(redaction.requested_by(), ", ",
                                          FormatTimestamp(redaction.requested_at()))});
  if (redaction.has_approved_at()) {
    table.Add({"approved by", absl::StrCat(redaction.approved_by(), ", ",
                                           FormatTimestamp(redaction.approved_at()))});
    table.Add({"versions rewritten", FormatCount(redaction.versions())});
    table.Add({"decisions freed of its texts", FormatCount(redaction.decisions())});
  }
  session.Print(table);
}

void Request(Session& session, v1::RedactRecordRequest request) {
  request.set_request_id(NewUuid());
  const auto response = session.Ask(&Datasets::RedactRecord, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Print(session, *response);
  session.Say(
      "Nothing is erased yet: somebody else approves it with \"probity redact approve\". Then it "
      "cannot be undone.");
}

void Approve(Session& session, const v1::ApproveRedactionRequest& request) {
  session.set_call_timeout(kApproveTimeout);
  const auto response = session.Ask(&Datasets::ApproveRedaction, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Print(session, *response);
}

void List(Session& session) {
  const auto response = session.AskAll(&Datasets::ListRedactions, v1::ListRedactionsRequest(),
                                       &v1::ListRedactionsResponse::mutable_redactions);
  if (!response || session.PrintedAsJson(*response)) return;
  for (const v1::Redaction& one : response->redactions()) {
    Print(session, one);
    session.out() << '\n';
  }
  if (response->redactions().empty()) session.Say("Nothing was redacted.");
}

void AddRequest(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::RedactRecordRequest>();
  Command* command = AddCommand(
      *parent, "request",
      {"Ask that a record's personal fields be erased",
       "Names, addresses, days of birth, identifiers and free texts go from every revision, from "
       "all indexes and files, and from what later loads bring of the record. What ties a flag to "
       "its subject goes only where --field names it, because a verdict may go with it. A second "
       "person approves.",
       {{"", "probity redact request datasets/list/records/4711 --reason 'GDPR art. 17, ref 26/8'"},
        {"Two fields alone",
         "probity redact request datasets/list/records/4711 --field supplier.addresses --field "
         "supplier.founded --reason 'ref 26/8'"}},
       {{0, "it is asked for"}},
       {"redact approve", "subject-report"}});
  AddParsed(command, kRecord, kRecord, &ParseText,
            Into(request, &v1::RedactRecordRequest::mutable_record), "The record")
      ->required();
  Repeatable(AddParsed(
      command, "--field", "PATH", &ParseText,
      [request](const std::string& path) { request->add_fields(path); },
      "A field to erase, without places in lists. Without: all personal ones"));
  AddParsed(command, "--reason", kText, &ParseText,
            Into(request, &v1::RedactRecordRequest::mutable_reason),
            "Why, without the data itself: it is kept")
      ->required();
  command->callback([&session, request] { Request(session, *request); });
}

void AddApprove(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ApproveRedactionRequest>();
  Command* command = AddCommand(
      *parent, "approve",
      {"Erase what somebody else asked for",
       "Returns when the last byte is gone from the store's files; it cannot be undone. The whole "
       "index is written anew, which takes minutes for a large store.",
       {{"", "probity redact approve redactions/0123456789abcdef"}},
       {{0, "it is erased"}},
       {"redact list"}});
  AddParsed(command, "REDACTION", "REDACTION", &ParseText,
            Into(request, &v1::ApproveRedactionRequest::mutable_name),
            "Its name, as \"probity redact list\" shows it")
      ->required();
  command->callback([&session, request] { Approve(session, *request); });
}

void AddList(CLI::App* parent, Session& session) {
  Command* command = AddCommand(*parent, "list",
                                {"Show what was redacted, newest first",
                                 "",
                                 {{"", "probity redact list"}},
                                 {{0, "shown"}},
                                 {"redact request"}});
  command->callback([&session] { List(session); });
}

}  // namespace

void AddRedact(CLI::App& app, Session& session) {
  Command* group = AddCommand(
      app, "redact",
      {"Erase personal fields of a record, everywhere",
       "The one exception to \"history only grows\". Asked for by one person and approved by "
       "another; kept in a journal, so that no load and no restore brings it back.",
       {{"", "probity redact list"}},
       {{0, "done"}},
       {"subject-report"}});
  group->require_subcommand(1);
  AddRequest(group, session);
  AddApprove(group, session);
  AddList(group, session);
}

}  // namespace probity::cli
