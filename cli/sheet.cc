#include "cli/sheet.h"

#include <csv.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/files.h"
#include "cli/sheet_encoding.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using Json = nlohmann::ordered_json;

absl::Status Fault(const std::string& path, uint64_t line, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(path, ":", line, ": ", problem));
}

// Where the row that begins the text ends, its line end included: at the first line
// end outside quotes; 0 when a quote is not closed. Only a quote at the beginning of
// a value opens a quoted one.
size_t RowEnd(absl::string_view text, char delimiter) {
  bool quoted = false, value_begins = true;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      // A doubled quote closes the value and opens it again.
      quoted = c != '"' || (at + 1 < text.size() && text[at + 1] == '"');
      if (c == '"' && quoted) ++at;
      continue;
    }
    if (c == '\n') return at + 1;
    quoted = c == '"' && value_begins;
    value_begins = c == delimiter || (value_begins && c == ' ');
  }
  return quoted ? 0 : text.size();
}

// Splits one row with libcsv. False when quotes are not as RFC 4180 has them.
bool Split(absl::string_view row, char delimiter, std::vector<std::string>* cells) {
  csv_parser parser;
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
  const auto on_value = [](void* data, size_t size, void* into) {
    static_cast<std::vector<std::string>*>(into)->emplace_back(static_cast<const char*>(data),
                                                               size);
  };
  cells->clear();
  const bool whole =
      csv_parse(&parser, row.data(), row.size(), on_value, nullptr, cells) == row.size();
  const bool good = whole && csv_fini(&parser, on_value, nullptr, cells) == 0;
  csv_free(&parser);
  return good;
}

// The delimiter that splits the header most.
char FindDelimiter(absl::string_view header) {
  char best = ',';
  size_t most = 1;
  std::vector<std::string> cells;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    if (Split(header, delimiter, &cells) && cells.size() > most) {
      best = delimiter;
      most = cells.size();
    }
  }
  return best;
}

absl::string_view WithoutLineEnd(absl::string_view row) {
  while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) row.remove_suffix(1);
  return row;
}

// Reads CSV row by row.
class CsvSheet {
 public:
  CsvSheet(Sheet* sheet, absl::string_view text) : sheet_(*sheet), text_(text) {}

  absl::Status Read() {
    if (absl::Status header = ReadHeader(); !header.ok()) return header;
    while (!text_.empty()) ReadRow();
    return absl::OkStatus();
  }

 private:
  absl::Status ReadHeader() {
    // "sep=;" is a spreadsheet's own first line.
    const bool told = absl::StartsWithIgnoreCase(text_, "sep=") && text_.size() > 5;
    if (told) sheet_.delimiter = text_[4];
    if (told) Consume(std::min(text_.find('\n'), text_.size() - 1) + 1);
    const absl::string_view line = text_.substr(0, text_.find('\n'));
    if (!told) sheet_.delimiter = FindDelimiter(WithoutLineEnd(line));
    const size_t end = RowEnd(text_, sheet_.delimiter);
    const absl::string_view header = WithoutLineEnd(text_.substr(0, end));
    if (end == 0 || !IsUtf8(header) || !Split(header, sheet_.delimiter, &sheet_.columns)) {
      return Fault(sheet_.path, line_, "the header line cannot be read");
    }
    Consume(end);
    ++row_;
    return NameColumns();
  }

  // Spreadsheets leave columns without a name behind the last one.
  absl::Status NameColumns() {
    std::set<std::string> seen;
    for (size_t i = 0; i < sheet_.columns.size(); ++i) {
      std::string& name = sheet_.columns[i];
      if (name.empty()) name = absl::StrCat("column_", i + 1);
      if (seen.insert(name).second) continue;
      return Fault(sheet_.path, 1, absl::StrCat("the column \"", name, "\" stands twice"));
    }
    return absl::OkStatus();
  }

  void ReadRow() {
    SheetRow row{++row_, line_, {}, ""};
    size_t end = RowEnd(text_, sheet_.delimiter);
    const size_t line = std::min(text_.find('\n'), text_.size() - 1) + 1;
    if (end > 0) Fill(WithoutLineEnd(text_.substr(0, end)), &row);
    // A quote that is not closed swallows what follows: only its line is given up.
    if (end == 0 || (end > line && !row.fault.empty())) {
      end = line;
      row.fault = "a quote that begins here is not closed";
      row.cells = {ReplaceInvalid(WithoutLineEnd(text_.substr(0, end)))};
      row.cells.resize(sheet_.columns.size());
    }
    Consume(end);
    const bool empty = std::all_of(row.cells.begin(), row.cells.end(),
                                   [](const std::string& cell) { return cell.empty(); });
    if (!empty) sheet_.rows.push_back(std::move(row));
  }

