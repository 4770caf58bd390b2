#include "services/identity/identity.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "grpc/grpc_security_constants.h"
#include "services/identity/settings.h"
#include "services/rpc/call_log.h"

namespace probity::identity {
namespace {

// Whoever calls a server off loopback that asks for nothing.
constexpr char kUnidentified[] = "unidentified";

// The one value of a property of the connection; empty: it has none.
absl::string_view PropertyOf(const grpc::AuthContext& connection, const char* name) {
  const std::vector<grpc::string_ref> values = connection.FindPropertyValues(name);
  if (values.empty()) return {};
  return {values.front().data(), values.front().size()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Identity>> Identity::Open(const config::v1::ServerConfig& config,
                                                         const Clock& clock) {
  std::unique_ptr<Identity> identity(new Identity(clock));
  absl::Status opened = identity->OpenTls(config);
  if (opened.ok()) opened = identity->OpenTokens(config);
  if (!opened.ok()) return opened;
  const bool asks_nothing =
      !identity->asks_certificates_ && identity->jwt_ == nullptr && !identity->tokens_.has_value();
  const bool is_loopback = IsLoopback(config.listen());
  if (asks_nothing) {
    identity->everybody_ = rpc::Caller{is_loopback ? rpc::kNobody : kUnidentified, ""};
  }
  if (!is_loopback && !config.has_tls()) {
    rpc::LogWarning(
        absl::StrCat("INSECURE: ", config.listen(),
                     " is listened on without TLS, as --insecure and "
                     "allow_insecure ask: everybody on the way reads and changes what is said",
                     asks_nothing ? ", and nobody is asked who calls" : ", tokens included"));
  }
  return identity;
}

absl::Status Identity::OpenTls(const config::v1::ServerConfig& config) {
  if (!config.has_tls()) return absl::OkStatus();
  auto keeper = TlsKeeper::Start(config.tls(), {clock_, &rpc::LogMessage, &rpc::LogWarning});
  if (!keeper.ok()) return keeper.status();
  tls_ = *std::move(keeper);
  asks_certificates_ = !config.tls().client_ca_file().empty();
  gateways_.insert(config.tls().gateway_principals().begin(),
                   config.tls().gateway_principals().end());
  return absl::OkStatus();
}

absl::Status Identity::OpenTokens(const config::v1::ServerConfig& config) {
  if (config.jwt_issuers_size() > 0) {
    KeySource::Options options;
    options.log = &rpc::LogMessage;
    options.warn = &rpc::LogWarning;
    auto verifier = JwtVerifier::Start(config.jwt_issuers(), options);
    if (!verifier.ok()) return verifier.status();
    jwt_ = *std::move(verifier);
  }
  token_file_ = config.token_file();
  if (token_file_.empty()) return absl::OkStatus();
  auto tokens = rpc::Authenticator::FromFile(token_file_);
  if (!tokens.ok()) return tokens.status();
  tokens_ = *std::move(tokens);
  return absl::OkStatus();
}

absl::Status Identity::ReloadTokens() {
  if (!tokens_.has_value()) return absl::OkStatus();
  const auto again = rpc::Authenticator::FromFile(token_file_);
  if (again.ok()) tokens_->Replace(*again);
  return again.status();
}

std::shared_ptr<grpc::ServerCredentials> Identity::Credentials() const {
  return tls_ == nullptr ? grpc::InsecureServerCredentials() : tls_->Credentials();
}

absl::StatusOr<rpc::Caller> Identity::Identify(const grpc::CallbackServerContext& context) const {
  if (everybody_.has_value()) return *everybody_;
  const auto authorization = rpc::AuthorizationOf(context);
  if (!authorization.ok()) return authorization.status();
  // Looked at beside a token too: what was good at the handshake may have been revoked.
  auto by_certificate = ByCertificate(context);
  if (!by_certificate.ok()) return by_certificate.status();
  const auto forwarded = ForwardedCertificateOf(context.client_metadata());
  if (!forwarded.ok()) return forwarded.status();
  if (forwarded->has_value() && authorization->has_value()) {
    return rpc::NotIdentified(
        "the call carries \"client-cert\" and \"authorization\", which may be of two callers: send "
        "one of both");
  }
  if (forwarded->has_value()) return ByGateway(*by_certificate, **forwarded);
  if (authorization->has_value()) return ByToken(**authorization);
  if (by_certificate->has_value()) return **std::move(by_certificate);
  return rpc::NotIdentified(absl::StrCat(
      "the call carries no token", asks_certificates_ ? ", and the connection no certificate" : "",
      ": send the metadata \"authorization: Bearer TOKEN\"",
      asks_certificates_ ? ", or connect with a client certificate" : ""));
}

absl::StatusOr<rpc::Caller> Identity::ByToken(absl::string_view authorization) const {
  absl::string_view token = authorization;
  const bool is_bearer = absl::ConsumePrefix(&token, "Bearer ");
  if (jwt_ != nullptr && is_bearer && (!tokens_.has_value() || JwtVerifier::LooksLikeJwt(token))) {
    return jwt_->Verify(token, clock_());
  }
  if (tokens_.has_value()) return tokens_->Authenticate(authorization);
  if (jwt_ != nullptr) {
    return rpc::NotIdentified(
        "the metadata \"authorization\" is no bearer token: send \"authorization: Bearer TOKEN\"");
  }
  return rpc::NotIdentified(
      "this server takes client certificates and no tokens; leave \"authorization\" away");
}

absl::StatusOr<rpc::Caller> Identity::ByGateway(const std::optional<rpc::Caller>& gateway,
                                                const ForwardedCertificate& forwarded) const {
  if (!gateway.has_value() || !gateways_.contains(gateway->principal)) {
    return rpc::NotIdentified(
        "the metadata \"client-cert\" is taken from gateways alone, which the server's "
        "tls.gateway_principals names; leave it away");
  }
  auto caller = tls_->clients().Check(forwarded.certificate, forwarded.between, clock_());
  if (caller.ok()) caller->via = gateway->principal;
  return caller;
}

absl::StatusOr<std::optional<rpc::Caller>> Identity::ByCertificate(
    const grpc::CallbackServerContext& context) const {
  if (!asks_certificates_) return std::nullopt;
  const std::shared_ptr<const grpc::AuthContext> connection = context.auth_context();
  if (connection == nullptr) return std::nullopt;
  const absl::string_view certificate = PropertyOf(*connection, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificate.empty()) return std::nullopt;
  auto caller = tls_->clients().Check(
      certificate, PropertyOf(*connection, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME), clock_());
  if (!caller.ok()) return caller.status();
  return *std::move(caller);
}

}  // namespace probity::identity
