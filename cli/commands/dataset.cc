#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/dataset_options.h"
#include "cli/load_report.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

void Create(Session& session, v1::CreateDatasetRequest request, const DatasetChanges& settings) {
  for (const auto& setting : settings) setting(request.mutable_dataset());
  request.set_request_id(NewUuid());
  const auto made = session.Ask(&Datasets::CreateDataset, request);
  if (made && !session.PrintedAsJson(*made)) session.Say("Created " + made->name(), Style::kGood);
}

void List(Session& session) {
  const auto response = session.AskAll(&Datasets::ListDatasets, v1::ListDatasetsRequest(),
                                       &v1::ListDatasetsResponse::mutable_datasets);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"dataset", "title", "records", "edition", "absence means"});
  for (const v1::Dataset& dataset : response->datasets()) {
    table.Add({dataset.name(), dataset.title() + (dataset.invented() ? " (invented)" : ""),
               FormatCount(dataset.record_count()), FormatDate(dataset.current().edition()),
               EnumWords(dataset.absence())});
  }
  session.Print(table);
}

void AddFacts(Command* command, const std::shared_ptr<v1::CreateDatasetRequest>& request) {
  std::shared_ptr<v1::Dataset> dataset(request, request->mutable_dataset());
  AddParsed(command, "--publisher", kText, &ParseText,
            Into(dataset, &v1::Dataset::mutable_publisher), "Who publishes it");
  AddParsed(command, "--owner", "authorities/ID", &ParseText,
            Into(dataset, &v1::Dataset::mutable_owner),
            "Authority that alone sees it. Without: all");
  AddEnum<v1::Reliability>(command, "--reliability", Into(dataset, &v1::Dataset::set_reliability),
                           "How far the publisher can be relied on");
  AddFlag(
      command, "--not_redistributable", [dataset](bool) { dataset->set_redistributable(false); },
      "It must not be exported");
  AddFlag(command, "--invented", Into(dataset, &v1::Dataset::set_invented),
          "Every record is invented; answers say so");
  AddFlag(command, "--personal_data", Into(dataset, &v1::Dataset::set_personal_data),
          "Rows may hold personal data");
}

void AddCreate(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::CreateDatasetRequest>();
  request->mutable_dataset()->set_redistributable(true);
  std::shared_ptr<v1::Dataset> dataset(request, request->mutable_dataset());
  Command* command = AddCommand(
      parent, "create",
      {"Create a dataset",
       "A dataset holds what one publisher says. What it means when a later full edition lacks a "
       "record must be said: delisted, its listing ended on the edition's day (sanctions, import "
       "bans), or retracted, it is no longer said (registers).",
       {{"A register",
         "probity dataset create audits --absence retracted --title \"Supplier audits\""},
        {"A list with editions",
         "probity dataset create wro --absence delisted --reliability regulator "
         "--publisher \"US Customs and Border Protection\""}},
       {{0, "created"}},
       {"dataset list", "dataset update", "import"}});
  AddParsed(command, "ID", kDataset, &ParseDatasetName, Into(dataset, &v1::Dataset::mutable_name),
            "1 to 63 of a-z, 0-9 and -, a letter first")
      ->required();
  AddEnum<v1::AbsenceMode>(command, "--absence", Into(dataset, &v1::Dataset::set_absence),
                           "What it means when a full edition lacks a record")
      ->required();
  AddFacts(command, request);
  auto settings = std::make_shared<DatasetChanges>();
  AddSettings(command, settings);
  command->callback([&session, request, settings] { Create(session, *request, *settings); });
}

// A command whose one argument is a name.
void AddOf(CLI::App& parent, Session& session, const std::string& name, const char* form,
           bool required, void (*run)(Session&, const std::string&), Manual manual) {
  auto value = std::make_shared<std::string>();
  Command* command = AddCommand(parent, name, std::move(manual));
  AddParsed(
      command, form, form, form == kDataset ? &ParseDatasetName : &ParseText,
      [value](std::string text) { *value = std::move(text); },
      form == kDataset ? "The dataset" : "The load")
      ->required(required);
  command->callback([&session, value, run] { run(session, *value); });
}

}  // namespace

void AddDataset(CLI::App& app, Session& session) {
  Command* command = AddCommand(app, "dataset",
                                {"Create and list datasets, their loads and revisions",
                                 "",
                                 {{"", "probity dataset list"}},
                                 {{0, "done"}},
                                 {"import"}});
  command->require_subcommand(1);
  AddCreate(*command, session);
  AddDatasetUpdate(*command, session);
  AddCommand(*command, "list",
             {"List the datasets", "", {{"", "probity dataset list"}}, {{0, "done"}}, {"info"}})
      ->callback([&session] { List(session); });
  AddDatasetRevisions(*command, session);
  AddDatasetAffected(*command, session);
  AddDatasetExport(*command, session);
  AddDatasetHold(*command, session);
  AddOf(*command, session, "loads", kDataset, true, &PrintLoads,
        {"List the loads of a dataset, newest first",
         "",
         {{"", "probity dataset loads audits"}},
         {{0, "done"}},
         {"import", "load", "dataset rejected"}});
  AddRejected(command, session);
  AddOf(*command, session, "abort", kLoad, true, &AbortLoad,
        {"Give an open load up",
         "Removes its files from the server. Nothing of it was visible.",
         {{"", "probity dataset abort datasets/audits/loads/3f0c2a9e"}},
         {{0, "done"}},
         {"import", "dataset loads"}});
}

}  // namespace probity::cli
