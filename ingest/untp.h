// Schemes as the UN Transparency Protocol writes them, name and address, in the words of
// the project's tables. Private to untp_*.cc.
#ifndef PROBITY_INGEST_UNTP_H_
#define PROBITY_INGEST_UNTP_H_

#include <optional>
#include <string>

#include "base/identifiers.h"
#include "ingest/json_reader.h"
#include "policy/schemes.h"

namespace probity::ingest::untp {

// The scheme of data/schemes.csv whose id or title the name of `named` {id, name} is or
// begins with, or whose register is on the host of its id. Empty: none.
std::string CertificationSchemeOf(const policy::SchemeCatalogue& schemes, const Json& named);

// The identifier of a party or facility {registeredId, idScheme {id, name}} where its
// scheme is certain: a code, a list of org-id.guide, or the address of a register.
std::optional<v1::Identifier> IdentifierOf(const IdentifierCatalogue& identifiers,
                                           const Json& entity);

}  // namespace probity::ingest::untp

#endif  // PROBITY_INGEST_UNTP_H_
