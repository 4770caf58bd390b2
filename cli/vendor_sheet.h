// Vendors in a table: which column says what, and the party that a row describes.
#ifndef PROBITY_CLI_VENDOR_SHEET_H_
#define PROBITY_CLI_VENDOR_SHEET_H_

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/sheet.h"
#include "cli/sheet_fields.h"
#include "probity/v1/purchase.pb.h"

namespace probity::cli {

// How a file of vendors is read.
struct VendorFile {
  TableFile table;
  std::string scheme;  // of identifiers without one, in upper case
  // Whose vendor numbers they are, for rows that do not say it themselves. A row
  // without another reference is asked about by its number then.
  std::string system, company;
  // Numbers go before identifiers and suppliers beside them.
  bool by_number = false;
};
// --encoding, --column, --scheme, --system, --company and --by_number.
void AddVendorFileOptions(CLI::App* command, const std::shared_ptr<VendorFile>& file);
// What the manual says of such files.
std::string VendorFileHelp();

struct Vendor {
  std::string number;
  v1::ScreenedSubject subject;
  std::string fault;  // "line 7, column country: ..."; empty: it can be asked
  std::string note;   // "vendor number also in row 9"
};

// The party that identifier and scheme name: SCHEME:VALUE, or a value with a scheme
// beside it. INVALID_ARGUMENT shows the right form.
absl::StatusOr<v1::SubjectRef> ReadRef(absl::string_view text, absl::string_view scheme);

class VendorSheet {
 public:
  // INVALID_ARGUMENT where the file cannot be read or its header names neither a
  // name nor an identifier.
  static absl::StatusOr<VendorSheet> Read(const VendorFile& file);

  const Sheet& sheet() const { return sheet_; }
  // One for each row of the sheet.
  const std::vector<Vendor>& vendors() const { return vendors_; }
  // Rows whose vendor number stands in another one too.
  int duplicates() const { return duplicates_; }

 private:
  absl::Status FindFields(const VendorFile& file);
  Vendor ReadVendor(const SheetRow& row) const;
  // Puts a field of a row into a vendor; an empty one stays as it is.
  absl::Status Fill(absl::string_view field, const std::string& text, const SheetRow& row,
                    Vendor* vendor) const;
  // Makes the number the reference, where it is one.
  absl::Status ReferToNumber(const SheetRow& row, Vendor* vendor) const;
  void MarkDuplicates();

  Sheet sheet_;
  std::string scheme_, system_, company_;
  bool by_number_ = false;
  SheetFields fields_;
  std::vector<Vendor> vendors_;
  int duplicates_ = 0;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_VENDOR_SHEET_H_
