#include "services/identity/tls_keeper.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace probity::identity {
namespace {

// Seconds between two looks of gRPC at what was published.
constexpr unsigned kWatchSeconds = 1;
// Files that are found unsound are looked at again after this, before anybody is alarmed:
// who exchanges them may not have done with all.
constexpr absl::Duration kSecondLook = absl::Seconds(1);

// Asks the table of certificates at each handshake: gRPC itself knows no revocation list
// that came later, and takes certificates without one.
class ClientVerifier final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  ClientVerifier(ClientCertificates* clients, std::function<absl::Time()> clock)
      : clients_(clients), clock_(std::move(clock)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* answer) override {
    const auto& peer = request->c_request()->peer_info;
    // Who has no certificate needs a token; whether that is enough, gRPC has decided.
    if (peer.peer_cert == nullptr || *peer.peer_cert == '\0') return true;
    const auto caller = clients_->Check(
        peer.peer_cert, peer.peer_cert_full_chain == nullptr ? "" : peer.peer_cert_full_chain,
        clock_());
    if (!caller.ok()) {
      *answer = {grpc::StatusCode::UNAUTHENTICATED, std::string(caller.status().message())};
    }
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  ClientCertificates* const clients_;
  const std::function<absl::Time()> clock_;
};

grpc_ssl_client_certificate_request_type RequestType(const config::v1::TlsSettings& settings) {
  if (settings.client_ca_file().empty()) return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  return settings.require_client_certificate()
             ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
             : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
}

}  // namespace

TlsKeeper::TlsKeeper(config::v1::TlsSettings settings, Options options)
    : settings_(std::move(settings)), options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<TlsKeeper>> TlsKeeper::Start(config::v1::TlsSettings settings,
                                                            Options options) {
  std::unique_ptr<TlsKeeper> keeper(new TlsKeeper(std::move(settings), std::move(options)));
  {
    absl::MutexLock lock(&keeper->reload_mutex_);
    if (absl::Status read = keeper->TryReload(); !read.ok()) return read;
  }
  keeper->thread_ = std::thread([keeper = keeper.get()] { keeper->Run(); });
  return keeper;
}

TlsKeeper::~TlsKeeper() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<grpc::ServerCredentials> TlsKeeper::Credentials() {
  absl::MutexLock lock(&reload_mutex_);
  const bool asks_clients = !settings_.client_ca_file().empty();
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          identity_.path(), identity_.path(), asks_clients ? authorities_.path() : "",
          kWatchSeconds));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(RequestType(settings_));
  if (asks_clients) {
    options.watch_root_certs();
    options.set_certificate_verifier(
        grpc::experimental::ExternalCertificateVerifier::Create<ClientVerifier>(&clients_,
                                                                                options_.clock));
  }
  return grpc::experimental::TlsServerCredentials(options);
}

absl::Status TlsKeeper::Reload() {
  absl::MutexLock lock(&reload_mutex_);
  const absl::Status status = TryReload();
  const bool is_new = !status.ok() && status.message() != told_fault_;
  told_fault_ = status.ok() ? std::string() : std::string(status.message());
  if (is_new) {
    options_.warn(
        absl::StrCat("TLS files are not sound, those before stay in use: ", status.message()));
  }
  absl::MutexLock status_lock(&mutex_);
  status_.last_reload_ok = status.ok();
  if (is_new) ++status_.failed_reloads;
  return status;
}

absl::Status TlsKeeper::TryReload() {
  const auto texts = ReadTlsFiles(settings_);
  const absl::StatusOr<TlsMaterial> material =
      texts.ok() ? CheckTlsFiles(settings_, *texts, options_.clock()) : texts.status();
  if (!material.ok()) {
    TakeTrustAlone();
    return material.status();
  }
  Tell(material->warnings);
  const std::string digest = texts->Digest();
  if (digest == used_digest_) return absl::OkStatus();
  if (absl::Status used = Use(*material); !used.ok()) return used;
  used_digest_ = digest;
  trust_digest_ = texts->TrustDigest();
  return absl::OkStatus();
}

void TlsKeeper::TakeTrustAlone() {
  if (trust_digest_.empty() || settings_.client_ca_file().empty()) return;
  const auto texts = ReadTrustFiles(settings_);
  if (!texts.ok() || texts->TrustDigest() == trust_digest_) return;
  const auto material = CheckTrustFiles(settings_, *texts, options_.clock());
  if (!material.ok()) return;
  Tell(material->warnings);
  if (!UseTrust(*material).ok()) return;
  trust_digest_ = texts->TrustDigest();
  used_digest_.clear();  // what is in use now stood in no files together
  options_.log("TLS: other authorities and revocation lists of clients are in use");
}

absl::Status TlsKeeper::Use(const TlsMaterial& material) {
  absl::Status published = identity_.Publish(material.identity_pem);
  if (published.ok()) published = UseTrust(material);
  if (!published.ok()) return published;
  options_.log(absl::StrCat(
      "TLS files are in use, the certificate ends on ",
      absl::FormatTime("%Y-%m-%d %H:%M UTC", material.certificate_end, absl::UTCTimeZone())));
  absl::MutexLock lock(&mutex_);
  ++status_.reloads;
  status_.certificate_end = material.certificate_end;
  return absl::OkStatus();
}

absl::Status TlsKeeper::UseTrust(const TlsMaterial& material) {
  if (material.authorities_pem.empty()) return absl::OkStatus();
  absl::Status published = authorities_.Publish(material.authorities_pem);
  if (!published.ok()) return published;
  clients_.SetTrust(std::make_shared<const ClientTrust>(material, !settings_.crl_dir().empty(),
                                                        settings_.allow_missing_crl()));
  return absl::OkStatus();
}

void TlsKeeper::Tell(const std::vector<std::string>& warnings) {
  if (warnings == told_warnings_) return;
  for (const std::string& warning : warnings) options_.warn(absl::StrCat("TLS: ", warning));
  told_warnings_ = warnings;
}

TlsStatus TlsKeeper::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

void TlsKeeper::Run() {
  while (Sleep(absl::Seconds(settings_.reload_every().seconds()))) {
    if (!AreSound() && !Sleep(kSecondLook)) return;
    Reload().IgnoreError();  // it is told there
  }
}

bool TlsKeeper::Sleep(absl::Duration wait) {
  absl::MutexLock lock(&mutex_);
  const auto is_ending = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ending_; };
  return !mutex_.AwaitWithTimeout(absl::Condition(&is_ending), wait);
}

bool TlsKeeper::AreSound() const {
  const auto texts = ReadTlsFiles(settings_);
  return texts.ok() && CheckTlsFiles(settings_, *texts, options_.clock()).ok();
}

}  // namespace probity::identity