  void Fill(absl::string_view raw, SheetRow* row) {
    const size_t width = sheet_.columns.size();
    if (!IsUtf8(raw)) {
      row->fault = "is not UTF-8; save the file as UTF-8, or name its --encoding";
    } else if (!Split(raw, sheet_.delimiter, &row->cells)) {
      row->fault = "a quote inside a value must be written twice, and the value stand in quotes";
    } else if (row->cells.size() != width && !raw.empty()) {
      row->fault = absl::StrCat("has ", row->cells.size(), " values, the header ", width);
    }
    // Nothing is lost: what did not split stands in the first column, what is too
    // much in the last one.
    if (!row->fault.empty() && row->cells.size() < 2) row->cells = {ReplaceInvalid(raw)};
    while (row->cells.size() > width) JoinLastTwo(&row->cells);
    row->cells.resize(width);
  }

  void JoinLastTwo(std::vector<std::string>* cells) const {
    const std::string last = std::move(cells->back());
    cells->pop_back();
    absl::StrAppend(&cells->back(), std::string(1, sheet_.delimiter), last);
  }

  void Consume(size_t bytes) {
    line_ += static_cast<uint64_t>(std::count(text_.begin(), text_.begin() + bytes, '\n'));
    text_.remove_prefix(bytes);
  }

  Sheet& sheet_;
  absl::string_view text_;
  uint64_t line_ = 1, row_ = 0;
};

// What a cell shows of a JSON value.
std::string CellOf(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A number whose digits JSON readers do not keep.
bool LosesDigits(const Json& object) {
  return std::any_of(object.begin(), object.end(),
                     [](const Json& value) { return value.is_number_float(); });
}

void AddObject(const Json& object, Sheet* sheet, SheetRow* row) {
  for (const auto& [key, value] : object.items()) {
    int column = sheet->Column(key);
    if (column < 0) {
      column = static_cast<int>(sheet->columns.size());
      sheet->columns.push_back(key);
    }
    row->cells.resize(std::max(row->cells.size(), static_cast<size_t>(column) + 1));
    row->cells[column] = CellOf(value);
  }
  if (LosesDigits(object)) row->fault = "holds a number with a fraction; write it in quotes";
}

void ReadJsonLines(absl::string_view text, Sheet* sheet) {
  for (uint64_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const absl::string_view raw = absl::StripAsciiWhitespace(text.substr(0, end));
    text.remove_prefix(end);
    if (raw.empty()) continue;
    SheetRow row{line, line, {}, ""};
    const Json object = Json::parse(raw.begin(), raw.end(), nullptr, /*allow_exceptions=*/false);
    if (object.is_object()) {
      AddObject(object, sheet, &row);
    } else {
      row.fault = "is no JSON object in UTF-8";
      AddObject({{"line", ReplaceInvalid(raw)}}, sheet, &row);
    }
    sheet->rows.push_back(std::move(row));
  }
  for (SheetRow& row : sheet->rows) row.cells.resize(sheet->columns.size());
}

}  // namespace

int Sheet::Column(absl::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

bool IsJsonLines(absl::string_view path) {
  return absl::EndsWithIgnoreCase(path, ".jsonl") || absl::EndsWithIgnoreCase(path, ".ndjson");
}

absl::StatusOr<Sheet> ParseSheet(const std::string& path, absl::string_view bytes,
                                 const std::string& encoding) {
  if (absl::StartsWith(bytes, "PK\x03\x04")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a workbook; save the sheet as CSV in UTF-8"));
  }
  auto decoded = DecodeText(bytes, encoding);
  if (!decoded.ok()) return decoded.status();
  Sheet sheet;
  sheet.path = path;
  sheet.json = IsJsonLines(path);
  sheet.encoding = decoded->encoding;
  sheet.marked = decoded->marked;
  // Old line ends.
  if (!absl::StrContains(decoded->text, "\n")) {
    absl::StrReplaceAll({{"\r", "\n"}}, &decoded->text);
  }
  if (absl::StripAsciiWhitespace(decoded->text).empty()) {
    return Fault(path, 1, "the file holds no row");
  }
  if (sheet.json) {
    ReadJsonLines(decoded->text, &sheet);
  } else if (absl::Status read = CsvSheet(&sheet, decoded->text).Read(); !read.ok()) {
    return read;
  }
  if (sheet.rows.empty()) return Fault(path, 1, "the file holds no row");
  return sheet;
}

absl::StatusOr<Sheet> ReadSheet(const std::string& path, const std::string& encoding) {
  if (path == "-") {
    const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
    return ParseSheet(path, bytes, encoding);
  }
  auto bytes = ReadWhole(path);
  if (!bytes.ok()) return bytes.status();
  return ParseSheet(path, *bytes, encoding);
}

}  // namespace probity::cli
