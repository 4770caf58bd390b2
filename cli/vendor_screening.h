// A whole file of vendors screened, and its result as a table with the file's own
// columns in front.
#ifndef PROBITY_CLI_VENDOR_SCREENING_H_
#define PROBITY_CLI_VENDOR_SCREENING_H_

#include <string>
#include <vector>

#include "cli/session.h"
#include "cli/vendor_sheet.h"
#include "nlohmann/json_fwd.hpp"
#include "probity/v1/screening_service.pb.h"

namespace probity::cli {

struct VendorScreening {
  VendorFile file;
  std::string out;           // empty: standard output
  std::string resume_token;  // of a run that was broken off
  int retry_seconds = 30;
};

// Whether a file of this name is a table of vendors, not one request.
bool IsVendorTable(const std::string& path);

// Screens each vendor for the purchase of `shared`, writes the result and a
// summary, and sets the exit code: that of the worst row.
void ScreenVendors(Session& session, const v1::ScreenSupplierRequest& shared,
                   const VendorScreening& options);

// Columns of a result: those of the file, without those of an earlier result, and
// those that are added.
std::vector<std::string> ResultColumns(const Sheet& sheet);
// A row of it, by column. `result` is null for a vendor that was not asked about.
nlohmann::ordered_json ResultRow(const Sheet& sheet, const SheetRow& row, const Vendor& vendor,
                                 const v1::BatchScreenItemResult* result);

}  // namespace probity::cli

#endif  // PROBITY_CLI_VENDOR_SCREENING_H_
