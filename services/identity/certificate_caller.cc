#include "services/identity/certificate_caller.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/utf8.h"
#include "base/x509.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

using rpc::Caller;
using rpc::IdentityKind;

constexpr absl::string_view kSpiffeScheme = "spiffe://";
constexpr size_t kMostShownBytes = 256;

bool IsOf(absl::string_view text, absl::string_view more_signs) {
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && !absl::StrContains(more_signs, absl::string_view(&c, 1))) {
      return false;
    }
  }
  return !text.empty();
}

// SPIFFE ID, 2: a trust domain in lower case, and a path of at least one segment.
bool IsSpiffeId(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id.substr(kSpiffeScheme.size()), '/');
  if (parts.size() < 2) return false;
  if (!IsOf(parts[0], ".-_") || absl::AsciiStrToLower(parts[0]) != parts[0]) return false;
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!IsOf(parts[i], ".-_") || parts[i] == "." || parts[i] == "..") return false;
  }
  return true;
}

absl::StatusOr<Caller> Named(std::string principal, IdentityKind kind) {
  if (principal.size() > rpc::kMaxPrincipalBytes) {
    return rpc::NotIdentified(absl::StrCat("the client certificate's name has more than ",
                                           rpc::kMaxPrincipalBytes, " characters"));
  }
  return Caller{std::move(principal), "", kind};
}

absl::StatusOr<Caller> BySpiffe(const std::vector<std::string>& uris) {
  if (uris.size() > 1) {
    return rpc::NotIdentified(
        "the client certificate has more than one URI name; with a SPIFFE ID it may have no "
        "other");
  }
  if (!IsSpiffeId(uris[0])) {
    return rpc::NotIdentified(absl::StrCat("the client certificate's SPIFFE ID ",
                                           ShownName(uris[0]),
                                           " is not spiffe://TRUST-DOMAIN/PATH"));
  }
  return Named(uris[0], IdentityKind::kSpiffe);
}

absl::StatusOr<Caller> ByDns(const std::string& name) {
  if (!IsOf(name, ".-_")) {
    return rpc::NotIdentified(absl::StrCat("the client certificate's first DNS name ",
                                           ShownName(name), " is not the name of one machine"));
  }
  return Named(absl::StrCat("dns:", absl::AsciiStrToLower(name)), IdentityKind::kDns);
}

}  // namespace

absl::StatusOr<Caller> CallerOfCertificate(const X509* certificate) {
  const std::vector<std::string> uris = AlternativeNames(certificate, GEN_URI);
  for (const std::string& uri : uris) {
    if (absl::StartsWithIgnoreCase(uri, kSpiffeScheme)) return BySpiffe(uris);
  }
  const std::vector<std::string> hosts = AlternativeNames(certificate, GEN_DNS);
  if (!hosts.empty()) return ByDns(hosts[0]);
  const std::vector<std::string> names = CommonNames(certificate);
  if (names.size() == 1 && !names[0].empty()) {
    return Named(absl::StrCat("subject:", rpc::EscapePrincipal(names[0])), IdentityKind::kSubject);
  }
  return rpc::NotIdentified(
      "the client certificate names nobody: it needs a SPIFFE ID (URI), a DNS name, or one "
      "common name (CN)");
}

std::string ShownName(absl::string_view name) {
  return rpc::EscapePrincipal(CutUtf8(name, kMostShownBytes));
}

}  // namespace probity::identity
