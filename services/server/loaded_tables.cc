#include "services/server/loaded_tables.h"

#include "services/server/open_store.h"

namespace probity::server {

absl::Status ReadTables(const std::string& directory, LoadedTables* tables) {
  absl::Status read = ReadTable(directory + "/identifier_schemes.csv", &tables->identifiers);
  if (read.ok()) read = ReadTable(directory + "/countries.csv", &tables->countries);
  if (read.ok()) read = ReadTable(directory + "/schemes.csv", &tables->schemes);
  if (read.ok()) read = ReadTable(directory + "/legal_periods.csv", &tables->law);
  if (read.ok()) read = ReadTable(directory + "/country_groups.csv", &tables->groups);
  return read;
}

}  // namespace probity::server
