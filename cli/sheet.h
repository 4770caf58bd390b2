// Tables in files, as spreadsheets and purchasing systems write them: CSV with any
// usual delimiter and encoding, or one JSON object a line. Read whole, nothing
// lost: a row that cannot be used stays in its place and says why.
#ifndef PROBITY_CLI_SHEET_H_
#define PROBITY_CLI_SHEET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::cli {

struct SheetRow {
  uint64_t row = 0;                // as a spreadsheet numbers it: the header is 1
  uint64_t line = 0;               // of the file where it begins, from 1
  std::vector<std::string> cells;  // one for each column, in UTF-8
  std::string fault;               // why it cannot be used; empty: it can
};

struct Sheet {
  std::string path;
  std::vector<std::string> columns;
  std::vector<SheetRow> rows;  // without those that are empty
  bool json = false;           // one JSON object a line
  char delimiter = ',';
  std::string encoding;  // that the bytes were read in: "utf-8", "utf-16le", ...
  bool marked = false;   // began with a byte order mark, as spreadsheets want it

  // Place of a column, or -1.
  int Column(absl::string_view name) const;
};

// ".jsonl" and ".ndjson" are JSON lines, anything else is CSV.
bool IsJsonLines(absl::string_view path);

// Reads a table. The first line of CSV names the columns; the delimiter is the one
// of , ; tab | that splits it most. `encoding` is an IANA name; empty: by the byte
// order mark, else UTF-8, else, where there is no UTF-8 in it, windows-1252.
// INVALID_ARGUMENT, with file and line, for an unknown encoding, a file without
// rows, and a header with a column twice.
absl::StatusOr<Sheet> ParseSheet(const std::string& path, absl::string_view bytes,
                                 const std::string& encoding);
// The same from a file, or from standard input for "-".
absl::StatusOr<Sheet> ReadSheet(const std::string& path, const std::string& encoding);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHEET_H_
