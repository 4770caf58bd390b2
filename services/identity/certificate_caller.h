// Who a client certificate names.
#ifndef PROBITY_SERVICES_IDENTITY_CERTIFICATE_CALLER_H_
#define PROBITY_SERVICES_IDENTITY_CERTIFICATE_CALLER_H_

#include <openssl/x509.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/call_context.h"

namespace probity::identity {

// The first of these that the certificate has:
//   1. a SPIFFE ID, its only URI name          "spiffe://example.org/erp", kSpiffe
//   2. a DNS name, the first, in lower case    "dns:erp.example.org", kDns
//   3. a common name of its subject, its only  "subject:ERP%20Ministry%20A", kSubject,
//      one, with what no principal has escaped (rpc::EscapePrincipal)
// A faulty one is refused; the next is not tried in its place. UNAUTHENTICATED /
// UNAUTHENTICATED says what is wrong. Whether the certificate is to be trusted is not
// looked at.
absl::StatusOr<rpc::Caller> CallerOfCertificate(const X509* certificate);

// A name of a certificate as a message shows it: escaped as in a principal, and cut, since
// clients take some KiB of metadata in all.
std::string ShownName(absl::string_view name);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_CERTIFICATE_CALLER_H_
