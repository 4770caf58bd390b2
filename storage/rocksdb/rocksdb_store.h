// The store that probityd runs: versions and revisions over RocksDB.
//
// docs/STORAGE_FORMAT.md describes what is on disk. The parts:
//   database     opens the files, names their faults
//   revision     one manifest in memory, masked for each authority
//   rocksdb_view reads one revision
//   version_reader  shows all versions of records, and what one revision changed
//   changed_keys  which records were written between two revisions
//   row_sink     takes rows in any order, in bounded memory
//   publisher    change set -> rows, cluster_writer -> supplier rows
//   cleaner      removes unfinished publishes and swept revisions
#ifndef PROBITY_STORAGE_ROCKSDB_ROCKSDB_STORE_H_
#define PROBITY_STORAGE_ROCKSDB_ROCKSDB_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "storage/store.h"

namespace rocksdb {
class Env;
}

namespace probity::storage {

inline constexpr size_t kLineageBytes = 16;

struct RocksdbOptions {
  // Directory of the store; made when its parent exists.
  std::string path;
  // Bytes of the block cache; indexes and filters live in it too.
  size_t block_cache = size_t{64} << 20;
  // Bytes of rows that a publish holds before it writes them out as a run of
  // sorted files.
  size_t load_buffer = size_t{96} << 20;
  // Bytes of rows of small publishes that are in memory before they become files.
  size_t write_buffers = size_t{32} << 20;
  // A publish of at most this many bytes of rows enters through the log.
  size_t small_publish = size_t{4} << 20;
  // Publishes are refused (DISK_FULL) when fewer bytes would be left.
  uint64_t disk_reserve = uint64_t{64} << 20;
  // Identity of a store that is made: kLineageBytes; empty draws them. Not read for
  // a store that is there.
  std::string lineage;
  // Files; not owned; nullptr for the machine's own.
  rocksdb::Env* env = nullptr;
  // The same where it has to live as long as the store.
  std::shared_ptr<rocksdb::Env> owned_env = nullptr;
};

// Opens the store, or makes one with revision 1. Removes what an unfinished
// publish left.
//   FAILED_PRECONDITION / STORE_IN_USE         another process, or this one, has it
//   FAILED_PRECONDITION / STORE_FORMAT_NEWER   nothing was written
//   FAILED_PRECONDITION / STORE_NOT_WRITABLE
//   DATA_LOSS / STORE_CORRUPT                  names the file; nothing is lost: put the
//                                              file back and the store is whole
//   FAILED_PRECONDITION / RESTORE_UNFINISHED
//   RESOURCE_EXHAUSTED / DISK_FULL
absl::StatusOr<std::unique_ptr<Store>> OpenRocksdbStore(const RocksdbOptions& options,
                                                        const IdentifierCatalogue& identifiers);

// The same to look at it alone: writes nothing, takes no lock, publishes nothing.
// NOT_FOUND where there is no store; errors of OpenRocksdbStore() about its files.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksdbStoreToRead(
    const RocksdbOptions& options, const IdentifierCatalogue& identifiers);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROCKSDB_STORE_H_
