// How a RocksDB instance stands: sizes, and how often it held writers up.
#ifndef PROBITY_STORAGE_ROCKSDB_STATISTICS_H_
#define PROBITY_STORAGE_ROCKSDB_STATISTICS_H_

#include <vector>

#include "rocksdb/db.h"
#include "storage/maintenance.h"

namespace probity::storage {

// Over the tables `tables`, which share a block cache. Holds RocksDB's lock for some
// microseconds a table; what this release of RocksDB does not tell is 0.
FileStatistics StatisticsOf(rocksdb::DB* db,
                            const std::vector<rocksdb::ColumnFamilyHandle*>& tables);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_STATISTICS_H_
