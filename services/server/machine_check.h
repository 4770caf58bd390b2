// Whether the machine is fit for a server with this configuration: "probityd doctor".
#ifndef PROBITY_SERVICES_SERVER_MACHINE_CHECK_H_
#define PROBITY_SERVICES_SERVER_MACHINE_CHECK_H_

#include <vector>

#include "absl/time/time.h"
#include "base/fitness.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// Measures the volumes of data_dir and evidence_dir, or where these would be made, and looks at
// clock, limits and certificates. `config` is complete (config.h). Leaves nothing behind; what
// only a stopped server's store can tell is NOT CHECKED while one runs.
std::vector<Finding> CheckMachine(const config::v1::ServerConfig& config, absl::Time now);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_MACHINE_CHECK_H_
