#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/removal_report.h"
#include "cli/vendor_adding.h"
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Vendors = v1::VendorService::Stub;

void List(Session& session, const v1::ListVendorsRequest& request) {
  const auto response =
      session.AskAll(&Vendors::ListVendors, request, &v1::ListVendorsResponse::mutable_vendors);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"number", "name", "state", "basis", "supplier", "by"});
  for (const v1::Vendor& one : response->vendors()) {
    const bool open = one.state() == v1::VENDOR_STATE_REOPENED;
    table.Add({FormatVendor(one.number()), one.display_name(),
               Cell(absl::StrCat(EnumWords(one.state()), open ? ": " : "",
                                 open ? EnumWords(one.reopening()) : ""),
                    one.state() == v1::VENDOR_STATE_CONFIRMED ? Style::kGood : Style::kDoubt),
               EnumWords(one.basis()), absl::StrJoin(one.suppliers(), ", "), one.set_by()});
  }
  session.Print(table);
  session.PrintStamp(response->stamp());
}

void Delete(Session& session, const v1::DeleteVendorsRequest& request) {
  const auto response = session.Ask(&Vendors::DeleteVendors, request);
  if (!response) return;
  PrintRemovals(session, *response,
                [](const v1::DeleteVendorResult& one) { return FormatVendor(one.number()); });
}

void AddImport(CLI::App* parent, Session& session) {
  auto file = std::make_shared<VendorNumbersFile>();
  Command* command = AddCommand(
      *parent, "import",
      {"Bring in vendor numbers from a file",
       "Makes or changes an entry for each row. Columns: number or vendor_number, and where there "
       "are any system, "
       "company_code, name, country, identifier (SCHEME:VALUE), and whom you say it is: "
       "source_record or supplier, with confirmed (yes or no). Numbers are text: leading zeros "
       "count. Other columns are named and left out.\n\n"
       "Nothing that somebody confirmed is lost by importing the file again without it. Rows "
       "that are refused are named with their line; all others are there.",
       {{"The vendor master of a system",
         "probity vendor import vendors.csv --system SAP-PRD --company 1000"},
        {"A file with headers of its own",
         "probity vendor import lfa1.csv --system SAP-PRD --column number=LIFNR "
         "--column name=NAME1 --column country=LAND1"}},
       {{0, "all rows are there"}, {1, "rows were refused"}},
       {"vendor list", "lookup", "screen"}});
  AddParsed(
      command, "FILE", kFile, &ParseText,
      [file](const std::string& path) { file->table.path = path; },
      "The numbers: CSV with a line of headings, or JSON lines")
      ->required();
  AddParsed(
      command, "--system", kText, &ParseText,
      [file](const std::string& one) { file->system = one; },
      "System that has the numbers, for rows that name none");
  AddParsed(
      command, "--company", kText, &ParseText,
      [file](const std::string& one) { file->company = one; },
      "Company code, for rows that name none");
  AddTableOptions(command, std::shared_ptr<TableFile>(file, &file->table));
  command->callback([&session, file] { AddVendors(session, *file); });
}

void AddList(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ListVendorsRequest>();
  Command* command = AddCommand(
      *parent, "list",
      {"List vendor numbers and what they are worth",
       "Each number with whom it means now. Confirmed: an identifier leads to exactly one "
       "supplier, or a person said so. Asserted: nobody vouches for it. Reopened: it was "
       "confirmed, and what made it so no longer holds.",
       {{"What a person must look at again", "probity vendor list --state reopened"},
        {"Which numbers mean this supplier",
         "probity vendor list --supplier suppliers/0123456789abcdef"}},
       {{0, "done"}},
       {"vendor import", "vendor delete"}});
  AddEnum<v1::VendorState>(
      command, "--state", [request](v1::VendorState one) { request->set_state(one); },
      "Only those in this state");
  AddEnum<v1::VendorBasis>(
      command, "--basis", [request](v1::VendorBasis one) { request->set_basis(one); },
      "Only those on this basis");
  AddParsed(
      command, "--system", kText, &ParseText,
      [request](const std::string& one) { request->set_system(one); }, "Only of this system");
  AddParsed(
      command, "--company", kText, &ParseText,
      [request](const std::string& one) { request->set_company_code(one); },
      "Only of this company code");
  AddParsed(
      command, "--supplier", "suppliers/ID", &ParseText,
      [request](const std::string& one) { request->set_supplier(one); },
      "Only those that mean this supplier");
  command->callback([&session, request] { List(session, *request); });
}

void AddDelete(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::DeleteVendorsRequest>();
  Command* command =
      AddCommand(*parent, "delete",
                 {"Remove vendor numbers",
                  "The entries end now; what they meant before stays on record for replays.",
                  {{"", "probity vendor delete SAP-PRD/1000/0004711"}},
                  {{0, "all are gone"}, {1, "a number is not known"}},
                  {"vendor list"}});
  OneOrMore(AddParsed(command, "NUMBER", kVendor, &ParseVendor,
                      Into(request, &v1::DeleteVendorsRequest::add_numbers), "The numbers"))
      ->required();
  command->callback([&session, request] { Delete(session, *request); });
}

}  // namespace

void AddVendor(CLI::App& app, Session& session) {
  Command* command =
      AddCommand(app, "vendor",
                 {"Keep your own vendor numbers",
                  "Once a number is known, every command takes it as SUBJECT, written "
                  "vendor:SYSTEM/COMPANY/NUMBER. Numbers are your authority's: no other sees "
                  "them.",
                  {{"", "probity vendor list"}},
                  {{0, "done"}},
                  {"lookup", "screen"}});
  command->require_subcommand(1);
  AddImport(command, session);
  AddList(command, session);
  AddDelete(command, session);
}

}  // namespace probity::cli
