// Public keys of an issuer of tokens (JWKS, RFC 7517). Immutable; thread-safe.
#ifndef PROBITY_SERVICES_IDENTITY_KEY_SET_H_
#define PROBITY_SERVICES_IDENTITY_KEY_SET_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/identity/signatures.h"

namespace probity::identity {

class KeySet {
 public:
  // Keeps RSA keys of 2048 bits or more, P-256 and Ed25519 keys that are for signatures;
  // leaves out all others. INVALID_ARGUMENT for what is no JWKS, holds a private or
  // symmetric key (which must not be published), or none that can be used.
  static absl::StatusOr<KeySet> Parse(absl::string_view json);

  // The key of that id, or, where a token names none, the only one of its algorithm; null:
  // there is none, or it is for another algorithm.
  const IssuerKey* Find(const std::optional<std::string>& id, absl::string_view algorithm) const;

 private:
  std::vector<IssuerKey> keys_;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_KEY_SET_H_
