// What a load did, for people.
#ifndef PROBITY_CLI_LOAD_REPORT_H_
#define PROBITY_CLI_LOAD_REPORT_H_

#include "cli/session.h"
#include "probity/v1/dataset_service.pb.h"

namespace probity::cli {

// Prints the state and counts of a load that has ended, `seconds` after it was
// begun, with the first rows that it refused or doubted and why it failed.
void PrintLoad(Session& session, const v1::Load& load, double seconds);

}  // namespace probity::cli

#endif  // PROBITY_CLI_LOAD_REPORT_H_
