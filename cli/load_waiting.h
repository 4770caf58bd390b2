// Waiting for the server's work on a load.
#ifndef PROBITY_CLI_LOAD_WAITING_H_
#define PROBITY_CLI_LOAD_WAITING_H_

#include <functional>

#include "cli/progress.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/load.pb.h"

namespace probity::cli {

// Asks `get` for the load again and again while the server works on it, and shows how far
// that is. The status of the last call.
grpc::Status AwaitLoad(const std::function<grpc::Status(v1::Load*)>& get, Progress& progress,
                       v1::Load* load);

// It waits for somebody to go on with it, and is not held.
bool MayBeCommitted(const v1::Load& load);

}  // namespace probity::cli

#endif  // PROBITY_CLI_LOAD_WAITING_H_
