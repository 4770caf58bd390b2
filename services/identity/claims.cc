#include "services/identity/claims.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

using config::v1::JwtIssuer;
using nlohmann::json;

constexpr size_t kMaxAuthorityBytes = 63;
constexpr double kLastSecond = 253402300799.0;  // of the year 9999

absl::Status Refuse(absl::string_view claim, absl::string_view problem) {
  return rpc::NotIdentified(absl::StrCat("the token's claim \"", claim, "\" ", problem));
}

// By the whole name, else by its first part and what that holds; null: there is none.
const json* Find(const json& claims, absl::string_view name) {
  if (!claims.is_object()) return nullptr;
  const auto whole = claims.find(std::string(name));
  if (whole != claims.end()) return &*whole;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(name, absl::MaxSplits('.', 1));
  const auto first = claims.find(std::string(parts.first));
  if (parts.second.empty() || first == claims.end()) return nullptr;
  return Find(*first, parts.second);
}

// A time in seconds since 1970; nothing where the claim is absent.
absl::StatusOr<std::optional<absl::Time>> TimeOf(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  if (!found->is_number()) return Refuse(name, "is no number of seconds");
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLastSecond)) return Refuse(name, "is no time in seconds");
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

bool IsAudience(const JwtIssuer& issuer, const json& claims) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return false;
  const auto is_ours = [&issuer](const json& one) {
    return one.is_string() && std::count(issuer.audiences().begin(), issuer.audiences().end(),
                                         one.get<std::string>()) > 0;
  };
  if (!found->is_array()) return is_ours(*found);
  return std::any_of(found->begin(), found->end(), is_ours);
}

absl::StatusOr<std::string> PrincipalOf(const JwtIssuer& issuer, const json& claims) {
  const json* found = Find(claims, issuer.principal_claim());
  if (found == nullptr || !found->is_string() || found->get<std::string>().empty()) {
    return Refuse(issuer.principal_claim(), "is missing or no text: it is to name the caller");
  }
  std::string principal =
      absl::StrCat(issuer.principal_prefix(), ":", rpc::EscapePrincipal(found->get<std::string>()));
  if (principal.size() <= rpc::kMaxPrincipalBytes) return principal;
  return Refuse(issuer.principal_claim(), "is too long for a principal");
}

absl::StatusOr<std::vector<std::string>> GroupsOf(const JwtIssuer& issuer, const json& claims) {
  std::vector<std::string> groups;
  const json* found = Find(claims, issuer.groups_claim());
  if (found == nullptr || found->is_null()) return groups;
  if (found->is_string()) {
    groups = absl::StrSplit(found->get<std::string>(), ' ', absl::SkipEmpty());
  } else if (found->is_array()) {
    for (const json& one : *found) {
      if (!one.is_string()) return Refuse(issuer.groups_claim(), "holds what is no text");
      groups.push_back(one.get<std::string>());
    }
  } else {
    return Refuse(issuer.groups_claim(), "is neither a list nor a text");
  }
  if (groups.size() > kMaxGroups) {
    return Refuse(issuer.groups_claim(),
                  absl::StrCat("has more than ", kMaxGroups,
                               " groups; let the issuer send only those for this server"));
  }
  const std::string& prefix = issuer.groups_prefix();
  for (std::string& group : groups) {
    group = absl::StrCat(prefix, prefix.empty() ? "" : ":", rpc::EscapePrincipal(group));
  }
  return groups;
}

absl::StatusOr<std::string> AuthorityOf(const JwtIssuer& issuer, const json& claims) {
  if (issuer.authority_claim().empty()) return std::string();
  const json* found = Find(claims, issuer.authority_claim());
  if (found == nullptr || !found->is_string()) {
    return Refuse(issuer.authority_claim(), "is missing or no text: it is to name the authority");
  }
  const std::string text = found->get<std::string>();
  absl::string_view id = text;
  absl::ConsumePrefix(&id, "authorities/");
  const bool is_plain = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("._-", absl::string_view(&c, 1));
  });
  if (!id.empty() && is_plain && id.size() <= kMaxAuthorityBytes) {
    return absl::StrCat("authorities/", id);
  }
  return Refuse(issuer.authority_claim(), "is not authorities/{a}");
}

}  // namespace

absl::Status CheckClaims(const JwtIssuer& issuer, const json& claims, absl::Time now,
                         absl::Time* end) {
  const absl::Duration skew = absl::Seconds(issuer.clock_skew().seconds());
  if (!IsAudience(issuer, claims)) {
    return Refuse("aud", absl::StrCat("does not hold \"", issuer.audiences(0),
                                      "\": the token was made for another service"));
  }
  const auto ends = TimeOf(claims, "exp");
  if (!ends.ok()) return ends.status();
  if (!ends->has_value()) return Refuse("exp", "is missing: tokens without an end are not taken");
  if (now >= **ends + skew) return Refuse("exp", "is past: get a new token");
  for (const char* name : {"nbf", "iat"}) {
    const auto begins = TimeOf(claims, name);
    if (!begins.ok()) return begins.status();
    if (begins->has_value() && now + skew < **begins) {
      return Refuse(name, "is in the future: look at the clocks");
    }
  }
  *end = **ends + skew;
  return absl::OkStatus();
}

absl::StatusOr<rpc::Caller> CallerOfClaims(const JwtIssuer& issuer, const json& claims) {
  auto principal = PrincipalOf(issuer, claims);
  if (!principal.ok()) return principal.status();
  auto groups = GroupsOf(issuer, claims);
  if (!groups.ok()) return groups.status();
  auto authority = AuthorityOf(issuer, claims);
  if (!authority.ok()) return authority.status();
  return rpc::Caller{*std::move(principal), *std::move(authority), rpc::IdentityKind::kJwt,
                     *std::move(groups)};
}

}  // namespace probity::identity
