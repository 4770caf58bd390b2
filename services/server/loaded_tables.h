// The project's tables, as the server reads them at its start and the check of a configuration
// before it.
#ifndef PROBITY_SERVICES_SERVER_LOADED_TABLES_H_
#define PROBITY_SERVICES_SERVER_LOADED_TABLES_H_

#include <string>

#include "absl/status/status.h"
#include "base/identifiers.h"
#include "base/tables.h"
#include "policy/legal_periods.h"
#include "policy/places.h"
#include "policy/schemes.h"

namespace probity::server {

struct LoadedTables {
  IdentifierCatalogue identifiers;
  Countries countries;
  policy::SchemeCatalogue schemes;
  policy::LegalPeriods law;
  policy::CountryGroups groups;
};

// Reads the tables in `directory`. NOT_FOUND, INVALID_ARGUMENT name the file.
absl::Status ReadTables(const std::string& directory, LoadedTables* tables);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_LOADED_TABLES_H_
