#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/crc32c.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "google/protobuf/util/json_util.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

struct Options {
  std::string dataset;
  std::string file;
  std::string record;
  std::string edition;
  std::string note;
};

absl::Status ReadEdition(const std::string& text, v1::Date* edition) {
  if (text.empty()) return absl::OkStatus();
  auto day = ParseDay(text);
  if (day.ok()) *edition = *day;
  return day.status();
}

absl::StatusOr<v1::PutRecordRequest> PutRequest(const Options& options) {
  v1::PutRecordRequest request;
  request.set_dataset(DatasetName(options.dataset));
  request.set_note(options.note);
  request.set_request_id(NewRequestId());
  if (!options.edition.empty()) {
    absl::Status read = ReadEdition(options.edition, request.mutable_edition());
    if (!read.ok()) return read;
  }
  std::ifstream file;
  if (options.file != "-") file.open(options.file);
  std::istream& in = options.file == "-" ? std::cin : file;
  const std::string json((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, request.mutable_record());
  if (parsed.ok()) return request;
  return absl::InvalidArgumentError(absl::StrCat(
      options.file, " is no probity.v1.Record in JSON: ", parsed.message().ToString()));
}

absl::StatusOr<v1::RemoveRecordRequest> RemoveRequest(const Options& options) {
  v1::RemoveRecordRequest request;
  request.set_name(options.record);
  request.set_note(options.note);
  request.set_request_id(NewRequestId());
  if (!options.edition.empty()) {
    absl::Status read = ReadEdition(options.edition, request.mutable_edition());
    if (!read.ok()) return read;
  }
  return request;
}

void AddCommon(CLI::App* command, Options* options) {
  command->add_option("--edition", options->edition, "Day from which it holds, YYYY-MM-DD");
  command->add_option("--note", options->note, "Text for the audit trail");
}

void Put(Session& session, const Options& options) {
  const auto response = session.Ask(&v1::DatasetService::Stub::PutRecord, PutRequest(options));
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say("Stored " + response->record().name(), Style::kGood);
  session.PrintStamp(response->stamp());
}

void Remove(Session& session, const Options& options) {
  const auto response =
      session.Ask(&v1::DatasetService::Stub::RemoveRecord, RemoveRequest(options));
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say("Removed " + options.record, Style::kGood);
  session.PrintStamp(response->stamp());
}

}  // namespace

void AddPut(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "put", "Write one record, visible at once",
                                 "  probity put audits record.json --note \"by telephone\"",
                                 "  0 stored");
  command->add_option("DATASET", options->dataset, "The dataset's id")->required();
  command->add_option("FILE", options->file, "One probity.v1.Record in JSON; - reads input")
      ->required();
  AddCommon(command, options.get());
  command->callback([&session, options] { Put(session, *options); });
}

void AddRemove(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "remove", "Remove one record, or end its listing",
                                 "  probity remove datasets/audits/records/A-1", "  0 removed");
  command->add_option("RECORD", options->record, "datasets/DATASET/records/KEY")->required();
  AddCommon(command, options.get());
  command->callback([&session, options] { Remove(session, *options); });
}

}  // namespace probity::cli
