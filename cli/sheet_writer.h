// Writes a table row by row, as CSV or as one JSON object a line.
#ifndef PROBITY_CLI_SHEET_WRITER_H_
#define PROBITY_CLI_SHEET_WRITER_H_

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/part_file.h"
#include "cli/sheet.h"
#include "nlohmann/json_fwd.hpp"

namespace probity::cli {

struct SheetFormat {
  bool json = false;
  char delimiter = ',';
  bool marked = false;  // begin CSV with a byte order mark, as spreadsheets want it
};

// What is written for a table that was read holds its own columns in front. Columns
// that the program adds begin so; those of an earlier result are dropped.
inline constexpr absl::string_view kOurPrefix = "probity_";
std::vector<std::string> OwnColumns(const Sheet& sheet);
nlohmann::ordered_json OwnCells(const Sheet& sheet, const SheetRow& row);
// The form of the table that was read, where `out` does not ask for JSON; a table in
// a spreadsheet's encoding goes back to a spreadsheet. Without `out`, as `json` says.
SheetFormat FormatLike(const Sheet& sheet, const std::string& out, bool json);

class SheetWriter {
 public:
  // Writes to a file beside `path`, which takes the place of `path` in Close(): a
  // broken run never looks like a whole one. Without a path, to `out`, which
  // outlives the writer. INVALID_ARGUMENT for a file that cannot be written.
  static absl::StatusOr<std::unique_ptr<SheetWriter>> Open(const std::string& path,
                                                           const SheetFormat& format,
                                                           std::vector<std::string> columns,
                                                           std::ostream& out);
  // `row` is an object. CSV shows its texts and numbers by column, a list as its
  // members joined by "; "; a column that it lacks is empty. What the program adds may
  // hold words of a list: no spreadsheet takes it for a formula.
  void Write(const nlohmann::ordered_json& row);
  // INVALID_ARGUMENT when not everything could be written.
  absl::Status Close();

 private:
  SheetWriter(std::string path, const SheetFormat& format, std::vector<std::string> columns,
              std::ostream& out)
      : format_(format), columns_(std::move(columns)), out_(out) {
    if (!path.empty()) file_.emplace(std::move(path));
  }
  std::ostream& stream() { return file_.has_value() ? file_->stream() : out_; }
  void WriteLine(const std::vector<std::string>& cells);

  const SheetFormat format_;
  const std::vector<std::string> columns_;
  std::ostream& out_;
  std::optional<PartFile> file_;  // none without a path
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHEET_WRITER_H_
