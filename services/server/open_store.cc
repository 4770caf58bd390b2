#include "services/server/open_store.h"

#include <filesystem>

#include "base/errors.h"
#include "services/server/memory_plan.h"

namespace probity::server {

std::string StorePath(const config::v1::ServerConfig& config) {
  return config.data_dir() + "/store";
}

storage::RocksdbOptions StoreOptions(const config::v1::ServerConfig& config) {
  storage::RocksdbOptions options;
  options.path = StorePath(config);
  options.block_cache = size_t{config.block_cache_mib()} << 20;
  options.load_buffer = size_t{config.load_buffer_mib()} << 20;
  options.write_buffers = MemoryPlanOf(config).write_buffers;
  options.disk_reserve = uint64_t{config.disk_reserve_mib()} << 20;
  return options;
}

absl::StatusOr<std::unique_ptr<storage::Store>> OpenStore(const config::v1::ServerConfig& config,
                                                          const IdentifierCatalogue& identifiers) {
  std::error_code error;
  std::filesystem::create_directories(config.data_dir(), error);
  if (error) return StoreNotWritable(config.data_dir(), error.message());
  return storage::OpenRocksdbStore(StoreOptions(config), identifiers);
}

}  // namespace probity::server
