// Who was found under the supplier or site that was asked about.
#ifndef PROBITY_CLI_SUBJECT_REPORT_H_
#define PROBITY_CLI_SUBJECT_REPORT_H_

#include <string>

#include "cli/session.h"
#include "probity/v1/supplier.pb.h"

namespace probity::cli {

// True when nobody is known under what was asked: then "nothing found" says
// nothing about anybody.
bool IsUnknown(const v1::SubjectResolution& resolution);

// Says what the asker may not expect: nobody, several, or a successor. `role`
// is what was asked about ("subject", "site"). Prints nothing otherwise.
void PrintResolution(Session& session, const std::string& role,
                     const v1::SubjectResolution& resolution);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SUBJECT_REPORT_H_
