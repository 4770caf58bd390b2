// Certificates of the caller and of the authority that the server's must come from.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "src/configuration.h"

namespace probity::client {
namespace {

// As the server's own default.
constexpr unsigned int kLookEverySeconds = 10;

struct Free {
  void operator()(BIO* it) const { BIO_free(it); }
  void operator()(X509* it) const { X509_free(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
};

std::unique_ptr<BIO, Free> Open(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Keys with a password are not asked for it.
int NoPassword(char*, int, int, void*) { return -1; }

std::unique_ptr<X509, Free> FirstCertificate(const std::string& text) {
  return std::unique_ptr<X509, Free>(
      PEM_read_bio_X509(Open(text).get(), nullptr, &NoPassword, nullptr));
}

Result<std::unique_ptr<X509, Free>> ReadCertificate(const std::string& option,
                                                    const std::string& path) {
  auto text = ReadFile(option, path);
  if (!text.ok()) return text.error();
  auto certificate = FirstCertificate(*text);
  if (certificate != nullptr) return certificate;
  return Refusal(absl::StrCat(option, ": ", path, " holds no certificate in PEM"));
}

// Says what a handshake would only say by a closed connection.
std::optional<Error> CheckPair(const TlsFiles& files) {
  const auto certificate = ReadCertificate("cert", files.cert);
  if (!certificate.ok()) return certificate.error();
  const auto text = ReadFile("key", files.key);
  if (!text.ok()) return text.error();
  if (absl::StrContains(*text, "ENCRYPTED")) {
    return Refusal(absl::StrCat("key: ", files.key, " is encrypted; give it without a password"));
  }
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(Open(*text).get(), nullptr, &NoPassword, nullptr));
  if (key == nullptr) {
    return Refusal(absl::StrCat("key: ", files.key, " holds no private key in PEM"));
  }
  if (X509_check_private_key(certificate->get(), key.get()) == 1) return std::nullopt;
  return Refusal(absl::StrCat("key: ", files.key, " is not the key of ", files.cert));
}

std::optional<Error> Check(const TlsFiles& files) {
  if (files.cert.empty() != files.key.empty()) {
    return Refusal(absl::StrCat(
        "cert and key belong together: ", files.cert.empty() ? "cert" : "key", " is missing"));
  }
  if (files.ca.empty()) return Refusal("tls: ca is missing");
  if (auto ca = ReadCertificate("ca", files.ca); !ca.ok()) return ca.error();
  return files.cert.empty() ? std::nullopt : CheckPair(files);
}

}  // namespace

Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const TlsFiles& files) {
  if (auto wrong = Check(files); wrong.has_value()) return *std::move(wrong);
  using Provider = grpc::experimental::FileWatcherCertificateProvider;
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.watch_root_certs();
  if (files.cert.empty()) {
    options.set_certificate_provider(std::make_shared<Provider>(files.ca, kLookEverySeconds));
  } else {
    options.set_certificate_provider(
        std::make_shared<Provider>(files.key, files.cert, files.ca, kLookEverySeconds));
    options.watch_identity_key_cert_pairs();
  }
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace probity::client
