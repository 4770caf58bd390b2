// Reads CSV files row by row: RFC 4180 by libcsv, with line numbers, raw text,
// encodings, and limits.
#ifndef PROBITY_INGEST_CSV_READER_H_
#define PROBITY_INGEST_CSV_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"

namespace probity::ingest {

struct CsvOptions {
  char delimiter = ',';
  // "utf-8" (a byte order mark is skipped), or any encoding that ICU knows by
  // its IANA name, such as "windows-1252".
  std::string encoding = "utf-8";
  // Names of the columns of a file without a header line, for each number of columns that
  // it may have; empty: it has one.
  std::vector<std::vector<std::string>> headers;
};

class CsvReader {
 public:
  // Reads the header line, where there is one. INVALID_ARGUMENT / EMPTY_FILE, MISSING_COLUMN (a
  // header cell is empty or stands twice, the header is too long, or the first row has
  // none of the numbers of columns), INVALID_MAPPING (unknown encoding).
  // A file of refused rows (ingest/error_file.h) reads as the file that they came in.
  // Refused rows go to `sink`, as do the columns and the bytes read; both are borrowed.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const InputFile& file,
                                                         const CsvOptions& options, RowSink* sink);
  virtual ~CsvReader() = default;

  // Names of the columns, trimmed, without those that Probity added.
  virtual const std::vector<std::string>& columns() const = 0;

  // Calls `visit` for every well-formed row with as many values as there are
  // columns, trimmed; what it returns ends the reading unless OK. Rows that
  // are not UTF-8 (ROW_ENCODING), too long (ROW_TOO_LONG), wrongly quoted
  // (ROW_SYNTAX) or of another width (ROW_COLUMNS) are refused. Empty lines are
  // skipped, and the mark of MS-DOS that a file ends. INVALID_ARGUMENT / TRUNCATED_FILE when the
  // file ends inside a quoted value, or with a row that lacks values and its line end.
  using Values = std::vector<absl::string_view>;
  virtual absl::Status ForEach(
      const std::function<absl::Status(const Row& row, const Values& values)>& visit) = 0;
};

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_CSV_READER_H_
