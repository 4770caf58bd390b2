// Certificates of the caller and of the authority that the server's must come from.
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/x509.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "src/configuration.h"

namespace probity::client {
namespace {

// As the server's own default.
constexpr unsigned int kLookEverySeconds = 10;

Result<Certificates> ReadCertificates(const std::string& option, const std::string& path) {
  const auto text = ReadFile(option, path);
  if (!text.ok()) return text.error();
  auto certificates = ParseCertificates(*text);
  if (certificates.ok()) return *std::move(certificates);
  return Refusal(absl::StrCat(option, ": ", path, " ", certificates.status().message()));
}

// Says what a handshake would only say by a closed connection. A certificate that has ended is
// none of it: a new one may be on its way.
std::optional<Error> CheckPair(const TlsFiles& files) {
  const auto chain = ReadCertificates("cert", files.cert);
  if (!chain.ok()) return chain.error();
  const auto text = ReadFile("key", files.key);
  if (!text.ok()) return text.error();
  const auto key = ParsePrivateKey(*text);
  if (!key.ok()) {
    return Refusal(absl::StrCat("key: ", files.key, " ", key.status().message()));
  }
  if (X509_check_private_key(chain->front().get(), key->get()) == 1) return std::nullopt;
  return Refusal(absl::StrCat("key: ", files.key, " is not the key of ", files.cert));
}

std::optional<Error> Check(const TlsFiles& files) {
  if (files.cert.empty() != files.key.empty()) {
    return Refusal(absl::StrCat(
        "cert and key belong together: ", files.cert.empty() ? "cert" : "key", " is missing"));
  }
  if (files.ca.empty()) return Refusal("tls: ca is missing");
  if (auto ca = ReadCertificates("ca", files.ca); !ca.ok()) return ca.error();
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
