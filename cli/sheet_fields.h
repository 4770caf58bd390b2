// Which columns of a table say what.
#ifndef PROBITY_CLI_SHEET_FIELDS_H_
#define PROBITY_CLI_SHEET_FIELDS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/sheet.h"

namespace probity::cli {

// How a table is read.
struct TableFile {
  std::string path;
  std::string encoding;              // empty: found out
  std::vector<std::string> columns;  // "FIELD=HEADING" for headings of its own
};
// Adds --encoding and --column.
void AddTableOptions(CLI::App* command, const std::shared_ptr<TableFile>& file);

// "4.83E+7", "GB-COH:4.83E+7": a number that a spreadsheet shortened; its last digits
// are lost.
bool IsShortened(absl::string_view text);
// What to say of it.
absl::Status ShortenedNumber(absl::string_view text);

class SheetFields {
 public:
  // Finds `fields` by the headings, whatever their case, spaces and underscores, and
  // by what `told` says of them. INVALID_ARGUMENT where that names a field or a
  // heading that is not there.
  static absl::StatusOr<SheetFields> Find(const Sheet& sheet,
                                          const std::vector<std::string>& fields,
                                          const std::vector<std::string>& told);

  bool Has(absl::string_view field) const;
  // The heading under which a field stands.
  std::string Heading(const Sheet& sheet, absl::string_view field) const;
  // What a row says of a field, trimmed; those of several columns joined by ", ".
  std::string Cell(const SheetRow& row, absl::string_view field) const;

 private:
  std::map<std::string, std::vector<int>, std::less<>> places_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHEET_FIELDS_H_
