// What a configuration would serve, and what is wrong with it: reads all that a start reads
// except the store, the evidence log and the port, and changes nothing.
#ifndef PROBITY_SERVICES_SERVER_CONFIG_CHECK_H_
#define PROBITY_SERVICES_SERVER_CONFIG_CHECK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

struct ConfigReport {
  // What was looked at, and what stands there: "token_file", "/etc/…, 3 callers".
  std::vector<std::pair<std::string, std::string>> facts;
  // What would stop a start, or a server soon behind it; each message names the setting.
  std::vector<std::pair<std::string, absl::Status>> faults;
};

// `config` is complete (config.h). Looks at everything, also behind a fault. Files are read by
// the account that runs it: run it as the one that will serve.
ConfigReport CheckConfig(const config::v1::ServerConfig& config);

// Facts and faults, a line each; the last line is the judgement.
std::string FormatReport(const ConfigReport& report);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_CONFIG_CHECK_H_
