// How each table is laid out in files: block size, compression, bloom prefixes,
// bounds of memory.
#ifndef PROBITY_STORAGE_ROCKSDB_TABLE_OPTIONS_H_
#define PROBITY_STORAGE_ROCKSDB_TABLE_OPTIONS_H_

#include <vector>

#include "rocksdb/db.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::storage {

rocksdb::DBOptions MakeDbOptions(const RocksdbOptions& options);
// The default column family (unused), then the tables in order of Table.
std::vector<rocksdb::ColumnFamilyDescriptor> MakeColumnFamilies(const RocksdbOptions& options);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_TABLE_OPTIONS_H_
