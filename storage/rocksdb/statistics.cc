#include "storage/rocksdb/statistics.h"

#include <initializer_list>
#include <map>
#include <string>

#include "absl/strings/numbers.h"

namespace probity::storage {
namespace {

using Properties = rocksdb::DB::Properties;

uint64_t Read(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* table, const std::string& property) {
  uint64_t value = 0;
  return db->GetIntProperty(table, property, &value) ? value : 0;
}

// The first of the names that is told: releases name the same count differently.
uint64_t Count(const std::map<std::string, std::string>& told,
               std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = told.find(name);
    uint64_t value = 0;
    if (found != told.end() && absl::SimpleAtoi(found->second, &value)) return value;
  }
  return 0;
}

void AddTable(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* table, FileStatistics* sum) {
  sum->file_bytes += Read(db, table, Properties::kTotalSstFilesSize);
  sum->unwritten_bytes += Read(db, table, Properties::kCurSizeAllMemTables);
  sum->compaction_bytes += Read(db, table, Properties::kEstimatePendingCompactionBytes);
  sum->errors += Read(db, table, Properties::kBackgroundErrors);
  std::map<std::string, std::string> stalls;
  if (!db->GetMapProperty(table, Properties::kCFStats, &stalls)) return;
  sum->slowdowns += Count(stalls, {"io_stalls.total_slowdown", "total-delays"});
  sum->stops += Count(stalls, {"io_stalls.total_stop", "total-stops"});
}

}  // namespace

FileStatistics StatisticsOf(rocksdb::DB* db,
                            const std::vector<rocksdb::ColumnFamilyHandle*>& tables) {
  FileStatistics sum;
  for (rocksdb::ColumnFamilyHandle* table : tables) AddTable(db, table, &sum);
  if (tables.empty()) return sum;
  sum.cache_bytes = Read(db, tables.back(), Properties::kBlockCacheUsage);
  sum.stopped = Read(db, tables.back(), Properties::kIsWriteStopped) != 0;
  return sum;
}

}  // namespace probity::storage
