#include "cli/server_credentials.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace probity::cli {
namespace {

struct Free {
  void operator()(BIO* it) const { BIO_free(it); }
  void operator()(X509* it) const { X509_free(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
};

absl::StatusOr<std::string> Read(absl::string_view option, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // Fails, and does not throw, where the file is a directory.
  if (text << file.rdbuf()) return text.str();
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": ", path, " cannot be read, or is empty"));
}

std::unique_ptr<BIO, Free> Open(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Keys with a password are not asked for it.
int NoPassword(char*, int, int, void*) { return -1; }

std::unique_ptr<X509, Free> FirstCertificate(const std::string& text) {
  return std::unique_ptr<X509, Free>(
      PEM_read_bio_X509(Open(text).get(), nullptr, &NoPassword, nullptr));
}

absl::Time EndOf(const X509* certificate) {
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
  return absl::FromTM(end, absl::UTCTimeZone());
}

absl::Status CheckPair(const TlsFiles& files, const std::string& certificate,
                       const std::string& key, absl::Time now) {
  const auto parsed = FirstCertificate(certificate);
  if (parsed == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--cert: ", files.cert, " holds no certificate in PEM"));
  }
  const std::unique_ptr<EVP_PKEY, Free> parsed_key(
      PEM_read_bio_PrivateKey(Open(key).get(), nullptr, &NoPassword, nullptr));
  if (parsed_key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--key: ", files.key, " holds no private key in PEM, or one with a password"));
  }
  if (X509_check_private_key(parsed.get(), parsed_key.get()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--key: ", files.key, " is not the key of the certificate in ", files.cert));
  }
  if (now <= EndOf(parsed.get())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--cert: the certificate in ", files.cert, " ended on ",
                   absl::FormatTime("%Y-%m-%d %H:%M UTC", EndOf(parsed.get()), absl::UTCTimeZone()),
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
  if (FirstCertificate(*ca) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--ca: ", files.ca, " holds no certificate in PEM"));
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
