// Public keys of issuers (JWK, RFC 7517 and 7518) and the signatures of their tokens (JWS, RFC
// 7515, compact), over OpenSSL.
#ifndef PROBITY_SERVICES_IDENTITY_SIGNATURES_H_
#define PROBITY_SERVICES_IDENTITY_SIGNATURES_H_

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace probity::identity {

// The one algorithm that a key is used with: a token cannot choose another one. Immutable;
// thread-safe.
struct IssuerKey {
  std::string id;         // "kid"; may be empty
  std::string algorithm;  // "RS256", "ES256" or "EdDSA"
  std::shared_ptr<EVP_PKEY> key;
};

// Bytes of a text in base64url without padding, in the one way that it is written; nothing
// for any other.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

// The key of a JWK for one of the three algorithms, by its numbers alone: certificates and
// addresses in it are not looked at. Null when they are none: an RSA key of less than 2048 or
// more than 8192 bits, a point that is not on P-256, not 32 bytes for Ed25519.
std::shared_ptr<EVP_PKEY> ReadPublicKey(const nlohmann::json& jwk, absl::string_view algorithm);

// Whether the token, "header.claims.signature", is signed by the key with the key's
// algorithm. Nothing in the header is looked at.
bool IsSignedBy(absl::string_view token, const IssuerKey& key);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_SIGNATURES_H_
