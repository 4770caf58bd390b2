// The watch's rows in a RocksDB of their own.
#ifndef PROBITY_STORAGE_ROCKSDB_ROCKSDB_WATCH_DATABASE_H_
#define PROBITY_STORAGE_ROCKSDB_ROCKSDB_WATCH_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/watch/watch_database.h"

namespace rocksdb {
class Env;
}

namespace probity::storage {

struct RocksdbWatchOptions {
  // Directory; made when its parent exists.
  std::string path;
  // Bytes of the block cache: pages of events and members that are read again.
  size_t block_cache = size_t{8} << 20;
  // Files; not owned; nullptr for the machine's own.
  rocksdb::Env* env = nullptr;
};

// Opens it, or makes an empty one. What is damaged is thrown away with all its files:
// it can be made again.
//   FAILED_PRECONDITION / STORE_IN_USE; UNAVAILABLE / WATCH_UNAVAILABLE
absl::StatusOr<std::unique_ptr<WatchDatabase>> OpenRocksdbWatchDatabase(
    const RocksdbWatchOptions& options);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROCKSDB_WATCH_DATABASE_H_
