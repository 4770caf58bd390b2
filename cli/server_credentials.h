// With what the client connects to its server: in the clear, or by TLS with or without a
// certificate of its own.
#ifndef PROBITY_CLI_SERVER_CREDENTIALS_H_
#define PROBITY_CLI_SERVER_CREDENTIALS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

namespace probity::cli {

// Files, PEM; empty: not given.
struct TlsFiles {
  std::string ca;    // authorities that the server's certificate must come from
  std::string cert;  // the client's certificate, then those between it and its authority
  std::string key;   // its private key
  bool any() const { return !ca.empty() || !cert.empty() || !key.empty(); }
};

// INVALID_ARGUMENT says which file is missing, cannot be read, does not belong to the other,
// or holds a certificate that has ended at `now`: the server would only close the
// connection.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const TlsFiles& files,
                                                                         absl::Time now);

// Whether only this machine hears what is said to HOST:PORT.
bool IsThisMachine(absl::string_view server);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SERVER_CREDENTIALS_H_
