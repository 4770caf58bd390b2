#include <memory>
#include <string>

#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/dataset_options.h"
#include "cli/load_report.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

// What is not named stays as it is.
void Update(Session& session, const std::string& name, const DatasetChanges& changes) {
  if (changes.empty()) {
    return session.Usage(absl::InvalidArgumentError("say what is to change, see --help"));
  }
  v1::GetDatasetRequest get;
  get.set_name(name);
  const auto before = session.Ask(&Datasets::GetDataset, get);
  if (!before) return;
  v1::UpdateDatasetRequest request;
  *request.mutable_dataset() = *before;
  for (const auto& change : changes) change(request.mutable_dataset());
  request.set_request_id(NewUuid());
  const auto updated = session.Ask(&Datasets::UpdateDataset, request);
  if (!updated) return;
  if (updated->has_held()) session.Finish(ExitCodeOf(updated->held()));
  if (session.PrintedAsJson(*updated)) return;
  if (!updated->has_held()) return session.Say("Changed " + name, Style::kGood);
  PrintLoad(session, updated->held());
}

}  // namespace

void AddDatasetUpdate(CLI::App& parent, Session& session) {
  auto name = std::make_shared<std::string>();
  auto changes = std::make_shared<DatasetChanges>();
  Command* command = AddCommand(
      parent, "update",
      {"Change what is said of a dataset, and its guard rails",
       "What is not named stays as it is. What absence means, the owner, the publisher and its "
       "reliability never change. A change that loosens a guard rail waits for a second person, "
       "like a load: \"probity load approve\".",
       {{"Hold loads that lose more than a twentieth of the list",
         "probity dataset update wro --max_shrink_percent 5"},
        {"Two persons for what is entered by hand",
         "probity dataset update audits --second_person_for_records yes"}},
       {{0, "changed"}, {3, "it waits for a second person, or was refused"}},
       {"dataset create", "load approve"}});
  AddParsed(
      command, kDataset, kDataset, &ParseDatasetName,
      [name](std::string text) { *name = std::move(text); }, "The dataset")
      ->required();
  AddSettings(command, changes);
  AddParsed(
      command, "--redistributable", "{yes,no}", &ParseYes,
      [changes](bool yes) {
        changes->push_back([yes](v1::Dataset* d) { d->set_redistributable(yes); });
      },
      "Whether its rows may be exported");
  AddParsed(
      command, "--personal_data", "{yes,no}", &ParseYes,
      [changes](bool yes) {
        changes->push_back([yes](v1::Dataset* d) { d->set_personal_data(yes); });
      },
      "Whether rows may hold personal data");
  command->callback([&session, name, changes] { Update(session, *name, *changes); });
}

}  // namespace probity::cli
