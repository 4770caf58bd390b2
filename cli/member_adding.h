// A file of vendors made into members of a portfolio.
#ifndef PROBITY_CLI_MEMBER_ADDING_H_
#define PROBITY_CLI_MEMBER_ADDING_H_

#include <string>

#include "cli/session.h"
#include "cli/vendor_sheet.h"

namespace probity::cli {

struct MemberAdding {
  std::string portfolio;  // a name for requests
  VendorFile file;
};

// Sends the rows in calls that the server accepts, names those that are refused with
// their lines, adds up what became of the others, and sets the exit code.
void AddMembers(Session& session, const MemberAdding& adding);

}  // namespace probity::cli

#endif  // PROBITY_CLI_MEMBER_ADDING_H_
