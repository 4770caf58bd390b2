#include "cli/vendor_sheet.h"

#include <array>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/parse.h"

namespace probity::cli {
namespace {

// What a column can say, in the order in which a row's faults are looked for.
constexpr std::array<const char*, 11> kFields = {
    "vendor_number", "system",  "company_code", "name", "identifier", "identifier_scheme",
    "supplier",      "country", "address",      "kind", "founded"};

}  // namespace

void AddVendorFileOptions(CLI::App* command, const std::shared_ptr<VendorFile>& file) {
  AddTableOptions(command, std::shared_ptr<TableFile>(file, &file->table));
  command
      ->add_option("--scheme", file->scheme, "Scheme of identifiers that are written without one")
      ->type_name("SCHEME");
  command
      ->add_option("--system", file->system,
                   "System that has the vendor numbers, for rows that name none: rows without "
                   "identifier or supplier are asked about by their number, as \"probity vendor "
                   "import\" knows it")
      ->type_name(kText);
  command
      ->add_option("--company", file->company,
                   "Company code of the vendor numbers, for rows that name none")
      ->type_name(kText);
  command->add_flag("--by_number", file->by_number,
                    "Ask about rows by their vendor numbers also where an identifier or supplier "
                    "stands beside: what people confirmed of a number counts");
}

std::string VendorFileHelp() {
  return absl::StrCat(
      "A file of vendors is CSV, whose first line names the columns, or one JSON object a line "
      "(.jsonl). Columns are known by their headings, in any order and spelling of case, spaces "
      "and underscores: ",
      absl::StrJoin(kFields, ", "),
      "; all others are kept as they are. An identifier is SCHEME:VALUE, or a value with "
      "--scheme or identifier_scheme beside it; supplier is suppliers/ID or a record. Delimiters "
      ", ; tab and | are found out, as is UTF-16. Leading zeros that a spreadsheet took away from "
      "a company number are put right; a number that it shortened, such as 4.83E+7, is a fault of "
      "its row. A vendor number is shown again beside its row; where system (and company_code) "
      "or --system say whose it is, rows without identifier and supplier are asked about by it, "
      "and with --by_number all rows that have one. A row that cannot be read stays in its place "
      "with the line and what is wrong.");
}

absl::StatusOr<v1::SubjectRef> ReadRef(absl::string_view text, absl::string_view scheme) {
  const bool bare = !absl::StrContains(text, ":") && !scheme.empty();
  return ParseSubject(bare ? absl::StrCat(scheme, ":", text) : std::string(text));
}

absl::StatusOr<VendorSheet> VendorSheet::Read(const VendorFile& file) {
  auto sheet = ReadSheet(file.table.path, file.table.encoding);
  if (!sheet.ok()) return sheet.status();
  VendorSheet vendors;
  vendors.sheet_ = *std::move(sheet);
  vendors.scheme_ = absl::AsciiStrToUpper(file.scheme);
  vendors.system_ = file.system;
  vendors.company_ = file.company;
  vendors.by_number_ = file.by_number;
  if (absl::Status found = vendors.FindFields(file); !found.ok()) return found;
  for (const SheetRow& row : vendors.sheet_.rows) {
    vendors.vendors_.push_back(vendors.ReadVendor(row));
  }
  vendors.MarkDuplicates();
  return vendors;
}

absl::Status VendorSheet::FindFields(const VendorFile& file) {
  auto fields =
      SheetFields::Find(sheet_, {std::begin(kFields), std::end(kFields)}, file.table.columns);
  if (!fields.ok()) return fields.status();
  fields_ = *std::move(fields);
  for (const char* field : {"name", "identifier", "supplier"}) {
    if (fields_.Has(field)) return absl::OkStatus();
  }
  if (fields_.Has("vendor_number")) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      sheet_.path,
      ":1: no column is called name, identifier, supplier or vendor_number; does the file lack its "
      "line of headings? Name yours with --column name=HEADING"));
}

