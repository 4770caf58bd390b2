#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/load_report.h"
#include "google/protobuf/util/json_util.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

// Reads one record from a file; "-" is standard input.
absl::Status ReadRecord(const std::string& path, v1::Record* record) {
  std::ifstream file;
  if (path != "-") file.open(path);
  std::istream& in = path == "-" ? std::cin : file;
  const std::string json((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (json.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read, or is empty"));
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, record);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no probity.v1.Record in JSON: ", parsed.message().ToString()));
}

// It waits for a second person.
void Held(Session& session, const v1::Load& load) {
  session.Finish(ExitCodeOf(load));
  PrintLoad(session, load);
}

void Put(Session& session, const std::string& path, v1::PutRecordRequest request) {
  const absl::Status read = ReadRecord(path, request.mutable_record());
  if (!read.ok()) return session.Usage(read);
  request.set_request_id(NewUuid());
  const auto response = session.Ask(&v1::DatasetService::Stub::PutRecord, request);
  if (!response || session.PrintedAsJson(*response)) return;
  if (response->has_held()) return Held(session, response->held());
  session.Say("Stored " + response->record().name(), Style::kGood);
  session.PrintStamp(response->stamp());
}

void Remove(Session& session, v1::RemoveRecordRequest request) {
  request.set_request_id(NewUuid());
  const auto response = session.Ask(&v1::DatasetService::Stub::RemoveRecord, request);
  if (!response || session.PrintedAsJson(*response)) return;
  if (response->has_held()) return Held(session, response->held());
  session.Say("Removed " + request.name(), Style::kGood);
  session.PrintStamp(response->stamp());
}

template <typename Request>
void AddCommon(Command* command, const std::shared_ptr<Request>& request) {
  AddParsed(command, "--edition", kDay, &ParseDay, Into(request, &Request::mutable_edition),
            "Day from which it holds. Without: today");
  AddParsed(command, "--note", kText, &ParseText, Into(request, &Request::mutable_note),
            "Text for the audit trail");
}

}  // namespace

void AddPut(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::PutRecordRequest>();
  auto path = std::make_shared<std::string>();
  Command* command = AddCommand(
      app, "put",
      {"Write one record, visible at once",
       "Adds the record, or replaces the one with its key. For many records use import. "
       "Where the dataset asks for it, or a BLOCK or REVIEW of a watched vendor would be "
       "lifted, it waits for a second person.",
       {{"", "probity put audits record.json --note \"by telephone\""},
        {"From standard input", "probity put audits - < record.json"}},
       {{0, "stored"}, {3, "it waits for a second person, or was refused"}},
       {"remove", "import", "load approve"}});
  AddParsed(command, "DATASET", kDataset, &ParseDatasetName,
            Into(request, &v1::PutRecordRequest::mutable_dataset), "The dataset")
      ->required();
  command->add_option("FILE", *path, "One probity.v1.Record in proto3 JSON; - is standard input")
      ->required()
      ->type_name(kFile);
  AddCommon(command, request);
  command->callback([&session, path, request] { Put(session, *path, *request); });
}

void AddRemove(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::RemoveRecordRequest>();
  Command* command = AddCommand(
      app, "remove",
      {"Remove one record, or end its listing",
       "In a dataset whose absence means delisted the record's listing ends on the edition's day, "
       "in others the record is no longer said. Answers about earlier revisions still have it.",
       {{"", "probity remove datasets/audits/records/A-1 --note \"entered twice\""}},
       {{0, "removed"}, {3, "it waits for a second person, or was refused"}},
       {"put", "load approve"}});
  AddParsed(command, "RECORD", kRecord, &ParseText,
            Into(request, &v1::RemoveRecordRequest::mutable_name), "The record")
      ->required();
  AddCommon(command, request);
  command->callback([&session, request] { Remove(session, *request); });
}

}  // namespace probity::cli
