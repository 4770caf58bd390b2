// Vendor numbers as people keep them: rows of a CSV file, read into entries.
#ifndef PROBITY_CLI_VENDOR_ROWS_H_
#define PROBITY_CLI_VENDOR_ROWS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/csv_table.h"
#include "probity/v1/vendor.pb.h"

namespace probity::cli {

// How a file is to be read.
struct VendorColumns {
  std::string system, company;  // for rows that name none
  // Headers of the file's own, by column: "number" -> "LIFNR".
  std::map<std::string, std::string> headers;
};

// "number=LIFNR"; the column must be one that a vendor file has.
absl::StatusOr<std::pair<std::string, std::string>> ParseVendorColumn(absl::string_view text);

// Borrows both.
class VendorRows {
 public:
  VendorRows(const CsvTable& table, const VendorColumns& columns)
      : table_(table), columns_(columns) {}

  // INVALID_ARGUMENT when a column that is needed or named is absent.
  absl::Status CheckColumns() const;
  // Headers of the file that mean nothing here.
  std::vector<std::string> Unread() const;
  // INVALID_ARGUMENT when the row cannot be read.
  absl::StatusOr<v1::Vendor> Read(const CsvRow& row) const;

 private:
  std::string Header(absl::string_view column) const;
  int Place(absl::string_view column) const { return table_.Find(Header(column)); }
  std::string Value(const CsvRow& row, absl::string_view column) const;

  const CsvTable& table_;
  const VendorColumns& columns_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_VENDOR_ROWS_H_
