// A dataset written to a file.
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/part_file.h"
#include "cli/read_stream.h"
#include "cli/utc_day.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

struct ExportOptions {
  v1::ExportDatasetRequest request;
  std::string output;  // empty: standard output
};

void Say(Session& session, const v1::ExportSummary& summary) {
  std::ostream& err = session.console().err;
  err << FormatCount(summary.records()) << " records of revision "
      << summary.stamp().revision().revision() << ", sha256 " << summary.sha256() << '\n';
  if (summary.left_out() > 0) {
    err << "  left out: " << FormatCount(summary.left_out())
        << " that are restricted or may no longer be kept\n";
  }
  if (summary.past() > 0) {
    err << "  not in it: " << FormatCount(summary.past())
        << " that the newest edition no longer lists\n";
  }
  if (summary.not_expressible() > 0) {
    err << "  lost: " << FormatCount(summary.not_expressible())
        << " parts that the format has no place for; jsonl has a place for everything\n";
  }
}

// A file that was not read to its end does not get its name.
void Export(Session& session, const ExportOptions& options) {
  std::optional<PartFile> file;
  if (!options.output.empty()) file.emplace(options.output);
  std::ostream& out = file.has_value() ? file->stream() : session.out();
  bool whole = false;
  const bool read = ReadStream(session, &Datasets::ExportDataset, options.request,
                               [&](const v1::ExportDatasetResponse& message) {
                                 out << message.data();
                                 whole = message.has_summary();
                                 if (whole) {
                                   Say(session, message.summary());
                                   if (file.has_value()) session.PrintedAsJson(message.summary());
                                 }
                                 return out.good();
                               });
  out.flush();
  absl::Status written;
  if (!file.has_value()) {
    if (!out.good()) written = absl::InvalidArgumentError("standard output cannot be written");
  } else {
    written = read && whole ? file->Keep() : file->Check();
  }
  if (!written.ok()) session.Usage(written);
}

}  // namespace

void AddDatasetExport(CLI::App& parent, Session& session) {
  auto options = std::make_shared<ExportOptions>();
  std::shared_ptr<v1::ExportDatasetRequest> request(options, &options->request);
  request->set_format(v1::EXPORT_FORMAT_JSONL);
  Command* command = AddCommand(
      parent, "export",
      {"Write a dataset to a file",
       "The records that its newest edition holds. jsonl and csv can be imported again; csv has no "
       "place for some parts, which are counted. ftm are FollowTheMoney entities. Restricted "
       "records and those that may no longer be kept are left out and counted; a dataset that may "
       "not be passed on is refused. Counts of one to four people leave as \"fewer than five\".",
       {{"", "probity dataset export audits --output audits.jsonl"},
        {"As it was known on a day",
         "probity dataset export audits --format csv --known_at 2026-10-01 --output audits.csv"}},
       {{0, "written to its end"}},
       {"import", "formats"}});
  AddParsed(command, kDataset, kDataset, &ParseDatasetName,
            Into(request, &v1::ExportDatasetRequest::mutable_dataset), "The dataset")
      ->required();
  AddEnum<v1::ExportFormat>(command, "--format",
                            Into(request, &v1::ExportDatasetRequest::set_format), "Format")
      ->default_str("jsonl");
  AddParsed(
      command, "--known_at", kDay, &ParseDay,
      [request](const v1::Date& day) {
        *request->mutable_consistency()->mutable_known_at() = EndOfDay(day);
      },
      "As it was known at the end of that day, UTC");
  command->add_option("--output", options->output, "File to write. Without: standard output")
      ->type_name(kFile);
  command->callback([&session, options] { Export(session, *options); });
}

}  // namespace probity::cli
