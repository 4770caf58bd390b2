// Legal holds: what may neither be swept nor erased.
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

void SetHold(Session& session, v1::SetLegalHoldRequest request) {
  request.set_request_id(NewUuid());
  const auto hold = session.Ask(&Datasets::SetLegalHold, request);
  if (!hold || session.PrintedAsJson(*hold)) return;
  session.Say(
      absl::StrCat(hold->name(), " keeps everything from revision ", hold->from_revision(), " on."),
      Style::kGood);
}

void ReleaseHold(Session& session, const v1::ReleaseLegalHoldRequest& request) {
  const auto hold = session.Ask(&Datasets::ReleaseLegalHold, request);
  if (!hold || session.PrintedAsJson(*hold)) return;
  session.Say(absl::StrCat(hold->name(), " is released, by ", hold->released_by(), "."),
              Style::kGood);
}

void Holds(Session& session) {
  const auto response = session.Ask(&Datasets::ListLegalHolds, v1::ListLegalHoldsRequest());
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"hold", "dataset", "from revision", "set", "by", "released", "reason"});
  for (const v1::LegalHold& hold : response->holds()) {
    table.Add({hold.name(), hold.dataset().empty() ? "all" : hold.dataset(),
               absl::StrCat(hold.from_revision()), FormatTimestamp(hold.set_at()), hold.set_by(),
               hold.released_by().empty() ? "" : FormatTimestamp(hold.released_at()),
               hold.reason()});
  }
  session.Print(table);
}

}  // namespace

void AddDatasetHold(CLI::App& parent, Session& session) {
  Command* command = AddCommand(parent, "hold",
                                {"Keep what retention or an erasure would take",
                                 "",
                                 {{"", "probity dataset hold list"}},
                                 {{0, "done"}},
                                 {"dataset revisions"}});
  command->require_subcommand(1);
  auto set = std::make_shared<v1::SetLegalHoldRequest>();
  std::shared_ptr<v1::LegalHold> hold(set, set->mutable_hold());
  Command* setting = AddCommand(
      *command, "set",
      {"Set a legal hold",
       "While it stands, no revision that is readable now is swept, and no record of the dataset "
       "is erased. Without a dataset it keeps all.",
       {{"", "probity dataset hold set audits --reason \"order 7/2026 of the Court of Audit\""}},
       {{0, "it stands"}},
       {"dataset hold release"}});
  AddParsed(setting, kDataset, kDataset, &ParseDatasetName,
            Into(hold, &v1::LegalHold::mutable_dataset), "The dataset. Without: all");
  AddParsed(setting, "--reason", kText, &ParseText, Into(hold, &v1::LegalHold::mutable_reason),
            "Why, with the reference of the order")
      ->required();
  setting->callback([&session, set] { SetHold(session, *set); });
  auto release = std::make_shared<v1::ReleaseLegalHoldRequest>();
  Command* releasing = AddCommand(*command, "release",
                                  {"End a legal hold",
                                   "",
                                   {{"", "probity dataset hold release legalHolds/3f0c2a9e"}},
                                   {{0, "it is released"}},
                                   {"dataset hold list"}});
  AddParsed(releasing, "HOLD", "HOLD", &ParseText,
            Into(release, &v1::ReleaseLegalHoldRequest::mutable_name),
            "The hold, as \"probity dataset hold list\" shows it")
      ->required();
  releasing->callback([&session, release] { ReleaseHold(session, *release); });
  AddCommand(*command, "list",
             {"List legal holds, newest first, released ones too",
              "",
              {{"", "probity dataset hold list"}},
              {{0, "done"}},
              {"dataset hold set"}})
      ->callback([&session] { Holds(session); });
}

}  // namespace probity::cli
