#include "services/identity/signatures.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace probity::identity {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // more only costs time
constexpr size_t kCoordinateBytes = 32;

struct Free {
  void operator()(BIGNUM* it) const { BN_free(it); }
  void operator()(ECDSA_SIG* it) const { ECDSA_SIG_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(EVP_PKEY_CTX* it) const { EVP_PKEY_CTX_free(it); }
  void operator()(OSSL_PARAM* it) const { OSSL_PARAM_free(it); }
  void operator()(OSSL_PARAM_BLD* it) const { OSSL_PARAM_BLD_free(it); }
};
template <typename T>
using Held = std::unique_ptr<T, Free>;

const unsigned char* BytesOf(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A member of the key as bytes; empty: there is none.
std::string Bytes(const nlohmann::json& jwk, const char* name) {
  const auto found = jwk.find(name);
  if (found == jwk.end() || !found->is_string()) return "";
  return DecodeBase64Url(found->get<std::string>()).value_or("");
}

Held<BIGNUM> Number(absl::string_view bytes) {
  return Held<BIGNUM>(BN_bin2bn(BytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) {
  if (key == nullptr) return nullptr;
  return {key, [](EVP_PKEY* it) { EVP_PKEY_free(it); }};
}

// The key that the builder describes, when its numbers make sense.
std::shared_ptr<EVP_PKEY> Build(const char* type, OSSL_PARAM_BLD* builder) {
  const Held<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Held<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  auto shared = Share(key);
  const Held<EVP_PKEY_CTX> checking(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return EVP_PKEY_public_check(checking.get()) == 1 ? shared : nullptr;
}

std::shared_ptr<EVP_PKEY> RsaKey(const nlohmann::json& jwk) {
  const std::string modulus = Bytes(jwk, "n"), exponent = Bytes(jwk, "e");
  if (modulus.empty() || modulus.size() > kMostRsaBits / 8 || exponent.empty() ||
      exponent.size() > sizeof(uint64_t)) {
    return nullptr;
  }
  const Held<BIGNUM> n = Number(modulus), e = Number(exponent);
  const Held<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  auto key = Build("RSA", builder.get());
  return key != nullptr && EVP_PKEY_get_bits(key.get()) >= kLeastRsaBits ? key : nullptr;
}

std::shared_ptr<EVP_PKEY> P256Key(const nlohmann::json& jwk) {
  const std::string x = Bytes(jwk, "x"), y = Bytes(jwk, "y");
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return nullptr;
  const std::string point = absl::StrCat("\x04", x, y);
  const Held<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return Build("EC", builder.get());
}

std::shared_ptr<EVP_PKEY> Ed25519Key(const nlohmann::json& jwk) {
  const std::string x = Bytes(jwk, "x");
  if (x.size() != kCoordinateBytes) return nullptr;
  return Share(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, BytesOf(x), x.size()));
}

// JWS has the two numbers of 32 bytes each, OpenSSL ASN.1; empty: it is none.
std::string ToAsn1(absl::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return "";
  const Held<ECDSA_SIG> numbers(ECDSA_SIG_new());
  ECDSA_SIG_set0(numbers.get(), Number(signature.substr(0, kCoordinateBytes)).release(),
                 Number(signature.substr(kCoordinateBytes)).release());
  std::string asn1(static_cast<size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(asn1.data());
  i2d_ECDSA_SIG(numbers.get(), &out);
  return asn1;
}

}  // namespace

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes)) return std::nullopt;
  if (absl::WebSafeBase64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

std::shared_ptr<EVP_PKEY> ReadPublicKey(const nlohmann::json& jwk, absl::string_view algorithm) {
  auto key = algorithm == "RS256"   ? RsaKey(jwk)
             : algorithm == "ES256" ? P256Key(jwk)
                                    : Ed25519Key(jwk);
  ERR_clear_error();
  return key;
}

bool IsSignedBy(absl::string_view token, const IssuerKey& key) {
  const size_t end = token.rfind('.');
  if (end == absl::string_view::npos) return false;
  std::string signature = DecodeBase64Url(token.substr(end + 1)).value_or("");
  if (key.algorithm == "ES256") signature = ToAsn1(signature);
  if (signature.empty()) return false;
  const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const EVP_MD* digest = key.algorithm == "EdDSA" ? nullptr : EVP_sha256();
  const bool is_good =
      EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.key.get()) == 1 &&
      EVP_DigestVerify(context.get(), BytesOf(signature), signature.size(), BytesOf(token), end) ==
          1;
  ERR_clear_error();
  return is_good;
}

}  // namespace probity::identity
