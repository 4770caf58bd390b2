// The recorded decisions that a correction or rollback touches.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

std::string NameOf(const v1::AffectedDecision& decision) {
  if (decision.display_name().empty()) return decision.decision();
  return absl::StrCat(decision.display_name(), ", ", decision.decision());
}

void Affected(Session& session, const v1::ListAffectedDecisionsRequest& first) {
  v1::ListAffectedDecisionsRequest request = first;
  Table table({"recorded", "procedure", "decided", "today", "supplier and decision"});
  bool changed = false;
  do {
    const auto page = session.Ask(&Datasets::ListAffectedDecisions, request);
    if (!page) return;
    request.set_page_token(page->next_page_token());
    for (const v1::AffectedDecision& one : page->decisions()) {
      changed = changed || one.corrected_verdict() != one.recorded_verdict();
      table.Add(
          {FormatTimestamp(one.recorded_at()), one.procedure(), EnumName(one.recorded_verdict()),
           one.has_error() ? one.error().reason() : EnumName(one.corrected_verdict()), NameOf(one)},
          absl::StrJoin(one.records(), ", "));
    }
    session.PrintedAsJson(*page);
  } while (!request.page_token().empty());
  if (changed) session.Finish(kExitUndetermined);
  if (session.options().json) return;
  if (table.empty()) return session.Say("No recorded decision cites it.");
  session.Print(table);
}

}  // namespace

void AddDatasetAffected(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::ListAffectedDecisionsRequest>();
  Command* command = AddCommand(
      parent, "affected",
      {"List the recorded decisions that rest on what was corrected",
       "Decisions of your authority that cited a record as it was before it was corrected, "
       "withdrawn or rolled back, with the verdict that today's data give.",
       {{"What a load or rollback touched, by its revision",
         "probity dataset affected --revision 42"},
        {"", "probity dataset affected --record datasets/wro/records/2019-07"}},
       {{0, "none of them would be decided otherwise today"},
        {4, "at least one would, or could not be decided again"}},
       {"dataset revisions", "decision get", "decision replay"}});
  CLI::Option* record =
      AddParsed(command, "--record", kRecord, &ParseText,
                Into(request, &v1::ListAffectedDecisionsRequest::mutable_record), "One record");
  AddParsed(
      command, "--revision", "REVISION", &ParseCount,
      [request](int revision) { request->set_revision(revision); }, "All that one revision changed")
      ->excludes(record);
  command->callback([&session, request] { Affected(session, *request); });
}

}  // namespace probity::cli
