#include "services/identity/jwt_verifier.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "nlohmann/json.hpp"
#include "services/identity/claims.h"
#include "services/identity/signatures.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

using nlohmann::json;

// A part of a token as the JSON object that it is.
absl::StatusOr<json> Decode(absl::string_view part, absl::string_view what) {
  if (const auto text = DecodeBase64Url(part); text.has_value()) {
    json parsed = json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (parsed.is_object()) return parsed;
  }
  return rpc::NotIdentified(absl::StrCat("the token's ", what, " cannot be read"));
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// For messages.
std::string Shown(const std::string& text) { return rpc::EscapePrincipal(CutUtf8(text, 64)); }

absl::Status CheckHeader(const json& header) {
  const std::string algorithm = TextOf(header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256" && algorithm != "EdDSA") {
    return rpc::NotIdentified(absl::StrCat("the token is signed with \"", Shown(algorithm),
                                           "\"; RS256, ES256 and EdDSA are taken"));
  }
  for (const char* extension : {"crit", "zip", "cty", "b64"}) {
    if (!header.contains(extension)) continue;
    return rpc::NotIdentified(absl::StrCat("the token's header asks for \"", extension,
                                           "\"; tokens are taken as plain signed claims alone"));
  }
  const std::string type = absl::AsciiStrToLower(TextOf(header, "typ"));
  if (header.contains("typ") && type != "jwt" && type != "at+jwt") {
    return rpc::NotIdentified(absl::StrCat("the token is of type \"", Shown(TextOf(header, "typ")),
                                           "\"; JWT and at+jwt are taken"));
  }
  return absl::OkStatus();
}

std::optional<std::string> KeyIdOf(const json& header) {
  if (!header.contains("kid")) return std::nullopt;
  return TextOf(header, "kid");
}

}  // namespace

absl::StatusOr<std::unique_ptr<JwtVerifier>> JwtVerifier::Start(const Issuers& issuers,
                                                                const KeySource::Options& options) {
  std::unique_ptr<JwtVerifier> verifier(new JwtVerifier());
  for (const config::v1::JwtIssuer& issuer : issuers) {
    auto keys = KeySource::Start(issuer, options);
    if (!keys.ok()) return keys.status();
    verifier->issuers_.push_back({issuer, *std::move(keys)});
  }
  return verifier;
}

bool JwtVerifier::LooksLikeJwt(absl::string_view token) {
  return std::count(token.begin(), token.end(), '.') == 2;
}

absl::StatusOr<rpc::Caller> JwtVerifier::Verify(absl::string_view token, absl::Time now) {
  if (token.size() > kMaxTokenBytes) {
    return rpc::NotIdentified(absl::StrCat("the token has more than ", kMaxTokenBytes,
                                           " characters; let the issuer leave claims out"));
  }
  const std::string hash = Sha256(token);
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = known_.find(hash);
    if (found != known_.end() && now < found->second.end &&
        found->second.generation == found->second.keys->generation()) {
      return found->second.caller;
    }
  }
  absl::StatusOr<Known> known = VerifyAnew(token, now);
  if (!known.ok()) return known.status();
  rpc::Caller caller = known->caller;
  Remember(hash, *std::move(known), now);
  return caller;
}

absl::StatusOr<JwtVerifier::Known> JwtVerifier::VerifyAnew(absl::string_view token,
                                                           absl::Time now) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return rpc::NotIdentified("the token is no signed token (JWT)");
  const auto header = Decode(parts[0], "header");
  if (!header.ok()) return header.status();
  if (absl::Status checked = CheckHeader(*header); !checked.ok()) return checked;
  const auto claims = Decode(parts[1], "claims");
  if (!claims.ok()) return claims.status();
  const Issuer* issuer = FindIssuer(TextOf(*claims, "iss"));
  if (issuer == nullptr) {
    return rpc::NotIdentified(absl::StrCat("the token's issuer \"", Shown(TextOf(*claims, "iss")),
                                           "\" is not trusted here"));
  }
  Known known;
  known.keys = issuer->keys.get();
  // Before the key is read: keys that change meanwhile make it stale.
  known.generation = issuer->keys->generation();
  const auto key = issuer->keys->Find(KeyIdOf(*header), TextOf(*header, "alg"));
  if (!key.ok()) return key.status();
  if (!IsSignedBy(token, *key)) return rpc::NotIdentified("the token's signature is wrong");
  absl::Status checked = CheckClaims(issuer->settings, *claims, now, &known.end);
  if (!checked.ok()) return checked;
  auto caller = CallerOfClaims(issuer->settings, *claims);
  if (!caller.ok()) return caller.status();
  known.caller = *std::move(caller);
  return known;
}

JwtVerifier::Issuer* JwtVerifier::FindIssuer(const std::string& name) {
  for (Issuer& issuer : issuers_) {
    if (issuer.settings.issuer() == name) return &issuer;
  }
  return nullptr;
}

void JwtVerifier::Remember(const std::string& hash, Known known, absl::Time now) {
  const size_t bytes = known.Bytes();
  absl::MutexLock lock(&mutex_);
  const auto is_full = [this, bytes]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return known_.size() >= kMostKnown || known_bytes_ + bytes > kMostKnownBytes;
  };
  if (is_full()) {
    size_t gone = 0;
    absl::erase_if(known_, [now, &gone](const auto& entry) {
      const bool has_ended = entry.second.end <= now;
      if (has_ended) gone += entry.second.Bytes();
      return has_ended;
    });
    known_bytes_ -= gone;
  }
  if (is_full()) {
    known_.clear();
    known_bytes_ = 0;
  }
  Known& place = known_[hash];  // of a new token, or of one whose keys changed
  known_bytes_ += bytes - place.Bytes();
  place = std::move(known);
}

size_t JwtVerifier::known_bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  return known_bytes_;
}

size_t JwtVerifier::Known::Bytes() const {
  size_t bytes = caller.principal.size() + caller.authority.size();
  for (const std::string& group : caller.groups) bytes += sizeof(std::string) + group.size();
  return bytes;
}

bool JwtVerifier::has_fresh_keys() const {
  return std::all_of(issuers_.begin(), issuers_.end(),
                     [](const Issuer& issuer) { return issuer.keys->is_fresh(); });
}

}  // namespace probity::identity
