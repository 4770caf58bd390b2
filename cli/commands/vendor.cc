#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/progress.h"
#include "cli/vendor_rows.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Service = v1::VendorService::Stub;

// Sends the rows in calls that the server accepts, and adds up what it answers.
class Importing {
 public:
  Importing(Session& session, const VendorRows& rows, size_t most)
      : session_(session), rows_(rows), most_(most), progress_(session.console()) {}

  // False when a call failed: what was sent before it is there.
  bool Run() {
    for (const SheetRow& row : rows_.sheet().rows) {
      auto vendor = rows_.Read(row);
      if (!vendor.ok()) {
        Refuse(row.line, std::string(vendor.status().message()));
        continue;
      }
      *request_.add_vendors() = *std::move(vendor);
      lines_.push_back(row.line);
      if (lines_.size() >= most_ && !Send()) return false;
    }
    return lines_.empty() || Send();
  }

  void Report() {
    progress_.Clear();
    session_.Finish(refused_ == 0 ? kExitGood : kExitBad);
    if (session_.options().json) return;
    Table table({"", ""});
    for (const auto& [change, count] : changes_) {
      table.Add({EnumWords(change), FormatCount(count)});
    }
    for (const auto& [state, count] : states_) {
      table.Add({"now " + EnumWords(state), FormatCount(count)});
    }
    if (refused_ > 0) table.Add({Cell("refused", Style::kBad), FormatCount(refused_)});
    session_.Print(table);
  }

 private:
  bool Send() {
    const auto response = session_.Ask(&Service::BatchUpsertVendors, request_);
    if (!response) {
      progress_.Clear();
      return false;
    }
    session_.PrintedAsJson(*response);
    for (int i = 0; i < response->results_size(); ++i) Count(response->results(i), i);
    sent_ += lines_.size();
    progress_.Show("sending", 0, 0, sent_);
    request_.Clear();
    lines_.clear();
    return true;
  }

  void Count(const v1::UpsertVendorResult& result, int i) {
    if (result.has_error()) {
      const std::string& field = result.error().field();
      return Refuse(lines_[static_cast<size_t>(i)],
                    absl::StrCat(field, field.empty() ? "" : ": ", result.error().message()));
    }
    ++changes_[result.change()];
    ++states_[result.state()];
  }

  void Refuse(uint64_t line, const std::string& why) {
    progress_.Clear();
    ++refused_;
    const std::string fault = absl::StrCat(rows_.sheet().path, " line ", line, ": ", why);
    // What is printed as JSON stays JSON.
    if (session_.options().json) {
      session_.console().err << fault << '\n';
    } else {
      session_.Say(fault, Style::kBad);
    }
  }

  Session& session_;
  const VendorRows& rows_;
  const size_t most_;
  Progress progress_;
  v1::BatchUpsertVendorsRequest request_;
  std::vector<uint64_t> lines_;  // of the request's entries
  uint64_t sent_ = 0;
  uint64_t refused_ = 0;
  std::map<v1::VendorChange, uint64_t> changes_;
  std::map<v1::VendorState, uint64_t> states_;
};

void ImportFile(Session& session, const VendorNumbersFile& file) {
  auto rows = VendorRows::Open(file);
  if (!rows.ok()) return session.Usage(rows.status());
  const auto info =
      session.Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  if (!info) return;
  const std::vector<std::string> unread = rows->Unread();
  if (!unread.empty() && !session.options().json) {
    session.Say(absl::StrCat("Columns that are not read: ", absl::StrJoin(unread, ", ")),
                Style::kDoubt);
  }
  Importing importing(session, *rows, static_cast<size_t>(info->max_batch_vendors()));
  if (importing.Run()) importing.Report();
}

void List(Session& session, const v1::ListVendorsRequest& request) {
  const auto response =
      session.AskAll(&Service::ListVendors, request, &v1::ListVendorsResponse::mutable_vendors);
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
  const auto response = session.Ask(&Service::DeleteVendors, request);
  if (!response) return;
  const auto& results = response->results();
  const bool all =
      std::none_of(results.begin(), results.end(), [](const auto& one) { return one.has_error(); });
  session.Finish(all ? kExitGood : kExitBad);
  if (session.PrintedAsJson(*response)) return;
  for (const v1::DeleteVendorResult& one : results) {
    session.Say(absl::StrCat(FormatVendor(one.number()), ": ",
                             one.has_error() ? one.error().message() : "removed"),
                one.has_error() ? Style::kBad : Style::kGood);
  }
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
  command->callback([&session, file] { ImportFile(session, *file); });
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
