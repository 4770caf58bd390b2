// Settings of probityd: read, defaulted and checked before anything starts.
#ifndef PROBITY_SERVICES_SERVER_CONFIG_H_
#define PROBITY_SERVICES_SERVER_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// Parses text proto; `name` is the file's name for messages.
// INVALID_ARGUMENT names line, column and fault.
absl::StatusOr<config::v1::ServerConfig> ParseConfig(absl::string_view name,
                                                     const std::string& text);

// Fills defaults and checks ranges, and what goes together. INVALID_ARGUMENT /
// INVALID_FIELD names the setting and its range.
absl::Status CompleteConfig(config::v1::ServerConfig* config);

// A number between bounds. INVALID_ARGUMENT / INVALID_FIELD names the setting and both.
absl::Status CheckRange(absl::string_view setting, uint32_t value, uint32_t least, uint32_t most);

// INVALID_ARGUMENT / INVALID_FIELD unless empty or IP:PORT, an IPv6 address in brackets.
absl::Status CheckPlainAddress(absl::string_view field, absl::string_view address);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_CONFIG_H_
