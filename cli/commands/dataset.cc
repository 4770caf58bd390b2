#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/crc32c.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExitCodes[] = "  0 done";
// Entries of one listing; the server's most.
constexpr int kPage = 1000;

struct Options {
  std::string name;
  std::string absence;
  std::string reliability;
  bool not_redistributable = false;
  double max_refused_percent = -1;
  v1::Dataset dataset;
};

absl::StatusOr<v1::CreateDatasetRequest> CreateRequest(const Options& options) {
  v1::CreateDatasetRequest request;
  request.set_request_id(NewRequestId());
  v1::Dataset* dataset = request.mutable_dataset();
  *dataset = options.dataset;
  dataset->set_name(DatasetName(options.name));
  dataset->set_redistributable(!options.not_redistributable);
  if (options.max_refused_percent >= 0) {
    dataset->set_max_refused_percent(options.max_refused_percent);
  }
  auto absence = ParseEnum(v1::AbsenceMode_descriptor(), "--absence", options.absence);
  if (!absence.ok()) return absence.status();
  dataset->set_absence(static_cast<v1::AbsenceMode>(*absence));
  if (options.reliability.empty()) return request;
  auto reliability = ParseEnum(v1::Reliability_descriptor(), "--reliability", options.reliability);
  if (!reliability.ok()) return reliability.status();
  dataset->set_reliability(static_cast<v1::Reliability>(*reliability));
  return request;
}

void Create(Session& session, const Options& options) {
  const auto made =
      session.Ask(&v1::DatasetService::Stub::CreateDataset, CreateRequest(options));
  if (made && !session.PrintedAsJson(*made)) session.Say("Created " + made->name(), Style::kGood);
}

void List(Session& session) {
  v1::ListDatasetsRequest request;
  request.set_page_size(kPage);
  const auto response = session.Ask(&v1::DatasetService::Stub::ListDatasets,
                                    absl::StatusOr<v1::ListDatasetsRequest>(request));
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"Dataset", "Title", "Records", "Edition", "Absence means"});
  for (const v1::Dataset& dataset : response->datasets()) {
    table.Add({dataset.name(), dataset.title() + (dataset.invented() ? " (invented)" : ""),
               absl::StrCat(dataset.record_count()), FormatDate(dataset.current().edition()),
               EnumWords(dataset.absence())});
  }
  session.Print(table);
}

void Revisions(Session& session, const std::string& dataset) {
  v1::ListRevisionsRequest request;
  if (!dataset.empty()) request.set_dataset(DatasetName(dataset));
  const auto response = session.Ask(&v1::DatasetService::Stub::ListRevisions,
                                    absl::StatusOr<v1::ListRevisionsRequest>(request));
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"Revision", "Published", "Dataset", "Added", "Changed", "Removed", "By", "Note"});
  for (const v1::Revision& revision : response->revisions()) {
    const v1::LoadCounts& counts = revision.counts();
    table.Add({absl::StrCat(revision.token().revision()),
               FormatTimestamp(revision.published_at()), revision.dataset(),
               absl::StrCat(counts.added()), absl::StrCat(counts.changed()),
               absl::StrCat(counts.removed()), revision.published_by(), revision.note()});
  }
  session.Print(table);
}

void Loads(Session& session, const std::string& dataset) {
  v1::ListLoadsRequest request;
  request.set_dataset(DatasetName(dataset));
  const auto response = session.Ask(&v1::DatasetService::Stub::ListLoads,
                                    absl::StatusOr<v1::ListLoadsRequest>(request));
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"Load", "State", "Opened", "Rows", "Refused", "Why"});
  for (const v1::Load& load : response->loads()) {
    table.Add({load.name(), EnumName(load.state()), FormatTimestamp(load.created_at()),
               absl::StrCat(load.counts().rows_read()), absl::StrCat(load.counts().refused()),
               load.error().message()});
  }
  session.Print(table);
}

