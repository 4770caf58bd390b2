// Signatures of tokens (JWS, RFC 7515), over librhonabwy. Thread-safe.
#ifndef PROBITY_SERVICES_IDENTITY_SIGNATURES_H_
#define PROBITY_SERVICES_IDENTITY_SIGNATURES_H_

#include "absl/strings/string_view.h"
#include "services/identity/key_set.h"

namespace probity::identity {

// Whether the key can be read, is public and, an RSA key, has 2048 bits or more.
bool CanVerifyWith(const IssuerKey& key);

// Whether the token, "header.claims.signature", is signed by the key with the key's
// algorithm. Keys that the token brings or points to are not looked at. Some tens of
// microseconds, more for RSA and P-256.
bool IsSignedBy(absl::string_view token, const IssuerKey& key);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_SIGNATURES_H_
