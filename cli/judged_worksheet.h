// A worksheet that people filled in, read back row by row. Whatever a spreadsheet or
// a second person did to it shows in its row; nothing is taken in silence.
#ifndef PROBITY_CLI_JUDGED_WORKSHEET_H_
#define PROBITY_CLI_JUDGED_WORKSHEET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/vendor_sheet.h"

namespace probity::cli {

// What a row says.
struct JudgedRow {
  bool judged = false;  // else it is open, or has a fault
  bool is = false;      // IS, else IS_NOT
  std::string reason, source_record;
  std::string fault;  // "line 7: ..."; empty: none
};

struct JudgedWorksheet {
  std::vector<JudgedRow> rows;  // one for each row of the sheet
  // Numbers of rows that were written and are no longer there, in order. Rows that
  // nobody decided are open all the same: they are shown again.
  std::vector<uint64_t> missing;
};

// INVALID_ARGUMENT where the file is no worksheet: a column that it must have is gone.
absl::StatusOr<JudgedWorksheet> ReadJudgements(const VendorSheet& worksheet);

// "4, 7 to 9".
std::string Ranges(const std::vector<uint64_t>& numbers);

}  // namespace probity::cli

#endif  // PROBITY_CLI_JUDGED_WORKSHEET_H_
