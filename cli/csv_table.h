// CSV files that commands read: whole, by libcsv, with the line of every row.
#ifndef PROBITY_CLI_CSV_TABLE_H_
#define PROBITY_CLI_CSV_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::cli {

struct CsvRow {
  int line = 0;                     // of the file, from 1
  std::vector<std::string> values;  // as many as there are columns, trimmed
};

struct CsvTable {
  std::vector<std::string> columns;  // trimmed, each once
  std::vector<CsvRow> rows;          // empty lines are left out

  // Place of a column; -1: there is none.
  int Find(absl::string_view column) const;
};

// Reads RFC 4180 in UTF-8, with or without a byte order mark, separated by "," or,
// where the header holds none, by ";" or a tab, as spreadsheets write it. `name` stands
// in errors:
//   INVALID_ARGUMENT with the line: not UTF-8 (save it as "CSV UTF-8"), a quote that
//   is not closed or stands inside a value, a row of another width, a header that is
//   empty or names a column twice.
absl::StatusOr<CsvTable> ParseCsv(absl::string_view name, absl::string_view text);

}  // namespace probity::cli

#endif  // PROBITY_CLI_CSV_TABLE_H_
