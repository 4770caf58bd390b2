#include "evidence/keys.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/x509.h"

namespace probity::evidence {
namespace {

struct Free : OpenSslFree {
  using OpenSslFree::operator();
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string* text) { return reinterpret_cast<unsigned char*>(text->data()); }

// OpenSSL fails in these calls only where memory or randomness is out: nothing
// may be signed then.
void Require(bool holds) {
  if (!holds) std::abort();
}

Bio Reading(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Written(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

// An encrypted key is refused; nobody is asked for a password.
int NoPassword(char*, int, int, void*) { return 0; }

Key FromRaw(absl::string_view public_key) {
  return Key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
}

std::string RawPublicKey(EVP_PKEY* key) {
  std::string raw(kPublicKeyBytes, '\0');
  size_t size = raw.size();
  Require(EVP_PKEY_get_raw_public_key(key, Bytes(&raw), &size) == 1 && size == raw.size());
  return raw;
}

bool IsEd25519(const Key& key) { return key != nullptr && EVP_PKEY_is_a(key.get(), "ED25519"); }

bool IsHex(absl::string_view text) {
  return text.size() == 2 * kPublicKeyBytes &&
         text.find_first_not_of("0123456789abcdefABCDEF") == absl::string_view::npos;
}

}  // namespace

struct SigningKey::Pair {
  Key key;
};

std::string KeyIdOf(absl::string_view public_key) { return Sha256(public_key); }

bool VerifySignature(absl::string_view public_key, absl::string_view bytes,
                     absl::string_view signature) {
  if (public_key.size() != kPublicKeyBytes || signature.size() != kSignatureBytes) return false;
  const Key key = FromRaw(public_key);
  const Context context(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes),
                          bytes.size()) == 1;
}

absl::StatusOr<std::string> ParsePublicKey(absl::string_view text, absl::string_view field) {
  text = absl::StripAsciiWhitespace(text);
  if (IsHex(text)) return absl::HexStringToBytes(text);
  const Bio bio = Reading(text);
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, &NoPassword, nullptr));
  if (IsEd25519(key)) return RawPublicKey(key.get());
  return InvalidField(field, absl::StrContains(text, "PRIVATE KEY")
                                 ? "this is a private key; give the public one (openssl pkey "
                                   "-pubout) and keep this one secret"
                                 : "not an Ed25519 public key in PEM or 64 hexadecimal digits");
}

std::string PublicKeyToPem(absl::string_view public_key) {
  const Key key = FromRaw(public_key);
  const Bio bio(BIO_new(BIO_s_mem()));
  Require(key != nullptr && PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1);
  return Written(bio.get());
}

SigningKey::SigningKey(std::shared_ptr<const Pair> pair)
    : pair_(std::move(pair)),
      public_key_(RawPublicKey(pair_->key.get())),
      key_id_(KeyIdOf(public_key_)) {}

absl::StatusOr<SigningKey> SigningKey::FromPem(absl::string_view pem, absl::string_view field) {
  const Bio bio = Reading(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
  if (!IsEd25519(key)) {
    return InvalidField(field,
                        "not an Ed25519 private key in PEM without a password; make one with "
                        "\"openssl genpkey -algorithm ed25519\"");
  }
  return SigningKey(std::make_shared<Pair>(Pair{std::move(key)}));
}

SigningKey SigningKey::Generate() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Require(key != nullptr);
  return SigningKey(std::make_shared<Pair>(Pair{std::move(key)}));
}

std::string SigningKey::ToPem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PKCS8PrivateKey(bio.get(), pair_->key.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1);
  return Written(bio.get());
}

std::string SigningKey::Sign(absl::string_view bytes) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  Require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_->key.get()) == 1 &&
          EVP_DigestSign(context.get(), Bytes(&signature), &size, Bytes(bytes), bytes.size()) == 1);
  return signature;
}

}  // namespace probity::evidence
