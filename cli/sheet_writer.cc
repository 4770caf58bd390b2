#include "cli/sheet_writer.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/csv_cell.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string joined;
  for (const Json& member : value) {
    absl::StrAppend(&joined, joined.empty() ? "" : "; ", TextOf(member));
  }
  return joined;
}

}  // namespace

std::vector<std::string> OwnColumns(const Sheet& sheet) {
  std::vector<std::string> columns;
  for (const std::string& column : sheet.columns) {
    if (!absl::StartsWith(column, kOurPrefix)) columns.push_back(column);
  }
  return columns;
}

Json OwnCells(const Sheet& sheet, const SheetRow& row) {
  Json cells = Json::object();
  for (size_t i = 0; i < sheet.columns.size(); ++i) {
    if (!absl::StartsWith(sheet.columns[i], kOurPrefix)) cells[sheet.columns[i]] = row.cells[i];
  }
  return cells;
}

SheetFormat FormatLike(const Sheet& sheet, const std::string& out, bool json) {
  return {out.empty() ? json : IsJsonLines(out), sheet.delimiter,
          sheet.marked || sheet.encoding != "utf-8"};
}

absl::StatusOr<std::unique_ptr<SheetWriter>> SheetWriter::Open(const std::string& path,
                                                               const SheetFormat& format,
                                                               std::vector<std::string> columns,
                                                               std::ostream& out) {
  std::unique_ptr<SheetWriter> writer(new SheetWriter(path, format, std::move(columns), out));
  if (writer->file_.has_value()) {
    if (absl::Status open = writer->file_->Check(); !open.ok()) return open;
  }
  if (format.json) return writer;
  if (format.marked) writer->stream() << "\xEF\xBB\xBF";
  writer->WriteLine(writer->columns_);
  return writer;
}

void SheetWriter::Write(const Json& row) {
  if (format_.json) {
    stream() << row.dump() << '\n';
    return;
  }
  std::vector<std::string> cells;
  for (const std::string& column : columns_) {
    const auto value = row.find(column);
    std::string cell = value == row.end() ? "" : TextOf(*value);
    cells.push_back(absl::StartsWith(column, kOurPrefix) ? NeutralText(cell) : std::move(cell));
  }
  WriteLine(cells);
}

void SheetWriter::WriteLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back(format_.delimiter);
    line += CsvCell(cells[i], format_.delimiter);
  }
  stream() << line << "\r\n";
}

absl::Status SheetWriter::Close() {
  if (file_.has_value()) return file_->Keep();
  if (out_.flush()) return absl::OkStatus();
  return absl::InvalidArgumentError("standard output cannot be written");
}

}  // namespace probity::cli
