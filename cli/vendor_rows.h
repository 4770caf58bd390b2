// Vendor numbers as people keep them: rows of a table, read into entries.
#ifndef PROBITY_CLI_VENDOR_ROWS_H_
#define PROBITY_CLI_VENDOR_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/sheet.h"
#include "cli/sheet_fields.h"
#include "probity/v1/vendor.pb.h"

namespace probity::cli {

// How a file is to be read.
struct VendorNumbersFile {
  TableFile table;
  std::string system, company;  // for rows that name none
};

class VendorRows {
 public:
  // What columns can say.
  static const std::vector<std::string>& Fields();
  // INVALID_ARGUMENT when the file cannot be read, or a column that is needed or named
  // is absent.
  static absl::StatusOr<VendorRows> Open(const VendorNumbersFile& file);

  const Sheet& sheet() const { return sheet_; }
  // Headings of the file that mean nothing here.
  std::vector<std::string> Unread() const;
  // INVALID_ARGUMENT when the row cannot be read.
  absl::StatusOr<v1::Vendor> Read(const SheetRow& row) const;

 private:
  absl::Status CheckFields() const;
  std::string NumberOf(const SheetRow& row) const;

  Sheet sheet_;
  SheetFields fields_;
  std::string system_, company_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_VENDOR_ROWS_H_
