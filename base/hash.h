// SHA-256 and CRC-32C, hex, and the ids made from them.
#ifndef PROBITY_BASE_HASH_H_
#define PROBITY_BASE_HASH_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace probity {

// 32 raw bytes.
std::string Sha256(absl::string_view bytes);
std::string ToHex(absl::string_view bytes);
// CRC-32C (Castagnoli) of `bytes`.
uint32_t Crc32c(absl::string_view bytes);

// SHA-256 of what arrives in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  void Add(absl::string_view bytes);
  // 32 raw bytes. What is added afterwards begins a new hash.
  std::string Finish();

 private:
  void Start();

  struct State;
  std::unique_ptr<State> state_;
};

// HMAC-SHA-256 (RFC 2104): who has no key cannot try values. The key is set up once, which
// takes longer than the hash of a short text. Thread-safe.
class HmacKey {
 public:
  explicit HmacKey(absl::string_view key);
  ~HmacKey();
  HmacKey(const HmacKey&) = delete;
  // 32 raw bytes.
  std::string Of(absl::string_view bytes) const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// Deterministic serialisation: map fields sorted, unknown fields dropped. Equal
// messages give equal bytes within one Protobuf version.
std::string CanonicalBytes(const google::protobuf::Message& message);

// Id of the supplier whose first record is (dataset, key): 16 characters of
// Crockford base32 (lower case) over the first 80 bits of SHA-256 of
// dataset, NUL, key. `dataset` is the bare id.
std::string SupplierIdOf(absl::string_view dataset, absl::string_view key);

}  // namespace probity

#endif  // PROBITY_BASE_HASH_H_
