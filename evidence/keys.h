// Ed25519 keys (RFC 8032) of a log, over OpenSSL.
#ifndef PROBITY_EVIDENCE_KEYS_H_
#define PROBITY_EVIDENCE_KEYS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::evidence {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

// SHA-256 of the raw public key.
std::string KeyIdOf(absl::string_view public_key);

// True when `signature` is that of `bytes` by the key. False for anything else,
// keys and signatures of a wrong length included.
bool VerifySignature(absl::string_view public_key, absl::string_view bytes,
                     absl::string_view signature);

// The raw public key in a text that holds one: PEM ("BEGIN PUBLIC KEY"), or 64
// hexadecimal digits. INVALID_ARGUMENT / INVALID_FIELD, naming `field`.
absl::StatusOr<std::string> ParsePublicKey(absl::string_view text, absl::string_view field);
// The key as PEM; 32 bytes are given.
std::string PublicKeyToPem(absl::string_view public_key);

// A key pair. Copies share it; immutable and thread-safe.
class SigningKey {
 public:
  // The private key in PEM, PKCS#8, not encrypted ("openssl genpkey -algorithm
  // ed25519"). INVALID_ARGUMENT / INVALID_FIELD, naming `field`.
  static absl::StatusOr<SigningKey> FromPem(absl::string_view pem, absl::string_view field);
  static SigningKey Generate();

  std::string ToPem() const;
  // 64 bytes.
  std::string Sign(absl::string_view bytes) const;
  // 32 bytes.
  const std::string& public_key() const { return public_key_; }
  const std::string& key_id() const { return key_id_; }

 private:
  struct Pair;
  explicit SigningKey(std::shared_ptr<const Pair> pair);

  std::shared_ptr<const Pair> pair_;
  std::string public_key_, key_id_;
};

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_KEYS_H_
