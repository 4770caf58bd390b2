// The certificate of who called a gateway, as the gateway hands it on: RFC 9440.
#ifndef PROBITY_SERVICES_IDENTITY_FORWARDED_CERTIFICATE_H_
#define PROBITY_SERVICES_IDENTITY_FORWARDED_CERTIFICATE_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

namespace probity::identity {

struct ForwardedCertificate {
  std::string certificate;  // PEM
  std::string between;      // those that came with it, PEM; may be empty
};

// What the metadata of a call carry: "client-cert", one certificate as ":BASE64:" of its DER,
// and "client-cert-chain", a list of such. Nothing: the call carries none. Whether what
// they hold is a certificate, and whom it is taken from, is not looked at. UNAUTHENTICATED /
// UNAUTHENTICATED for other forms.
absl::StatusOr<std::optional<ForwardedCertificate>> ForwardedCertificateOf(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_FORWARDED_CERTIFICATE_H_
