// Which client certificates are to be trusted: authorities and revocation lists of one
// moment. Immutable; thread-safe.
#ifndef PROBITY_SERVICES_IDENTITY_CLIENT_TRUST_H_
#define PROBITY_SERVICES_IDENTITY_CLIENT_TRUST_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/x509.h"
#include "services/identity/tls_files.h"

namespace probity::identity {

class ClientTrust {
 public:
  // With revocation lists where `check_revocation`; a certificate whose issuer has none is
  // then trusted only with `allow_missing_list`. Copies what it needs.
  ClientTrust(const TlsMaterial& material, bool check_revocation, bool allow_missing_list);

  // Whether `certificate` comes from an authority, by way of `between` if need be, is for
  // clients, and neither it nor what is between has ended at `now` or was revoked.
  // UNAUTHENTICATED / UNAUTHENTICATED says what is wrong with which certificate.
  absl::Status Check(X509* certificate, const Certificates& between, absl::Time now) const;

 private:
  const bool allow_missing_list_;
  Owned<X509_STORE> store_;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_CLIENT_TRUST_H_
