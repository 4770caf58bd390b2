#include "services/identity/signatures.h"

#include <rhonabwy.h>

#include <memory>

namespace probity::identity {
namespace {

constexpr unsigned kLeastRsaBits = 2048;

struct Free {
  void operator()(jwk_t* key) const { r_jwk_free(key); }
  void operator()(jwt_t* token) const { r_jwt_free(token); }
};

void InitOnce() { [[maybe_unused]] static const int initialised = r_global_init(); }

// Each check reads the key anew: the library does not say whether threads may share one.
std::unique_ptr<jwk_t, Free> Import(const IssuerKey& key) {
  InitOnce();
  jwk_t* made = nullptr;
  if (r_jwk_init(&made) != RHN_OK) return nullptr;
  std::unique_ptr<jwk_t, Free> owned(made);
  if (r_jwk_import_from_json_str(made, key.json.c_str()) != RHN_OK) return nullptr;
  return owned;
}

}  // namespace

bool CanVerifyWith(const IssuerKey& key) {
  const auto read = Import(key);
  if (read == nullptr) return false;
  unsigned bits = 0;
  const int type = r_jwk_key_type(read.get(), &bits, R_FLAG_IGNORE_REMOTE);
  if ((type & R_KEY_TYPE_PUBLIC) == 0) return false;
  return (type & R_KEY_TYPE_RSA) == 0 || bits >= kLeastRsaBits;
}

bool IsSignedBy(absl::string_view token, const IssuerKey& key) {
  const auto public_key = Import(key);
  jwt_t* made = nullptr;
  if (public_key == nullptr || r_jwt_init(&made) != RHN_OK) return false;
  const std::unique_ptr<jwt_t, Free> parsed(made);
  if (r_jwt_advanced_parsen(made, token.data(), token.size(), R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) !=
      RHN_OK) {
    return false;
  }
  if (r_jwt_get_sign_alg(made) != r_str_to_jwa_alg(key.algorithm.c_str())) return false;
  return r_jwt_verify_signature(made, public_key.get(), R_FLAG_IGNORE_REMOTE) == RHN_OK;
}

}  // namespace probity::identity
