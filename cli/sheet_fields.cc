#include "cli/sheet_fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"

namespace probity::cli {
namespace {

// "Vendor Number" and "vendor-number" are vendornumber.
std::string Plain(absl::string_view heading) {
  std::string plain;
  for (const char c : heading) {
    if (absl::ascii_isalnum(c)) plain.push_back(absl::ascii_tolower(c));
  }
  return plain;
}

// The first column of a heading, or -1.
int Place(const Sheet& sheet, absl::string_view heading) {
  for (size_t i = 0; i < sheet.columns.size(); ++i) {
    if (Plain(sheet.columns[i]) == Plain(heading)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

void AddTableOptions(CLI::App* command, const std::shared_ptr<TableFile>& file) {
  command
      ->add_option("--encoding", file->encoding,
                   "Encoding of the file. Without: by its byte order mark, else UTF-8, else "
                   "windows-1252")
      ->type_name(kText);
  command
      ->add_option("--column", file->columns,
                   "The column of the file that says a field, where its heading is another: "
                   "name=Firm; a field may be put together of several")
      ->type_name("FIELD=HEADING")
      ->take_all()
      ->allow_extra_args(false);
}

bool IsShortened(absl::string_view text) {
  text.remove_prefix(text.rfind(':') + 1);  // a scheme; npos + 1 is 0
  const size_t e = text.find_first_of("Ee");
  if (e == absl::string_view::npos || e == 0 || e + 2 >= text.size() || text[e + 1] != '+') {
    return false;
  }
  const auto numeric = [](char c) { return absl::ascii_isdigit(c) || c == '.' || c == ','; };
  const absl::string_view mantissa = text.substr(0, e), exponent = text.substr(e + 2);
  return std::all_of(mantissa.begin(), mantissa.end(), numeric) &&
         std::all_of(exponent.begin(), exponent.end(), absl::ascii_isdigit);
}

absl::Status ShortenedNumber(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" was shortened by a spreadsheet; format the column as text and fill it anew"));
}

absl::StatusOr<SheetFields> SheetFields::Find(const Sheet& sheet,
                                              const std::vector<std::string>& fields,
                                              const std::vector<std::string>& told) {
  SheetFields found;
  for (const std::string& text : told) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    const auto& [field, heading] = parts;
    if (std::find(fields.begin(), fields.end(), field) == fields.end() || heading.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--column ", text, ": write FIELD=HEADING, the field being one of ",
                       absl::StrJoin(fields, ", ")));
    }
    const int place = Place(sheet, heading);
    if (place < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(sheet.path, ":1: there is no column \"", heading, "\""));
    }
    found.places_[field].push_back(place);
  }
  for (const std::string& field : fields) {
    const int place = Place(sheet, field);
    if (place >= 0 && !found.Has(field)) found.places_[field] = {place};
  }
  return found;
}

bool SheetFields::Has(absl::string_view field) const {
  return places_.find(field) != places_.end();
}

std::string SheetFields::Heading(const Sheet& sheet, absl::string_view field) const {
  const auto places = places_.find(field);
  return places == places_.end() ? std::string(field) : sheet.columns[places->second.front()];
}

std::string SheetFields::Cell(const SheetRow& row, absl::string_view field) const {
  const auto places = places_.find(field);
  if (places == places_.end()) return "";
  std::string joined;
  for (const int place : places->second) {
    const absl::string_view text = absl::StripAsciiWhitespace(row.cells[place]);
    if (!text.empty()) absl::StrAppend(&joined, joined.empty() ? "" : ", ", text);
  }
  return joined;
}

}  // namespace probity::cli