// Every refused row, page by page.
void Rejected(Session& session, const std::string& load) {
  v1::ListRejectedRecordsRequest request;
  request.set_load(load);
  request.set_page_size(kPage);
  Table table({"Row", "Column", "Reason", "What is wrong", "As it stands in the file"});
  do {
    const auto response = session.Ask(&v1::DatasetService::Stub::ListRejectedRecords,
                                      absl::StatusOr<v1::ListRejectedRecordsRequest>(request));
    if (!response) return;
    request.set_page_token(response->next_page_token());
    if (session.PrintedAsJson(*response)) continue;
    for (const v1::RejectedRecord& row : response->rejected()) {
      table.Add({absl::StrCat(row.file_name(), ":", row.line()), row.column(),
                 EnumName(row.reason()), row.message(), row.raw()});
    }
  } while (!request.page_token().empty());
  if (!table.empty()) session.Print(table);
}

void AddCreate(CLI::App* parent, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* create = parent->add_subcommand("create", "Create a dataset");
  create->fallthrough();
  create->add_option("ID", options->name, "1 to 63 of a-z, 0-9 and -, a letter first")->required();
  create->add_option("--absence", options->absence,
                     "What it means when a full edition lacks a record: delisted (its listing "
                     "ended that day) or retracted (it is no longer said)")
      ->required();
  const auto text = [create](const char* name, auto setter, const char* help) {
    create->add_option_function<std::string>(name, setter, help);
  };
  v1::Dataset* dataset = &options->dataset;
  text("--title", [dataset](const std::string& v) { dataset->set_title(v); }, "Title for people");
  text("--publisher", [dataset](const std::string& v) { dataset->set_publisher(v); },
       "Who publishes it");
  text("--url", [dataset](const std::string& v) { dataset->set_url(v); }, "Where");
  text("--licence", [dataset](const std::string& v) { dataset->set_licence(v); },
       "SPDX identifier where there is one");
  text("--owner", [dataset](const std::string& v) { dataset->set_owner(v); },
       "authorities/ID that alone sees it; without: all");
  create->add_option("--reliability", options->reliability,
                     "official_register, court, regulator, scheme_owner, certification_body, "
                     "ngo, media, supplier or unverified");
  create->add_option("--max_refused_percent", options->max_refused_percent,
                     "Refused rows above which a load is not published; default 1")
      ->check(CLI::Range(0.0, 100.0));
  create->add_flag("--not_redistributable", options->not_redistributable, "Not to be exported");
  create->add_flag_function("--invented", [dataset](int64_t) { dataset->set_invented(true); },
                            "Every record is invented");
  create->add_flag_function("--personal_data",
                            [dataset](int64_t) { dataset->set_personal_data(true); },
                            "Rows may hold personal data");
  create->callback([&session, options] { Create(session, *options); });
}

}  // namespace

void AddDataset(CLI::App& app, Session& session) {
  CLI::App* command =
      AddCommand(app, "dataset", "Create and list datasets, their loads and revisions",
                 "  probity dataset create audits --absence retracted --title \"Audits\"\n"
                 "  probity dataset list",
                 kExitCodes);
  command->require_subcommand(1);
  AddCreate(command, session);
  CLI::App* list = command->add_subcommand("list", "List the datasets");
  list->fallthrough()->callback([&session] { List(session); });
  const auto add = [&](const char* name, const char* purpose, const char* argument, bool required,
                       void (*run)(Session&, const std::string&)) {
    auto value = std::make_shared<std::string>();
    CLI::App* sub = command->add_subcommand(name, purpose);
    sub->fallthrough()->add_option(argument, *value)->required(required);
    sub->callback([&session, value, run] { run(session, *value); });
  };
  add("revisions", "List revisions, newest first", "DATASET", false, &Revisions);
  add("loads", "List the loads of a dataset, newest first", "DATASET", true, &Loads);
  add("rejected", "List the rows that a load refused", "LOAD", true, &Rejected);
}

}  // namespace probity::cli
