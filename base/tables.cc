#include "base/tables.h"

#include <cctype>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace probity {
namespace {

// Reads one RFC 4180 record from `*csv`; false at the end. `line` counts the
// line breaks that were passed.
absl::StatusOr<bool> NextFields(absl::string_view* csv, int* line,
                                std::vector<std::string>* fields) {
  fields->clear();
  if (csv->empty()) return false;
  const int start = *line;
  std::string field;
  bool quoted = false;
  size_t i = 0;
  for (; i < csv->size(); ++i) {
    const char c = (*csv)[i];
    if (quoted) {
      if (c != '"') {
        if (c == '\n') ++*line;
        field += c;
      } else if (i + 1 < csv->size() && (*csv)[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == ',') {
      fields->push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      ++*line;
      ++i;
      break;
    } else if (c != '\r') {
      field += c;
    }
  }
  if (quoted) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", start, ": a quoted field is not closed"));
  }
  fields->push_back(std::move(field));
  csv->remove_prefix(i);
  return true;
}

bool IsBlankOrComment(const std::vector<std::string>& fields) {
  return (fields.size() == 1 && fields[0].empty()) || (!fields[0].empty() && fields[0][0] == '#');
}

}  // namespace

absl::StatusOr<std::vector<TableRow>> ParseTable(absl::string_view csv) {
  std::vector<std::string> header, fields;
  std::vector<TableRow> rows;
  int line = 1;
  while (true) {
    const int start = line;
    absl::StatusOr<bool> more = NextFields(&csv, &line, &fields);
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (IsBlankOrComment(fields)) continue;
    if (header.empty()) {
      header = fields;
      continue;
    }
    if (fields.size() != header.size()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", start, ": ", fields.size(),
                                                     " fields, the header has ", header.size()));
    }
    TableRow row;
    for (size_t i = 0; i < header.size(); ++i) row[header[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  if (header.empty()) return absl::InvalidArgumentError("line 1: no header line");
  return rows;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<Countries> Countries::FromCsv(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  Countries countries;
  for (TableRow& row : *rows) {
    const std::string code = row["alpha2"];
    if (code.size() != 2) {
      return absl::InvalidArgumentError(absl::StrCat("alpha2 \"", code, "\": not two letters"));
    }
    countries.by_code_[code] = row["name"];
    countries.by_name_[absl::AsciiStrToLower(code)] = code;
    countries.by_name_[absl::AsciiStrToLower(row["name"])] = code;
    for (absl::string_view other : absl::StrSplit(row["other_names"], '|', absl::SkipEmpty())) {
      countries.by_name_[absl::AsciiStrToLower(other)] = code;
    }
  }
  return countries;
}

bool Countries::IsCountry(absl::string_view alpha2) const {
  return by_code_.count(std::string(alpha2)) > 0;
}

bool Countries::IsCountryOrSubdivision(absl::string_view code) const {
  if (code.size() <= 2) return IsCountry(code);
  if (code.size() < 4 || code.size() > 6 || code[2] != '-' || !IsCountry(code.substr(0, 2))) {
    return false;
  }
  for (char c : code.substr(3)) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c)) return false;
  }
  return true;
}

std::string Countries::FromName(absl::string_view name) const {
  auto found = by_name_.find(absl::AsciiStrToLower(absl::StripAsciiWhitespace(name)));
  return found == by_name_.end() ? std::string() : found->second;
}

}  // namespace probity
