#include "services/identity/key_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace probity::identity {
namespace {

using nlohmann::json;

std::string Text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The algorithm that a key of this type has; empty: none that is taken.
std::string AlgorithmOf(const json& key) {
  const std::string type = Text(key, "kty");
  if (type == "RSA") return "RS256";
  if (type == "EC" && Text(key, "crv") == "P-256") return "ES256";
  if (type == "OKP" && Text(key, "crv") == "Ed25519") return "EdDSA";
  return "";
}

bool IsForSignatures(const json& key, absl::string_view algorithm) {
  const std::string use = Text(key, "use"), named = Text(key, "alg");
  return (use.empty() || use == "sig") && (named.empty() || named == algorithm);
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(absl::string_view text) {
  const json parsed = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  const auto keys = parsed.is_object() ? parsed.find("keys") : parsed.end();
  if (!parsed.is_object() || keys == parsed.end() || !keys->is_array()) {
    return absl::InvalidArgumentError("is no key set (JWKS): {\"keys\": [...]}");
  }
  KeySet set;
  for (const json& key : *keys) {
    if (!key.is_object()) return absl::InvalidArgumentError("holds a key that is no object");
    if (key.contains("d") || key.contains("k")) {
      return absl::InvalidArgumentError(
          "holds a private or symmetric key: whoever can read it can sign tokens; publish public "
          "keys alone, and replace this one");
    }
    IssuerKey one{Text(key, "kid"), AlgorithmOf(key), nullptr};
    if (one.algorithm.empty() || !IsForSignatures(key, one.algorithm)) continue;
    one.key = ReadPublicKey(key, one.algorithm);
    if (one.key != nullptr) set.keys_.push_back(std::move(one));
  }
  if (!set.keys_.empty()) return set;
  return absl::InvalidArgumentError(
      "holds no key that can be used: RSA of 2048 bits or more (RS256), P-256 (ES256) or Ed25519 "
      "(EdDSA), for signatures");
}

const IssuerKey* KeySet::Find(const std::optional<std::string>& id,
                              absl::string_view algorithm) const {
  const IssuerKey* found = nullptr;
  for (const IssuerKey& key : keys_) {
    if (key.algorithm != algorithm || (id.has_value() && key.id != *id)) continue;
    if (found != nullptr && !id.has_value()) return nullptr;
    if (found == nullptr) found = &key;
  }
  return found;
}

}  // namespace probity::identity
