// What operators do with the files under a store or an evidence log while it is used.
#ifndef PROBITY_STORAGE_MAINTENANCE_H_
#define PROBITY_STORAGE_MAINTENANCE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/storage/v1/backup.pb.h"
#include "probity/v1/backup.pb.h"

namespace rocksdb {
class Env;
}

namespace probity::storage {

// A directory with copies of one database. Copies share the files that they have in
// common.
struct BackupPlace {
  std::string directory;
  // Bytes written in a second; 0: as many as the disk takes.
  uint64_t bytes_per_second = 0;
  // Files of the copies; not owned; nullptr for the machine's own.
  rocksdb::Env* env = nullptr;
};

// How much is looked at.
struct CheckDepth {
  // Format, manifest and newest revision alone.
  bool quick = false;
  // True: give up. May be empty.
  std::function<bool()> is_cancelled = nullptr;
};

// How the files and the memory of one database stand. Bytes, and counts since it was opened.
struct FileStatistics {
  uint64_t file_bytes = 0;        // sorted files
  uint64_t unwritten_bytes = 0;   // rows in memory that stand in the log alone
  uint64_t cache_bytes = 0;       // block cache in use
  uint64_t compaction_bytes = 0;  // that wait to be compacted, estimated
  uint64_t slowdowns = 0;         // times that writes were slowed down
  uint64_t stops = 0;             // times that they were stopped
  uint64_t errors = 0;            // of flushes and compactions
  bool stopped = false;           // writes are stopped now
};

// Thread-safe; readers and writers go on meanwhile. Borrows what it belongs to.
class Maintenance {
 public:
  virtual ~Maintenance() = default;

  // Copies what is durable now, and perhaps more. The files of the copy are synced when
  // this returns; after an error nothing of it counts, and the next copy removes it.
  // Writes nothing to the database. Ends with CANCELLED soon after `is_cancelled` says so.
  //   RESOURCE_EXHAUSTED / DISK_FULL, FAILED_PRECONDITION / STORE_NOT_WRITABLE  of
  //                          the place
  //   DATA_LOSS / BACKUP_DAMAGED  an older copy in it; errors of the database
  virtual absl::StatusOr<v1::BackupCopy> CopyTo(
      const BackupPlace& place, const std::function<bool()>& is_cancelled) const = 0;

  // Adds what is wrong to `report`, and counts what was read. An error only where it
  // could not look, such as CANCELLED.
  virtual absl::Status Check(const CheckDepth& depth,
                             probity::v1::CheckStoreResponse* report) const = 0;

  // Cheap: reads no rows. Zeros while the database is closed to be opened again.
  virtual FileStatistics Statistics() const = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_MAINTENANCE_H_
