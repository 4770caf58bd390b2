#include "cli/vendor_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/parse.h"

namespace probity::cli {
namespace {

absl::StatusOr<bool> ParseYes(const std::string& text) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word == "yes" || word == "true" || word == "1" || word == "x") return true;
  if (word.empty() || word == "no" || word == "false" || word == "0") return false;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is neither yes nor no"));
}

std::string OrElse(const std::string& value, const std::string& other) {
  return value.empty() ? other : value;
}

}  // namespace

const std::vector<std::string>& VendorRows::Fields() {
  static const std::vector<std::string> fields = {
      "system",  "company_code", "number",        "vendor_number", "name",
      "country", "identifier",   "source_record", "supplier",      "confirmed"};
  return fields;
}

absl::StatusOr<VendorRows> VendorRows::Open(const VendorNumbersFile& file) {
  auto sheet = ReadSheet(file.table.path, file.table.encoding);
  if (!sheet.ok()) return sheet.status();
  VendorRows rows;
  rows.sheet_ = *std::move(sheet);
  rows.system_ = file.system;
  rows.company_ = file.company;
  auto fields = SheetFields::Find(rows.sheet_, Fields(), file.table.columns);
  if (!fields.ok()) return fields.status();
  rows.fields_ = *std::move(fields);
  if (absl::Status well = rows.CheckFields(); !well.ok()) return well;
  return rows;
}

absl::Status VendorRows::CheckFields() const {
  if (!fields_.Has("number") && !fields_.Has("vendor_number")) {
    return absl::InvalidArgumentError(
        absl::StrCat(sheet_.path,
                     ":1: there is no column \"number\" with the vendor numbers; say which it is "
                     "with --column number=HEADING"));
  }
  if (!fields_.Has("system") && system_.empty()) {
    return absl::InvalidArgumentError(
        "say with --system whose numbers these are, for example --system SAP-PRD");
  }
  return absl::OkStatus();
}

std::vector<std::string> VendorRows::Unread() const {
  std::vector<std::string> unread;
  for (const std::string& heading : sheet_.columns) {
    const bool read = std::any_of(Fields().begin(), Fields().end(), [&](const std::string& field) {
      return fields_.Has(field) && fields_.Heading(sheet_, field) == heading;
    });
    if (!read) unread.push_back(heading);
  }
  return unread;
}

std::string VendorRows::NumberOf(const SheetRow& row) const {
  return OrElse(fields_.Cell(row, "number"), fields_.Cell(row, "vendor_number"));
}

absl::StatusOr<v1::Vendor> VendorRows::Read(const SheetRow& row) const {
  if (!row.fault.empty()) return absl::InvalidArgumentError(row.fault);
  v1::Vendor vendor;
  v1::VendorNumber* number = vendor.mutable_number();
  number->set_number(NumberOf(row));
  if (IsShortened(number->number())) return ShortenedNumber(number->number());
  number->set_system(OrElse(fields_.Cell(row, "system"), system_));
  number->set_company_code(OrElse(fields_.Cell(row, "company_code"), company_));
  vendor.set_display_name(fields_.Cell(row, "name"));
  vendor.set_country(absl::AsciiStrToUpper(fields_.Cell(row, "country")));
  const std::string identifier = fields_.Cell(row, "identifier");
  if (!identifier.empty()) {
    auto parsed = ParseIdentifier(identifier);
    if (!parsed.ok()) return parsed.status();
    *vendor.mutable_identifier() = *std::move(parsed);
  }
  const std::string record = fields_.Cell(row, "source_record");
  const std::string supplier = fields_.Cell(row, "supplier");
  if (!record.empty() && !supplier.empty()) {
    return absl::InvalidArgumentError("give source_record or supplier, not both");
  }
  if (!record.empty()) vendor.set_source_record(record);
  if (!supplier.empty()) vendor.set_supplier(supplier);
  auto confirmed = ParseYes(fields_.Cell(row, "confirmed"));
  if (!confirmed.ok()) return confirmed.status();
  vendor.set_confirmed(*confirmed);
  return vendor;
}

}  // namespace probity::cli
