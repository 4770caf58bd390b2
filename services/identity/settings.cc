#include "services/identity/settings.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"

namespace probity::identity {
namespace {

using config::v1::JwtIssuer;
using config::v1::ServerConfig;
using config::v1::TlsSettings;

constexpr size_t kMaxPrefixBytes = 32;

absl::Status CheckAddress(absl::string_view address) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  if (colon != absl::string_view::npos && colon > 0 &&
      absl::SimpleAtoi(address.substr(colon + 1), &port) && port <= 65535) {
    return absl::OkStatus();
  }
  return InvalidField("listen", absl::StrCat("must be HOST:PORT, not \"", address, "\""));
}

absl::Status CheckGateways(const TlsSettings& tls) {
  if (tls.gateway_principals_size() > 0 && tls.client_ca_file().empty()) {
    return InvalidField("tls.gateway_principals",
                        "names client certificates; client_ca_file is missing");
  }
  for (const std::string& gateway : tls.gateway_principals()) {
    if (absl::StartsWith(gateway, "spiffe://") || absl::StartsWith(gateway, "dns:") ||
        absl::StartsWith(gateway, "subject:")) {
      continue;
    }
    return InvalidField("tls.gateway_principals",
                        absl::StrCat("must be names of certificates, \"spiffe://...\", \"dns:...\" "
                                     "or \"subject:...\", not \"",
                                     absl::CHexEscape(gateway), "\""));
  }
  return absl::OkStatus();
}

absl::Status CompleteTls(const ServerConfig& config, TlsSettings* tls) {
  if (tls->cert_file().empty() || tls->key_file().empty()) {
    return InvalidField("tls", "needs cert_file and key_file");
  }
  if (!tls->crl_dir().empty() && tls->client_ca_file().empty()) {
    return InvalidField("tls.crl_dir",
                        "holds lists of revoked client certificates; client_ca_file is missing");
  }
  if (tls->require_client_certificate() && tls->client_ca_file().empty()) {
    return InvalidField("tls.require_client_certificate",
                        "needs client_ca_file: whom the certificates must come from");
  }
  if (absl::Status gateways = CheckGateways(*tls); !gateways.ok()) return gateways;
  const bool has_tokens = config.jwt_issuers_size() > 0 || !config.token_file().empty();
  if (tls->client_ca_file().empty() && !has_tokens) {
    return InvalidField("tls",
                        "tells nobody who calls; set tls.client_ca_file (client certificates), "
                        "jwt_issuers (signed tokens), or both");
  }
  if (!tls->has_require_client_certificate()) {
    tls->set_require_client_certificate(!tls->client_ca_file().empty() && !has_tokens);
  }
  if (!tls->has_reload_every()) tls->mutable_reload_every()->set_seconds(10);
  const int64_t seconds = tls->reload_every().seconds();
  if (seconds >= 1 && seconds <= 60 * 60) return absl::OkStatus();
  return InvalidField("tls.reload_every", "must be 1 second to 1 hour");
}

absl::Status CheckKeys(const JwtIssuer& issuer) {
  if (issuer.jwks_file().empty() == issuer.jwks_url().empty()) {
    return InvalidField("jwt_issuers", absl::StrCat("issuer ", issuer.issuer(),
                                                    " needs jwks_file or jwks_url, one of both"));
  }
  if (issuer.jwks_url().empty() || absl::StartsWith(issuer.jwks_url(), "https://")) {
    return absl::OkStatus();
  }
  absl::string_view rest = issuer.jwks_url();
  if (absl::ConsumePrefix(&rest, "http://")) {
    const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    // What stands in front of an @ is a user, not the host.
    const bool is_host = !absl::StrContains(host, '@');
    if (is_host && (IsLoopback(host) || IsLoopback(absl::StrCat(host, ":80")))) {
      return absl::OkStatus();
    }
  }
  return InvalidField("jwt_issuers.jwks_url",
                      absl::StrCat("must be an https:// address, not ", issuer.jwks_url(),
                                   ": whoever stands between could put keys of his own there"));
}

bool IsPrefix(absl::string_view prefix) {
  bool is_good = prefix.size() <= kMaxPrefixBytes;
  for (const char c : prefix) {
    is_good = is_good && (absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-');
  }
  return is_good;
}

absl::Status CheckPrefixes(const JwtIssuer& issuer) {
  const std::set<std::string> taken = {"spiffe", "dns", "subject"};
  if (!IsPrefix(issuer.principal_prefix()) || taken.count(issuer.principal_prefix()) > 0) {
    return InvalidField("jwt_issuers.principal_prefix",
                        "must be 1 to 32 of [a-z0-9-], and not spiffe, dns or subject");
  }
  if (IsPrefix(issuer.groups_prefix())) return absl::OkStatus();
  return InvalidField("jwt_issuers.groups_prefix", "must be at most 32 of [a-z0-9-]");
}

absl::Status CompleteTimes(JwtIssuer* issuer) {
  if (!issuer->has_clock_skew()) issuer->mutable_clock_skew()->set_seconds(60);
  if (!issuer->has_refresh_every()) issuer->mutable_refresh_every()->set_seconds(5 * 60);
  const int64_t skew = issuer->clock_skew().seconds();
  if (skew < 0 || skew > 5 * 60) {
    return InvalidField("jwt_issuers.clock_skew", "must be 0 to 5 minutes");
  }
  const int64_t every = issuer->refresh_every().seconds();
  if (every >= 10 && every <= 24 * 60 * 60) return absl::OkStatus();
  return InvalidField("jwt_issuers.refresh_every", "must be 10 seconds to 1 day");
}

absl::Status CompleteIssuer(JwtIssuer* issuer) {
  if (issuer->issuer().empty()) return InvalidField("jwt_issuers.issuer", "is required");
  if (absl::Status keys = CheckKeys(*issuer); !keys.ok()) return keys;
  if (issuer->audiences().empty()) {
    return InvalidField(
        "jwt_issuers.audiences",
        absl::StrCat("of ", issuer->issuer(),
                     " is required: tokens made for other services would be taken"));
  }
  if (issuer->principal_claim().empty()) issuer->set_principal_claim("sub");
  if (issuer->groups_claim().empty()) issuer->set_groups_claim("groups");
  if (issuer->principal_prefix().empty()) issuer->set_principal_prefix("jwt");
  if (absl::Status prefixes = CheckPrefixes(*issuer); !prefixes.ok()) return prefixes;
  return CompleteTimes(issuer);
}

absl::Status CheckGroups(const ServerConfig& config) {
  if (config.jwt_issuers_size() < 2) return absl::OkStatus();
  std::set<std::string> prefixes;
  for (const JwtIssuer& issuer : config.jwt_issuers()) {
    if (!issuer.groups_prefix().empty() && prefixes.insert(issuer.groups_prefix()).second) continue;
    return InvalidField("jwt_issuers.groups_prefix",
                        absl::StrCat("of ", issuer.issuer(),
                                     " is empty or that of another issuer: groups of one could "
                                     "pass for those of the other; give each its own"));
  }
  return absl::OkStatus();
}

absl::Status CompleteIssuers(ServerConfig* config) {
  std::set<std::string> names, prefixes;
  for (JwtIssuer& issuer : *config->mutable_jwt_issuers()) {
    if (absl::Status complete = CompleteIssuer(&issuer); !complete.ok()) return complete;
    if (!names.insert(issuer.issuer()).second) {
      return InvalidField("jwt_issuers", absl::StrCat("has ", issuer.issuer(), " twice"));
    }
    if (!prefixes.insert(issuer.principal_prefix()).second) {
      return InvalidField("jwt_issuers.principal_prefix",
                          absl::StrCat("\"", issuer.principal_prefix(),
                                       "\" is that of two issuers: callers of one could pass for "
                                       "those of the other; give each its own"));
    }
  }
  return CheckGroups(*config);
}

// Who listens to the world says who may come, and how.
absl::Status CheckListening(const ServerConfig& config) {
  if (absl::Status address = CheckAddress(config.listen()); !address.ok()) return address;
  if (IsLoopback(config.listen())) return absl::OkStatus();
  if (!config.token_file().empty()) {
    return InvalidField("token_file",
                        absl::StrCat("is for loopback only, not for \"", config.listen(),
                                     "\": its tokens never end; use client certificates "
                                     "(tls.client_ca_file) or signed tokens (jwt_issuers)"));
  }
  if (config.has_tls() || (config.insecure() && config.allow_insecure())) return absl::OkStatus();
  return InvalidField(
      "listen",
      absl::StrCat("\"", config.listen(),
                   "\" is no loopback address such as 127.0.0.1:7443, and without TLS everybody on "
                   "the way reads and changes what is said; set tls. (In a closed network: both "
                   "the flag --insecure and the setting allow_insecure: true.)"));
}

}  // namespace

bool IsLoopback(absl::string_view address) {
  const absl::string_view host = address.substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]") return true;
  // Names may begin with "127." too.
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == absl::string_view::npos;
}

absl::Status CompleteIdentity(ServerConfig* config) {
  absl::Status complete = CheckListening(*config);
  if (complete.ok() && config->has_tls()) complete = CompleteTls(*config, config->mutable_tls());
  if (complete.ok()) complete = CompleteIssuers(config);
  return complete;
}

}  // namespace probity::identity
