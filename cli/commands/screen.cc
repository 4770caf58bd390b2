#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "cli/purchase_options.h"
#include "cli/retry_option.h"
#include "cli/vendor_screening.h"
#include "cli/verdict_report.h"
#include "google/protobuf/util/json_util.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Request = v1::ScreenSupplierRequest;

// A purchase in a file, or on standard input for "-".
absl::StatusOr<Request> ReadRequest(const std::string& path) {
  absl::StatusOr<std::string> text =
      path == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : ReadWhole(path);
  if (!text.ok()) return text.status();
  Request request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, &request);
  if (parsed.ok()) return request;
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": no ScreenSupplierRequest as proto3 JSON: ", std::string(parsed.message())));
}

// What the command line says, put into a request; and its file.
struct Asked {
  Request request;
  VendorScreening vendors;
};

void Screen(Session& session, const Asked& asked) {
  Request request = asked.request;
  const std::string& file = asked.vendors.file.table.path;
  if (IsVendorTable(file)) {
    NumberParts(request.mutable_purchase());
    return ScreenVendors(session, request, asked.vendors);
  }
  if (!file.empty()) {
    auto read = ReadRequest(file);
    if (!read.ok()) return session.Usage(read.status());
    // What stands on the command line goes over the file.
    read->MergeFrom(request);
    request = *std::move(read);
  }
  NumberParts(request.mutable_purchase());
  const auto response = session.Ask(&v1::ScreeningService::Stub::ScreenSupplier, request);
  if (!response) return;
  session.Finish(CodeOf(response->decision().core().verdict()));
  if (session.PrintedAsJson(*response)) return;
  PrintDecision(session, response->decision(), response->bundle());
  if (response->repeated_request()) {
    session.Say("The request id was decided before; this is that decision.");
  }
  session.PrintStamp(response->stamp());
}

const Manual& TheManual() {
  static const Manual manual = {
      "Decide whether you may buy from a supplier",
      "Draws the verdict of your authority's policy for one purchase: CLEAR, REVIEW or BLOCK, with "
      "every rule that fired, its law, the facts and lists behind it, what was not checked and "
      "what to do next. The decision is recorded in the evidence log before it is shown.\n\n"
      "BLOCK means hold: a person decides. A name alone never blocks, and a supplier that is not "
      "found is never clear. A purchase with more in it than the options say is given with "
      "--file.\n\n"
      "With a --file of vendors each row is decided for the same purchase, all over one revision, "
      "one policy and one day. The result has the file's own columns in front, then "
      "probity_row, probity_verdict, probity_identity, probity_evidence, probity_risk, "
      "probity_reasons, probity_rules, probity_next_steps, probity_valid_until, "
      "probity_decision, probity_error and probity_note, one row for each of the file's, in its "
      "order; it can be given in again. The worst row decides the exit code. A server that goes "
      "away is waited for; Ctrl-C prints how to go on.\n\n" +
          VendorFileHelp(),
      {{"May we award this contract?",
        "probity screen GB-COH:04830352 --buyer GB --purpose award --item HS:5208@IN"},
       {"By name, with what the letterhead says",
        "probity screen --name 'Example Textiles Ltd' --country IN --buyer DE --purpose award"},
       {"With a certificate that must hold for the site until the contract ends",
        "probity screen GB-COH:04830352 --buyer GB --purpose award --item HS:5208@IN "
        "--item_site OS-ID:BD2021250D1DTN7 --requires SA8000 --end 2028-06-30"},
       {"A whole purchase from a file", "probity --json screen --file purchase.json"},
       {"All vendors of a purchasing system",
        "probity screen --file vendors.csv --out result.csv --buyer GB --purpose qualification"},
       {"A register with headings of its own, whose numbers are company numbers",
        "probity screen --file register.csv --column name=OrganisationName "
        "--column identifier=CompanyNumber --scheme GB-COH --buyer GB --purpose qualification"}},
      {{0, "CLEAR; with a file: all rows"},
       {1, "BLOCK; with a file: a row"},
       {4, "REVIEW; with a file: a row, or one that could not be screened"},
       {130, "interrupted by Ctrl-C; how to go on was printed"}},
      {"decision", "policy", "flags"}};
  return manual;
}

// Who is asked about.
void AddSubjectOptions(Command* command, const std::shared_ptr<Asked>& asked) {
  const auto subject = [asked] { return asked->request.mutable_subject(); };
  AddParsed(
      command, "SUBJECT", kSubject, &ParseSubject,
      [subject](v1::SubjectRef ref) { *subject()->mutable_ref() = std::move(ref); },
      "The supplier");
  AddParsed(
      command, "--name", kText, &ParseText,
      [subject](const std::string& name) { subject()->set_name(name); },
      "Its name as you know it; with SUBJECT, both are compared");
  AddParsed(
      command, "--country", kCountry, &ParseCountry,
      [subject](const std::string& country) { subject()->set_country(country); },
      "Country of its address");
  AddParsed(
      command, "--address", kText, &ParseText,
      [subject](const std::string& address) { subject()->set_address(address); },
      "Its postal address, on one line");
  AddEnum<v1::PartyKind>(
      command, "--kind", [subject](v1::PartyKind kind) { subject()->set_kind(kind); },
      "What it is");
}

// For which day, and by what.
void AddDecidingOptions(Command* command, const std::shared_ptr<Asked>& asked) {
  AddParsed(
      command, "--as_of", kDay, &ParseDay,
      [asked](v1::Date date) { *asked->request.mutable_as_of() = std::move(date); },
      "Day for which facts are asked, not in the future. Without: today");
  AddParsed(
      command, "--policy", "POLICY", &ParseText,
      [asked](const std::string& name) { asked->request.set_policy(PolicyName(name)); },
      "Policy to decide by. Without: the active one of your authority");
  AddParsed(
      command, "--request_id", kText, &ParseText,
      [asked](const std::string& id) { asked->request.set_request_id(id); },
      "Your id of this request: asked again, it gives the same decision");
}

void AddFileOptions(Command* command, const std::shared_ptr<Asked>& asked) {
  const std::shared_ptr<VendorScreening> vendors(asked, &asked->vendors);
  const std::shared_ptr<VendorFile> file(asked, &asked->vendors.file);
  command
      ->add_option("--file", file->table.path,
                   "Vendors: .csv, .tsv, .txt or .jsonl. Else one request as proto3 JSON, - for "
                   "standard input; options go over it")
      ->type_name(kFile);
  AddVendorFileOptions(command, file);
  command
      ->add_option("--out", vendors->out,
                   "File for the result of vendors, .csv or .jsonl. Without: standard output, as "
                   "CSV or with --json as JSON")
      ->type_name(kFile);
  command
      ->add_option("--resume", vendors->resume_token,
                   "Go on with a file of vendors that was interrupted: its rows keep the decisions "
                   "they have")
      ->type_name("TOKEN");
  AddRetry(command, vendors, "How long to wait for a server that goes away amid a file of vendors");
}

}  // namespace

void AddScreen(CLI::App& app, Session& session) {
  auto asked = std::make_shared<Asked>();
  Command* command = AddCommand(app, "screen", TheManual());
  AddSubjectOptions(command, asked);
  AddPurchaseOptions(command, [asked] { return asked->request.mutable_purchase(); });
  AddDecidingOptions(command, asked);
  AddFileOptions(command, asked);
  command->callback([&session, asked] { Screen(session, *asked); });
}

}  // namespace probity::cli
