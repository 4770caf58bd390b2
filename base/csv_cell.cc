#include "base/csv_cell.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace probity {
namespace {

bool IsFormula(absl::string_view text) {
  const size_t begin = text.find_first_not_of('\'');
  return begin != absl::string_view::npos &&
         absl::string_view("=+-@\t\r\n").find(text[begin]) != absl::string_view::npos;
}

}  // namespace

std::string CsvCell(absl::string_view text, char delimiter) {
  const char special[] = {delimiter, '"', '\r', '\n', '\0'};
  const bool padded =
      !text.empty() && (absl::ascii_isspace(text.front()) || absl::ascii_isspace(text.back()));
  if (!padded && text.find_first_of(special) == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string NeutralText(absl::string_view text) {
  return IsFormula(text) ? absl::StrCat("'", text) : std::string(text);
}

absl::string_view WithoutNeutralizing(absl::string_view text) {
  if (!text.empty() && text.front() == '\'' && IsFormula(text)) text.remove_prefix(1);
  return text;
}

}  // namespace probity
