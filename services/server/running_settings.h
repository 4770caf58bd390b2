// Settings that a running server takes from its file again, and those that wait for a start.
#ifndef PROBITY_SERVICES_SERVER_RUNNING_SETTINGS_H_
#define PROBITY_SERVICES_SERVER_RUNNING_SETTINGS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// Used by one thread, the one that waits for signals.
class RunningSettings {
 public:
  // Reads the settings as at the start: file, flags over it, complete and checked.
  using Read = std::function<absl::StatusOr<config::v1::ServerConfig>()>;

  RunningSettings(config::v1::ServerConfig config, Read read);

  // Takes log_level, drain_seconds and the quotas of callers, and warns of others that
  // changed. The level holds at once; the others where config() is asked for them. After an
  // error nothing changed.
  absl::Status Reload();

  absl::Duration drain_limit() const { return absl::Seconds(config_.drain_seconds()); }
  // What the server runs with.
  const config::v1::ServerConfig& config() const { return config_; }

 private:
  config::v1::ServerConfig config_;
  const Read read_;
};

// Names of the settings that differ, but for those that Reload() takes.
std::vector<std::string> WaitForStart(const config::v1::ServerConfig& running,
                                      const config::v1::ServerConfig& read);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_RUNNING_SETTINGS_H_
