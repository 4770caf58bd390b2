// Keys of an issuer and tokens that they sign, made in memory with OpenSSL, which is not
// what verifies them: for tests.
#ifndef PROBITY_SERVICES_IDENTITY_TOKENS_TESTING_H_
#define PROBITY_SERVICES_IDENTITY_TOKENS_TESTING_H_

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/x509.h"
#include "nlohmann/json.hpp"

namespace probity::identity {

inline std::string Base64Url(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

// Header and claims of a token, without its signature.
inline std::string UnsignedToken(const nlohmann::json& header, const nlohmann::json& claims) {
  return absl::StrCat(Base64Url(header.dump()), ".", Base64Url(claims.dump()));
}

class TokenKey {
 public:
  // "RS256", "ES256" or "EdDSA".
  TokenKey(std::string algorithm, std::string id, size_t rsa_bits = 2048)
      : algorithm_(std::move(algorithm)),
        id_(std::move(id)),
        key_(algorithm_ == "RS256"   ? EVP_RSA_gen(rsa_bits)
             : algorithm_ == "ES256" ? EVP_EC_gen("P-256")
                                     : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")) {}

  nlohmann::json Jwk() const {
    nlohmann::json jwk = {{"kid", id_}, {"use", "sig"}, {"alg", algorithm_}};
    if (algorithm_ == "RS256") {
      jwk["kty"] = "RSA";
      jwk["n"] = Number(OSSL_PKEY_PARAM_RSA_N, 0);
      jwk["e"] = Number(OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (algorithm_ == "ES256") {
      jwk["kty"] = "EC";
      jwk["crv"] = "P-256";
      jwk["x"] = Number(OSSL_PKEY_PARAM_EC_PUB_X, 32);
      jwk["y"] = Number(OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    } else {
      std::array<unsigned char, 32> raw{};
      size_t size = raw.size();
      EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size);
      jwk["kty"] = "OKP";
      jwk["crv"] = "Ed25519";
      jwk["x"] = Base64Url(std::string(raw.begin(), raw.end()));
    }
    return jwk;
  }
  nlohmann::json Header() const { return {{"alg", algorithm_}, {"typ", "JWT"}, {"kid", id_}}; }

  std::string Token(const nlohmann::json& claims) const { return Token(Header(), claims); }
  std::string Token(const nlohmann::json& header, const nlohmann::json& claims) const {
    const std::string text = UnsignedToken(header, claims);
    return absl::StrCat(text, ".", Base64Url(Sign(text)));
  }
  // The public key, PEM: what HMAC is keyed with by those who hope for a confusion.
  std::string PublicPem() const {
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    char* begin = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &begin);
    return {begin, static_cast<size_t>(size)};
  }

 private:
  std::string Number(const char* name, int bytes) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    std::string raw(static_cast<size_t>(bytes > 0 ? bytes : BN_num_bytes(number)), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(raw.data()),
                 static_cast<int>(raw.size()));
    BN_free(number);
    return Base64Url(raw);
  }

  std::string Sign(const std::string& text) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, algorithm_ == "EdDSA" ? nullptr : EVP_sha256(), nullptr,
                       key_.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    size_t size = 0;
    EVP_DigestSign(context, nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                   text.size());
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return algorithm_ == "ES256" ? TwoNumbers(signature) : signature;
  }

  // JWS has r and s of 32 bytes each, OpenSSL ASN.1.
  static std::string TwoNumbers(const std::string& asn1) {
    const auto* at = reinterpret_cast<const unsigned char*>(asn1.data());
    ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<int64_t>(asn1.size()));
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + 32, 32);
    ECDSA_SIG_free(parsed);
    return raw;
  }

  std::string algorithm_, id_;
  Owned<EVP_PKEY> key_;
};

// A token signed with HMAC-SHA256 by `secret`.
inline std::string HmacToken(const nlohmann::json& header, const nlohmann::json& claims,
                             const std::string& secret) {
  const std::string text = UnsignedToken(header, claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return absl::StrCat(text, ".", Base64Url(std::string(mac.begin(), mac.begin() + size)));
}

inline constexpr char kTestIssuer[] = "https://login.example.org";
inline constexpr char kTestAudience[] = "probity";

// Claims that are good for an hour.
inline nlohmann::json GoodClaims(absl::Time now = absl::Now()) {
  return {{"iss", kTestIssuer},
          {"aud", kTestAudience},
          {"sub", "ann"},
          {"iat", absl::ToUnixSeconds(now)},
          {"exp", absl::ToUnixSeconds(now + absl::Hours(1))}};
}

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_TOKENS_TESTING_H_
