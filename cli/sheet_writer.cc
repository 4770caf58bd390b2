#include "cli/sheet_writer.h"

#include <cstdio>
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

absl::Status NotWritten(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(path, " cannot be written"));
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
  if (!path.empty()) {
    writer->file_.open(writer->PartPath(), std::ios::binary);
    if (!writer->file_) return NotWritten(writer->PartPath());
  }
  if (format.json) return writer;
  if (format.marked) writer->stream() << "\xEF\xBB\xBF";
  writer->WriteLine(writer->columns_);
  return writer;
}

SheetWriter::~SheetWriter() {
  if (!file_.is_open()) return;
  file_.close();
  std::remove(PartPath().c_str());
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
  if (path_.empty()) {
    return out_.flush() ? absl::OkStatus() : NotWritten("standard output");
  }
  file_.close();
  const bool good = file_ && std::rename(PartPath().c_str(), path_.c_str()) == 0;
  if (!good) std::remove(PartPath().c_str());
  return good ? absl::OkStatus() : NotWritten(path_);
}

}  // namespace probity::cli
