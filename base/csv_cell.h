// Cells of every CSV that Probity writes: exports, worksheets, files of refused rows.
//
// Spreadsheets run a cell that begins as a formula does, and what Probity writes holds
// words of strangers. Such a cell gets an apostrophe in front, which spreadsheets show
// and do not run. Where a file comes back, the apostrophe is taken off again.
#ifndef PROBITY_BASE_CSV_CELL_H_
#define PROBITY_BASE_CSV_CELL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace probity {

// RFC 4180: in quotes where the text holds the delimiter, a quote or a line end, or white
// space at an end, which readers trim.
std::string CsvCell(absl::string_view text, char delimiter = ',');

// `text`, with an apostrophe in front where it begins with = + - @, a tab or a line end,
// be it behind apostrophes, so that no two texts become the same.
std::string NeutralText(absl::string_view text);
// What NeutralText made `text` of, or `text` where it made nothing of the kind.
absl::string_view WithoutNeutralizing(absl::string_view text);

}  // namespace probity

#endif  // PROBITY_BASE_CSV_CELL_H_
