#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/names.h"
#include "ingest/untp.h"

namespace probity::ingest::untp {
namespace {

// Registers by the host of an identifier scheme's address, where all numbers that the
// address stands for are of one scheme.
constexpr std::pair<absl::string_view, absl::string_view> kRegisterHosts[] = {
    {"gleif.org", "XI-LEI"},
    {"search.gleif.org", "XI-LEI"},
    {"opensupplyhub.org", "OS-ID"},
    {"abr.business.gov.au", "AU-ABN"},
    {"find-and-update.company-information.service.gov.uk", "GB-COH"},
    {"kbopub.economie.fgov.be", "BE-BCE_KBO"}};

// "sa-intl.org" of "https://www.sa-intl.org/sa8000-search/".
absl::string_view HostOf(absl::string_view address) {
  if (!absl::ConsumePrefix(&address, "https://") && !absl::ConsumePrefix(&address, "http://")) {
    return "";
  }
  address = address.substr(0, address.find_first_of("/:?#"));
  absl::ConsumePrefix(&address, "www.");
  return address;
}

std::string IdentifierSchemeOf(const IdentifierCatalogue& identifiers, const std::string& address,
                               const std::string& name) {
  for (absl::string_view code : {absl::string_view(address), absl::string_view(name)}) {
    absl::ConsumePrefix(&code, "https://org-id.guide/list/");
    absl::ConsumePrefix(&code, "http://org-id.guide/list/");
    if (identifiers.Find(code) != nullptr) return std::string(code);
  }
  for (const auto& [host, scheme] : kRegisterHosts) {
    if (HostOf(address) == host) return std::string(scheme);
  }
  return "";
}

}  // namespace

std::string CertificationSchemeOf(const policy::SchemeCatalogue& schemes, const Json& named) {
  const std::string name = FoldName(Text(named, "name"));
  const std::string address = Text(named, "id");
  for (const auto& [id, scheme] : schemes.all()) {
    for (const std::string& known : {FoldName(id), FoldName(scheme.title)}) {
      if (name == known || absl::StartsWith(name, absl::StrCat(known, " "))) return id;
    }
    const absl::string_view host = HostOf(scheme.register_url);
    if (!host.empty() && HostOf(address) == host) return id;
  }
  return "";
}

std::optional<v1::Identifier> IdentifierOf(const IdentifierCatalogue& identifiers,
                                           const Json& entity) {
  const Json& scheme = Member(entity, "idScheme");
  v1::Identifier identifier;
  identifier.set_value(Text(entity, "registeredId"));
  identifier.set_scheme(IdentifierSchemeOf(identifiers, Text(scheme, "id"), Text(scheme, "name")));
  if (identifier.value().empty() || identifier.scheme().empty()) return std::nullopt;
  return identifier;
}

}  // namespace probity::ingest::untp
