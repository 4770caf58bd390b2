// The refused rows of one file of a load in the form in which they came, with columns that
// say why: so that they can be mended where they came from, and loaded again.
//
//   CSV         the sender's columns, delimiter and values, in UTF-8, and probity_line,
//               probity_reason, probity_column, probity_message behind them. Values that a
//               spreadsheet would run get an apostrophe (base/csv_cell.h), which CsvReader
//               takes off again.
//   JSON lines  each line as it came, with these as members. A line that is no object
//               stands in a member probity_raw.
//   others      CSV of these columns alone.
#ifndef PROBITY_INGEST_ERROR_FILE_H_
#define PROBITY_INGEST_ERROR_FILE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/rejected_rows.h"

namespace probity::ingest {

// A JSON object without the members that Probity added; empty where it has none.
std::string WithoutAddedMembers(absl::string_view json);

class ErrorFile {
 public:
  // `path` is a file of refused rows, `file_name` the file of the load whose rows are meant.
  ErrorFile(const std::string& path, std::string file_name)
      : reader_(path), file_name_(std::move(file_name)) {}

  // The next rows, about `size` bytes of them and one at least; empty at the end. All of it
  // is empty when no row was refused. DATA_LOSS / STORE_CORRUPT.
  absl::StatusOr<std::string> Next(size_t size);

 private:
  // A row and all that is said of it.
  struct Refused {
    storage::v1::RejectedRow row;
    std::string reasons, columns, messages;
  };

  // False at the end. A row that was refused several times is given once.
  absl::StatusOr<bool> NextRefused(Refused* refused);
  // The next row of the file that was refused, in next_.
  absl::Status ReadAhead();
  std::string Header() const;
  std::string Lines(const Refused& refused) const;
  std::string CsvLines(const Refused& refused) const;
  std::string CsvLine(std::vector<std::string> own, const Refused& refused) const;

  RejectedReader reader_;
  const std::string file_name_;
  storage::v1::RejectedFileForm form_;
  storage::v1::RejectedRow next_;
  bool has_next_ = false;
  bool begun_ = false;
};

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_ERROR_FILE_H_
