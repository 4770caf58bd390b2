#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "cli/limit_option.h"
#include "cli/proof_rows.h"
#include "cli/trust_files.h"
#include "cli/utc_day.h"
#include "evidence/act.h"
#include "evidence/forms.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Screenings = v1::ScreeningService::Stub;

// "begun", "done", "failed: DATASET_NOT_FOUND".
std::string WhatOf(const v1::ActCore& core) {
  if (core.phase() != v1::ACT_PHASE_ENDED) return EnumWords(core.phase());
  const std::string outcome = EnumWords(core.outcome());
  return core.reason().empty() ? outcome : absl::StrCat(outcome, ": ", core.reason());
}

// Whom and what it names, in the order of the request, or what was published from which load.
std::string SubjectsOf(const v1::Act& act) {
  std::vector<std::string> subjects;
  for (const std::string& digest : act.core().subjects()) {
    for (const v1::PersonalText& text : act.subjects()) {
      if (text.digest() != digest) continue;
      subjects.push_back(text.has_erase_time() ? "[erased]" : text.text());
    }
  }
  const int more = static_cast<int>(act.core().subject_count()) - act.core().subjects_size();
  if (more > 0) subjects.push_back(absl::StrCat("and ", more, " more"));
  if (!act.core().load().empty()) subjects.push_back(act.core().load());
  return absl::StrJoin(subjects, ", ");
}

std::string RevisionOf(const v1::ActCore& core) {
  return core.has_revision() ? absl::StrCat(core.revision().revision()) : "";
}

void List(Session& session, v1::ListActsRequest request, int limit) {
  request.set_page_size(limit);
  const auto response = session.Ask(&Screenings::ListActs, request);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"recorded", "what", "call", "by", "named", "revision", "act"});
  for (const v1::Act& act : response->acts()) {
    table.Add({FormatTimestamp(act.recorded_at()), WhatOf(act.core()), act.core().method(),
               act.core().principal(), SubjectsOf(act), RevisionOf(act.core()), act.name()});
  }
  session.Print(table);
  if (response->acts().empty()) session.Say("No such act.");
  if (!response->next_page_token().empty()) session.Say("There are more: raise --limit.");
}

void Receipt(Session& session, const v1::GetActReceiptRequest& request, const std::string& path) {
  const auto response = session.Ask(&Screenings::GetActReceipt, request);
  if (!response) return;
  WriteOrPrint(session, path, evidence::JsonForm(response->receipt()), "Receipt");
}

void Verify(Session& session, const std::string& path, const TrustFiles& files) {
  auto bytes = ReadWhole(path);
  if (!bytes.ok()) return session.Usage(bytes.status());
  auto trust = ReadTrust(files);
  if (!trust.ok()) return session.Usage(trust.status());
  const v1::ActVerification result = evidence::VerifyActReceiptFile(*bytes, *trust);
  const bool proven = result.fault() == v1::EVIDENCE_FAULT_NONE;
  session.Finish(proven ? kExitGood : kExitBad);
  if (session.PrintedAsJson(result)) return;
  if (!proven) {
    session.Say(absl::StrCat("REFUSED  ", EnumName(result.fault())), Style::kBad);
    session.Say(result.explanation());
    return;
  }
  const v1::ActCore& core = result.core();
  session.Say("PROVEN", Style::kGood);
  Table table;
  table.AddUnlessEmpty("act", result.act());
  table.AddUnlessEmpty("call", core.method());
  table.AddUnlessEmpty("by", core.principal());
  table.AddUnlessEmpty("what", WhatOf(core));
  table.AddUnlessEmpty("begun as", core.begun());
  table.AddUnlessEmpty("revision", RevisionOf(core));
  table.AddUnlessEmpty("load", core.load());
  AddProofRows(&table, result);
  session.Print(table);
}

void AddList(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ListActsRequest>();
  auto limit = std::make_shared<int>(20);
  Command* command = AddCommand(
      *parent, "acts",
      {"List acts of administration, newest first",
       "Who changed what verdicts rest on, among callers of your authority: each act has a leaf "
       "from before it was done, and one of what came of it. Each revision of a dataset that is "
       "yours has one besides, with its load.",
       {{"", "probity log acts"},
        {"Since a day", "probity log acts --from 2026-11-01 --limit 100"}},
       {{0, "done, also when there is none"}},
       {"log act-receipt"}});
  AddParsed(
      command, "--from", kDay, &ParseDay,
      [request](const v1::Date& day) { *request->mutable_recorded_from() = StartOfDay(day); },
      "Recorded on this day (UTC) or later");
  AddParsed(
      command, "--to", kDay, &ParseDay,
      [request](const v1::Date& day) { *request->mutable_recorded_to() = EndOfDay(day); },
      "Recorded on this day (UTC) or before");
  AddLimit(command, limit, "leaves of acts");
  command->callback([&session, request, limit] { List(session, *request, *limit); });
}

void AddReceipt(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::GetActReceiptRequest>();
  auto path = std::make_shared<std::string>();
  Command* command = AddCommand(
      *parent, "act-receipt",
      {"Fetch the receipt of an act",
       "A receipt proves, without the server, that the log has the act as it was recorded.",
       {{"", "probity log act-receipt acts/0193…-end --out act.json"}},
       {{0, "done"}},
       {"log verify-act"}});
  AddParsed(command, "ACT", "ACT", &ParseText,
            Into(request, &v1::GetActReceiptRequest::mutable_name), "Name of the act's leaf")
      ->required();
  command->add_option("--out", *path, "File to write. Without: standard output")->type_name(kFile);
  command->callback([&session, request, path] { Receipt(session, *request, *path); });
}

void AddVerify(CLI::App* parent, Session& session) {
  auto path = std::make_shared<std::string>();
  auto files = std::make_shared<TrustFiles>();
  Command* command = AddCommand(*parent, "verify-act",
                                {"Verify the receipt of an act, without a server",
                                 "Needs the public keys of the log and nothing else.",
                                 {{"", "probity log verify-act act.json --key log.pub"}},
                                 {{0, "proven"}, {1, "refused: the reason is printed"}},
                                 {"log act-receipt"}});
  command->add_option("FILE", *path, "The receipt")->type_name(kFile)->required();
  AddTrustOptions(command, files);
  command->callback([&session, path, files] { Verify(session, *path, *files); });
}

}  // namespace

void AddLogActs(CLI::App* parent, Session& session) {
  AddList(parent, session);
  AddReceipt(parent, session);
  AddVerify(parent, session);
}

}  // namespace probity::cli
