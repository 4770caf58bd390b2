#include "cli/vendor_rows.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/parse.h"

namespace probity::cli {
namespace {

constexpr absl::string_view kColumns[] = {"system",        "company_code", "number",
                                          "name",          "country",      "identifier",
                                          "source_record", "supplier",     "confirmed"};

absl::StatusOr<bool> ParseYes(const std::string& text) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word == "yes" || word == "true" || word == "1" || word == "x") return true;
  if (word.empty() || word == "no" || word == "false" || word == "0") return false;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is neither yes nor no"));
}

std::string OrElse(std::string value, const std::string& other) {
  return value.empty() ? other : value;
}

}  // namespace

absl::StatusOr<std::pair<std::string, std::string>> ParseVendorColumn(absl::string_view text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const bool known =
      std::find(std::begin(kColumns), std::end(kColumns), parts.first) != std::end(kColumns);
  if (known && !parts.second.empty()) return parts;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": write COLUMN=HEADER with one of ",
                                                 absl::StrJoin(kColumns, ", ")));
}

absl::Status VendorRows::CheckColumns() const {
  for (const auto& [column, header] : columns_.headers) {
    if (table_.Find(header) >= 0) continue;
    return absl::InvalidArgumentError(absl::StrCat("there is no column \"", header, "\""));
  }
  if (Place("number") < 0) {
    return absl::InvalidArgumentError(
        "there is no column \"number\" with the vendor numbers; say which it is with --column "
        "number=HEADER");
  }
  if (Place("system") < 0 && columns_.system.empty()) {
    return absl::InvalidArgumentError(
        "say with --system whose numbers these are, for example --system SAP-PRD");
  }
  return absl::OkStatus();
}

std::vector<std::string> VendorRows::Unread() const {
  std::vector<std::string> unread;
  for (const std::string& header : table_.columns) {
    const bool read = std::any_of(std::begin(kColumns), std::end(kColumns),
                                  [&](absl::string_view one) { return Header(one) == header; });
    if (!read) unread.push_back(header);
  }
  return unread;
}

absl::StatusOr<v1::Vendor> VendorRows::Read(const CsvRow& row) const {
  v1::Vendor vendor;
  v1::VendorNumber* number = vendor.mutable_number();
  number->set_number(Value(row, "number"));
  number->set_system(OrElse(Value(row, "system"), columns_.system));
  number->set_company_code(OrElse(Value(row, "company_code"), columns_.company));
  vendor.set_display_name(Value(row, "name"));
  vendor.set_country(absl::AsciiStrToUpper(Value(row, "country")));
  const std::string identifier = Value(row, "identifier");
  if (!identifier.empty()) {
    auto parsed = ParseIdentifier(identifier);
    if (!parsed.ok()) return parsed.status();
    *vendor.mutable_identifier() = *std::move(parsed);
  }
  const std::string record = Value(row, "source_record"), supplier = Value(row, "supplier");
  if (!record.empty() && !supplier.empty()) {
    return absl::InvalidArgumentError("give source_record or supplier, not both");
  }
  if (!record.empty()) vendor.set_source_record(record);
  if (!supplier.empty()) vendor.set_supplier(supplier);
  auto confirmed = ParseYes(Value(row, "confirmed"));
  if (!confirmed.ok()) return confirmed.status();
  vendor.set_confirmed(*confirmed);
  return vendor;
}

std::string VendorRows::Header(absl::string_view column) const {
  const auto named = columns_.headers.find(std::string(column));
  return named == columns_.headers.end() ? std::string(column) : named->second;
}

std::string VendorRows::Value(const CsvRow& row, absl::string_view column) const {
  const int place = Place(column);
  return place < 0 ? std::string() : row.values[static_cast<size_t>(place)];
}

}  // namespace probity::cli
