// Settings of who may call and how: defaults, and what does not go together.
#ifndef PROBITY_SERVICES_IDENTITY_SETTINGS_H_
#define PROBITY_SERVICES_IDENTITY_SETTINGS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::identity {

// Whether only this machine reaches an address, HOST:PORT.
bool IsLoopback(absl::string_view address);

// Fills defaults in tls and jwt_issuers and checks them, listen, token_file and the two keys
// to plaintext. Reads no file. INVALID_ARGUMENT / INVALID_FIELD names the setting and what
// to do.
absl::Status CompleteIdentity(config::v1::ServerConfig* config);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_SETTINGS_H_
