// What a client of a benchmark shows a server.
#ifndef PROBITY_BENCHMARKS_CREDENTIALS_H_
#define PROBITY_BENCHMARKS_CREDENTIALS_H_

#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "base/tables.h"
#include "grpcpp/grpcpp.h"

namespace probity::benchmarks {

// Files, PEM: the authority of the server's certificate, the client's own and its key. All
// or none.
struct TlsPaths {
  std::string ca;
  std::string cert;
  std::string key;
};

inline void AddTlsOptions(CLI::App* app, TlsPaths* paths) {
  CLI::Option* ca = app->add_option("--ca", paths->ca, "The server's authority, for TLS");
  CLI::Option* cert = app->add_option("--cert", paths->cert, "Certificate to call with");
  CLI::Option* key = app->add_option("--key", paths->key, "Its private key");
  ca->needs(cert);
  cert->needs(key);
  key->needs(ca);
}

// Plaintext where there are no paths. NOT_FOUND names a file.
inline absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const TlsPaths& paths) {
  if (paths.ca.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  for (const auto& [path, text] : {std::pair(&paths.ca, &options.pem_root_certs),
                                   std::pair(&paths.cert, &options.pem_cert_chain),
                                   std::pair(&paths.key, &options.pem_private_key)}) {
    auto read = ReadFile(*path);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  return grpc::SslCredentials(options);
}

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_CREDENTIALS_H_
