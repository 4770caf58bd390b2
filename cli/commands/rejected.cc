#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/rejected_file.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

struct Options {
  std::string load;
  std::string out;
  std::string file;
};

// Page by page, for there may be millions.
void List(Session& session, const std::string& load) {
  v1::ListRejectedRecordsRequest request;
  request.set_load(load);
  request.set_page_size(kPageSize);
  do {
    const auto response = session.Ask(&Datasets::ListRejectedRecords, request);
    if (!response) return;
    request.set_page_token(response->next_page_token());
    if (session.PrintedAsJson(*response)) continue;
    Table table({"row", "column", "reason", "what is wrong"});
    for (const v1::RejectedRecord& row : response->rejected()) {
      table.Add({absl::StrCat(row.file_name(), ":", row.line()), row.column(),
                 EnumName(row.reason()), row.message()},
                row.raw());
    }
    session.Print(table);
  } while (!request.page_token().empty());
}

}  // namespace

void AddRejected(CLI::App* parent, Session& session) {
  auto options = std::make_shared<Options>();
  const std::string name =
      "probity " + parent->get_name() + " rejected datasets/audits/loads/3f0c2a9e";
  Command* command = AddCommand(
      *parent, "rejected",
      {"List the rows that a load refused or doubted, or take the refused ones back",
       "File, line, column, reason and the row as it stands in the file.\n\n"
       "With --out the refused rows are written as they came, whole: CSV with the sender's own "
       "columns, JSON lines with the sender's own members, and probity_line, probity_reason, "
       "probity_column and probity_message behind them. Mended, the file is loaded as it is with "
       "--mode delta; what begins with probity_ is passed over. Values that a spreadsheet would "
       "run as a formula have an apostrophe in front, which is taken off again.",
       {{"", name}, {"A file to mend and to load again", name + " --out rejected.csv"}},
       {{0, "done"}},
       {"import", "dataset loads"}});
  command->add_option("LOAD", options->load, "The load")->type_name(kLoad)->required();
  command->add_option("--out", options->out, "File for the refused rows, whole")->type_name(kFile);
  command
      ->add_option("--file", options->file,
                   "The file of the load whose rows are meant, where it has several; with --out")
      ->type_name(kFile);
  command->callback([&session, options] {
    if (options->out.empty()) return List(session, options->load);
    FetchRejectedFile(session, options->load, options->file, options->out);
  });
}

}  // namespace probity::cli