Vendor VendorSheet::ReadVendor(const SheetRow& row) const {
  Vendor vendor;
  vendor.number = fields_.Cell(row, "vendor_number");
  if (!row.fault.empty()) {
    vendor.fault = absl::StrCat("line ", row.line, ": ", row.fault);
    return vendor;
  }
  for (const char* field : kFields) {
    const std::string text = fields_.Cell(row, field);
    if (text.empty()) continue;
    const absl::Status filled = Fill(field, text, row, &vendor);
    if (filled.ok()) continue;
    vendor.fault = absl::StrCat("line ", row.line, ", column ", fields_.Heading(sheet_, field),
                                ": ", filled.message());
    return vendor;
  }
  if (const absl::Status referred = ReferToNumber(row, &vendor); !referred.ok()) {
    vendor.fault = absl::StrCat("line ", row.line, ": ", referred.message());
  }
  return vendor;
}

absl::Status VendorSheet::ReferToNumber(const SheetRow& row, Vendor* vendor) const {
  v1::ScreenedSubject& subject = vendor->subject;
  const std::string told = fields_.Cell(row, "system");
  const std::string& system = told.empty() ? system_ : told;
  const bool wanted = !subject.has_ref() || by_number_;
  if (wanted && !vendor->number.empty() && !system.empty()) {
    const std::string company = fields_.Cell(row, "company_code");
    v1::VendorNumber* number = subject.mutable_ref()->mutable_vendor();
    number->set_system(system);
    number->set_company_code(company.empty() ? company_ : company);
    number->set_number(vendor->number);
  }
  if (!subject.name().empty() || subject.has_ref()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      vendor->number.empty() ? "neither a name nor an identifier is given"
                             : "has a vendor number alone; say with --system whose it is, for "
                               "example --system SAP-PRD");
}

absl::Status VendorSheet::Fill(absl::string_view field, const std::string& text,
                               const SheetRow& row, Vendor* vendor) const {
  v1::ScreenedSubject& subject = vendor->subject;
  if ((field == "vendor_number" || field == "identifier") && IsShortened(text)) {
    return ShortenedNumber(text);
  }
  if (field == "name") subject.set_name(text);
  if (field == "address") subject.set_address(text);
  if (field == "country") subject.set_country(absl::AsciiStrToUpper(text));
  if (field == "kind") {
    auto kind = ParseEnum<v1::PartyKind>(text);
    if (!kind.ok()) return kind.status();
    subject.set_kind(*kind);
  }
  if (field == "founded") {
    auto date = ParseDate(text);
    if (!date.ok()) return date.status();
    *subject.mutable_founded() = *std::move(date);
  }
  if (field != "identifier" && field != "supplier") return absl::OkStatus();
  const std::string scheme = fields_.Cell(row, "identifier_scheme");
  auto ref =
      field == "supplier" ? ParseSubject(text) : ReadRef(text, scheme.empty() ? scheme_ : scheme);
  if (!ref.ok()) return ref.status();
  *subject.mutable_ref() = *std::move(ref);
  return absl::OkStatus();
}

void VendorSheet::MarkDuplicates() {
  std::map<std::string, std::vector<size_t>> rows;
  for (size_t i = 0; i < vendors_.size(); ++i) {
    if (vendors_[i].number.empty()) continue;
    const SheetRow& row = sheet_.rows[i];
    rows[absl::StrCat(fields_.Cell(row, "system"), "/", fields_.Cell(row, "company_code"), "/",
                      vendors_[i].number)]
        .push_back(i);
  }
  for (const auto& [number, places] : rows) {
    if (places.size() < 2) continue;
    duplicates_ += static_cast<int>(places.size());
    for (const size_t at : places) {
      const size_t other = at == places.front() ? places[1] : places.front();
      vendors_[at].note =
          absl::StrCat("vendor number also in row ", sheet_.rows[other].row,
                       places.size() > 2 ? absl::StrCat(", ", places.size(), " in all") : "");
    }
  }
}

}  // namespace probity::cli
