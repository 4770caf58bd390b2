// What a load did and what stands in its way, for people.
#ifndef PROBITY_CLI_LOAD_REPORT_H_
#define PROBITY_CLI_LOAD_REPORT_H_

#include <string>

#include "cli/session.h"
#include "probity/v1/dataset_service.pb.h"

namespace probity::cli {

// Prints the state and counts of a load, with the first rows that it refused or doubted,
// why it failed or is held, whose hold it would lift, and the commands that go on with it.
// `seconds` since it was begun; 0: not said.
void PrintLoad(Session& session, const v1::Load& load, double seconds = 0);

// kExitGood when nothing stands in its way: it is published, or nothing would hold it.
int ExitCodeOf(const v1::Load& load);

// Prints what a load would change: counts, the changes that matter most, and what changes
// for members and decisions of the caller's authority, `most` of them at most; 0: all.
void PrintPreview(Session& session, const std::string& load, int most);

// Prints the loads of a dataset, newest first.
void PrintLoads(Session& session, const std::string& dataset);
// Gives a load up and says so.
void AbortLoad(Session& session, const std::string& load);

}  // namespace probity::cli

#endif  // PROBITY_CLI_LOAD_REPORT_H_
