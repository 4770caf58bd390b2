// What the server and the commands beside it open alike.
#ifndef PROBITY_SERVICES_SERVER_OPEN_STORE_H_
#define PROBITY_SERVICES_SERVER_OPEN_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/identifiers.h"
#include "base/tables.h"
#include "probity/config/v1/server_config.pb.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/store.h"

namespace probity::server {

// Reads one of the project's tables. NOT_FOUND, INVALID_ARGUMENT name the file.
template <typename Table>
absl::Status ReadTable(const std::string& path, Table* table) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  auto parsed = Table::FromCsv(*text);
  if (!parsed.ok()) {
    return absl::Status(parsed.status().code(),
                        absl::StrCat(path, ": ", parsed.status().message()));
  }
  *table = *std::move(parsed);
  return absl::OkStatus();
}

// Where the store is below config.data_dir.
std::string StorePath(const config::v1::ServerConfig& config);

// How it is opened.
storage::RocksdbOptions StoreOptions(const config::v1::ServerConfig& config);

// Opens the store, or makes one where there is none. Errors as OpenRocksdbStore.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenStore(const config::v1::ServerConfig& config,
                                                          const IdentifierCatalogue& identifiers);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OPEN_STORE_H_
