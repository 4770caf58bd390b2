#include "cli/server_credentials.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/x509.h"

namespace probity::cli {
namespace {

absl::Status Fault(absl::string_view option, const std::string& path, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", path, " ", problem));
}

absl::StatusOr<std::string> Read(absl::string_view option, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // Fails, and does not throw, where the file is a directory.
  if (text << file.rdbuf()) return text.str();
  return Fault(option, path, "cannot be read, or is empty");
}

absl::Status CheckPair(const TlsFiles& files, const std::string& certificate,
                       const std::string& key, absl::Time now) {
  const auto chain = ParseCertificates(certificate);
  if (!chain.ok()) return Fault("--cert", files.cert, chain.status().message());
  const auto parsed_key = ParsePrivateKey(key);
  if (!parsed_key.ok()) return Fault("--key", files.key, parsed_key.status().message());
  X509* const own = chain->front().get();
  if (X509_check_private_key(own, parsed_key->get()) != 1) {
    return Fault("--key", files.key,
                 absl::StrCat("is not the key of the certificate in ", files.cert));
  }
  if (now <= EndOf(own)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--cert: the certificate in ", files.cert, " ended on ",
                   absl::FormatTime("%Y-%m-%d %H:%M UTC", EndOf(own), absl::UTCTimeZone()),
                   "; ask your authority for a new one"));
}

absl::Status CheckGiven(const TlsFiles& files) {
  if (files.cert.empty() != files.key.empty()) {
    return absl::InvalidArgumentError("--cert and --key belong together: give both");
  }
  if (!files.ca.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--ca is missing: the file of the authority that the server's certificate must come from "
      "(/etc/ssl/certs/ca-certificates.crt has the public ones)");
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const TlsFiles& files,
                                                                         absl::Time now) {
  if (!files.any()) return grpc::InsecureChannelCredentials();
  if (absl::Status given = CheckGiven(files); !given.ok()) return given;
  grpc::SslCredentialsOptions options;
  auto ca = Read("--ca", files.ca);
  if (!ca.ok()) return ca.status();
  if (const auto authorities = ParseCertificates(*ca); !authorities.ok()) {
    return Fault("--ca", files.ca, authorities.status().message());
  }
  options.pem_root_certs = *std::move(ca);
  if (!files.cert.empty()) {
    auto certificate = Read("--cert", files.cert);
    if (!certificate.ok()) return certificate.status();
    auto key = Read("--key", files.key);
    if (!key.ok()) return key.status();
    if (absl::Status pair = CheckPair(files, *certificate, *key, now); !pair.ok()) return pair;
    options.pem_cert_chain = *std::move(certificate);
    options.pem_private_key = *std::move(key);
  }
  return grpc::SslCredentials(options);
}

bool IsThisMachine(absl::string_view server) {
  const absl::string_view host = server.substr(0, server.rfind(':'));
  if (host == "localhost" || host == "[::1]" || absl::StartsWith(server, "unix:")) return true;
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == absl::string_view::npos;
}

}  // namespace probity::cli
