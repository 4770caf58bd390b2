// A server from its start to the signal that ends it.
#ifndef PROBITY_SERVICES_SERVER_RUN_H_
#define PROBITY_SERVICES_SERVER_RUN_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/server/running_settings.h"
#include "services/server/server.h"

namespace probity::server {

// Starts what is to be served: Server::Start, StartSandbox.
using Starter =
    std::function<absl::StatusOr<std::unique_ptr<Server>>(const config::v1::ServerConfig&)>;

// Serves until SIGTERM or SIGINT, drains, closes the store. SIGHUP has everything read again
// that can be; `read` gives the settings then. Tells a supervisor when it is ready and when it
// stops, and prints the address. Called once, before any other thread runs: the signals are
// blocked in all of them. Errors of `start`.
absl::Status RunServer(const config::v1::ServerConfig& config, RunningSettings::Read read,
                       const Starter& start);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_RUN_H_
