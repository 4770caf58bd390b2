// Who calls, by whatever this server takes for it: client certificates, signed tokens, the
// token file, or nothing.
#ifndef PROBITY_SERVICES_IDENTITY_IDENTITY_H_
#define PROBITY_SERVICES_IDENTITY_IDENTITY_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/identity/forwarded_certificate.h"
#include "services/identity/jwt_verifier.h"
#include "services/identity/tls_keeper.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {

// What callers are asked for, in this order:
//   1. The metadata "authorization: Bearer TOKEN", where the server takes tokens. It must
//      be good: a bad one is never made up for by a certificate, nor a certificate that was
//      revoked since the connection began by a token. A JWT goes to its issuer's keys,
//      anything else to the token file.
//   2. The client certificate of the connection (certificate_caller.h). Where it is that of a
//      gateway (tls.gateway_principals), the certificate that the call carries, if it does, is
//      checked too and names the caller (forwarded_certificate.h). From others, or beside a
//      token, such a certificate refuses the call.
//   3. Where neither certificates nor tokens are taken, nothing: "local" on loopback,
//      "unidentified" off it.
// A token that comes to a server which takes certificates alone is refused.
class Identity final : public rpc::IdentitySource {
 public:
  using Clock = std::function<absl::Time()>;

  // Reads what `config`, which is complete, names, and follows it in threads of its own.
  // INVALID_ARGUMENT / INVALID_FIELD names setting and file.
  static absl::StatusOr<std::unique_ptr<Identity>> Open(const config::v1::ServerConfig& config,
                                                        const Clock& clock);

  // For the port; the server that has them ends before this.
  std::shared_ptr<grpc::ServerCredentials> Credentials() const;
  absl::StatusOr<rpc::Caller> Identify(const grpc::CallbackServerContext& context) const override;
  // Reads the token file again, for the next call on; after an error, which names it, what
  // was read before holds. OK where there is none.
  absl::Status ReloadTokens();
  // For metrics and a reload by hand; null: the server has no TLS.
  TlsKeeper* tls() const { return tls_.get(); }
  // Null: the server takes no signed tokens.
  const JwtVerifier* jwt() const { return jwt_.get(); }

 private:
  explicit Identity(Clock clock) : clock_(std::move(clock)) {}
  absl::Status OpenTls(const config::v1::ServerConfig& config);
  absl::Status OpenTokens(const config::v1::ServerConfig& config);
  absl::StatusOr<rpc::Caller> ByToken(absl::string_view authorization) const;
  // Nothing: the connection has no certificate, or none is asked for.
  absl::StatusOr<std::optional<rpc::Caller>> ByCertificate(
      const grpc::CallbackServerContext& context) const;
  // `gateway`: who the connection's certificate names.
  absl::StatusOr<rpc::Caller> ByGateway(const std::optional<rpc::Caller>& gateway,
                                        const ForwardedCertificate& forwarded) const;

  const Clock clock_;
  bool asks_certificates_ = false;
  absl::flat_hash_set<std::string> gateways_;  // principals
  // Who everybody is where nobody is asked.
  std::optional<rpc::Caller> everybody_;
  std::unique_ptr<TlsKeeper> tls_;
  std::unique_ptr<JwtVerifier> jwt_;
  std::string token_file_;
  std::optional<rpc::Authenticator> tokens_;  // of that file
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_IDENTITY_H_
