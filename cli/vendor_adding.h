// A file of vendor numbers made into entries.
#ifndef PROBITY_CLI_VENDOR_ADDING_H_
#define PROBITY_CLI_VENDOR_ADDING_H_

#include "cli/session.h"
#include "cli/vendor_rows.h"

namespace probity::cli {

// Sends the rows in calls that the server accepts, names those that are refused with
// their lines, adds up what became of the others, and sets the exit code.
void AddVendors(Session& session, const VendorNumbersFile& file);

}  // namespace probity::cli

#endif  // PROBITY_CLI_VENDOR_ADDING_H_
