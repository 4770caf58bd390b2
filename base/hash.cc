#include "base/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace probity {
namespace {

// Reflected polynomial of CRC-32C (Castagnoli, RFC 3720 appendix B.4).
constexpr uint32_t kCastagnoli = 0x82F63B78;

std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kCastagnoli : 0);
    table[i] = crc;
  }
  return table;
}

// Looked up once: OpenSSL's search for it costs as much as hashing a short text.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) { Start(); }
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;

void Sha256Stream::Start() { EVP_DigestInit_ex(state_->context, Sha256Algorithm(), nullptr); }

void Sha256Stream::Add(absl::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256Stream::Finish() {
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  Start();
  return digest;
}

std::string Sha256(absl::string_view bytes) {
  thread_local Sha256Stream stream;
  stream.Add(bytes);
  return stream.Finish();
}

struct HmacKey::State {
  EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(algorithm);
  absl::Mutex mutex;  // held for less than a copy of the context takes to make
  ~State() {
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
  }
};

HmacKey::HmacKey(absl::string_view key)
    : state_([key] {
        auto state = std::make_unique<State>();
        std::string digest = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
            OSSL_PARAM_construct_end()};
        EVP_MAC_init(state->context, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     parameters);
        return state;
      }()) {}
HmacKey::~HmacKey() = default;

std::string HmacKey::Of(absl::string_view bytes) const {
  std::string digest(32, '\0');
  size_t size = 0;
  absl::MutexLock lock(&state_->mutex);
  EVP_MAC_init(state_->context, nullptr, 0, nullptr);  // with the key that it has
  EVP_MAC_update(state_->context, reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  EVP_MAC_final(state_->context, reinterpret_cast<unsigned char*>(digest.data()), &size,
                digest.size());
  return digest;
}

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

uint32_t Crc32c(absl::string_view bytes) {
  static const std::array<uint32_t, 256> table = MakeCrcTable();
  uint32_t crc = 0xFFFFFFFF;
  for (unsigned char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF];
  return crc ^ 0xFFFFFFFF;
}

std::string CanonicalBytes(const google::protobuf::Message& message) {
  std::string bytes(message.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream raw(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream stream(&raw);
  stream.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&stream);
  return bytes;
}

std::string SupplierIdOf(absl::string_view dataset, absl::string_view key) {
  static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string digest = Sha256(absl::StrCat(dataset, absl::string_view("\0", 1), key));
  std::string id;
  uint32_t bits = 0;
  int held = 0;
  for (int i = 0; i < 10; ++i) {  // 80 bits = 16 characters of 5 bits
    bits = (bits << 8) | static_cast<unsigned char>(digest[i]);
    for (held += 8; held >= 5; held -= 5) id += kAlphabet[(bits >> (held - 5)) & 31];
    bits &= (1u << held) - 1;
  }
  return id;
}

}  // namespace probity
