// Where the server is and who calls.
#ifndef PROBITY_CLIENT_OPTIONS_H_
#define PROBITY_CLIENT_OPTIONS_H_

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "grpcpp/security/credentials.h"
#include "probity/client/result.h"

namespace probity::client {

// Release of this client; the same as the server's that it was made with.
inline constexpr char kVersion[] = "0.1.0";

// Files in PEM. Those that are renewed are read again within some seconds and used for the next
// connection.
struct TlsFiles {
  std::string ca;    // the authority that the server's certificate leads to
  std::string cert;  // the caller's own certificate, with those between it and its authority
  std::string key;   // and its key, without a password
};

// Without anything but an address nothing is encrypted and nobody is named, which a server takes
// on its own machine alone.
struct Options {
  // "HOST:PORT", such as "probity.example.org:7443" or "[::1]:7443".
  std::string server;
  // Encrypts, and shows the caller's certificate where there is one. Absent: in the clear.
  std::optional<TlsFiles> tls;
  // Credentials of gRPC instead of `tls`, for keys that are in no file.
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  // One of these three names the caller by a token, which is never sent to another machine in the
  // clear: itself; a file, read again for every call; a function, asked by Connect() and for
  // every call, from any thread.
  std::string token;
  std::string token_file;
  std::function<std::string()> token_source;
  // False: gRPC sends nothing again.
  bool retries = true;
  // Told that calls use what is deprecated: the full name of a field or method, each once in a
  // process. Called by any thread, within a call; it must not throw. Null: it is written to
  // standard error.
  std::function<void(const std::string& name)> on_deprecated;

  // PROBITY_SERVER, PROBITY_CA, PROBITY_CERT, PROBITY_KEY, PROBITY_TOKEN and PROBITY_TOKEN_FILE,
  // as the command line has them.
  static Result<Options> FromEnvironment();
};

// Of one call.
struct CallOptions {
  // How long its caller waits. Absent: as service_config.json says for the RPC; streams then have
  // no deadline.
  std::optional<std::chrono::milliseconds> timeout;
  // Further metadata of gRPC, such as "traceparent".
  std::multimap<std::string, std::string> metadata;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_OPTIONS_H_
