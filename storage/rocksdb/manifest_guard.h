// Files as RocksDB sees them, with one rule more.
//
// RocksDB's MANIFEST names the tables that make up the database. When a write to
// it failed, its last edit may be on disk all the same. RocksDB 7.8 takes back an
// ingestion that failed so by deleting its tables; if the edit is there, the
// database cannot be opened any more. So from such a failure until another
// manifest is durably in place no table is deleted. Tables that stay behind are
// removed by RocksDB when it next opens.
#ifndef PROBITY_STORAGE_ROCKSDB_MANIFEST_GUARD_H_
#define PROBITY_STORAGE_ROCKSDB_MANIFEST_GUARD_H_

#include <memory>

#include "rocksdb/file_system.h"

namespace probity::storage {

std::shared_ptr<rocksdb::FileSystem> KeepTablesOfUnsureManifests(
    const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_MANIFEST_GUARD_H_
