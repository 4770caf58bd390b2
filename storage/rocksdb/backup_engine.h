// Copies of a database by RocksDB's BackupEngine, its faults in Probity's words.
#ifndef PROBITY_STORAGE_ROCKSDB_BACKUP_ENGINE_H_
#define PROBITY_STORAGE_ROCKSDB_BACKUP_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/maintenance.h"

namespace probity::storage {

// Copies `db`, whose files `env` reads, into `place`, which is made when its parent
// exists. See Maintenance::CopyTo(); faults of the database as RocksDB says them.
absl::StatusOr<v1::BackupCopy> CopyDatabase(rocksdb::DB* db, rocksdb::Env* env,
                                            const BackupPlace& place,
                                            const std::function<bool()>& is_cancelled);

// Ids of the copies in `place`, rising; none where there is no such directory.
absl::StatusOr<std::vector<uint32_t>> ListCopies(const BackupPlace& place);
// Compares size and checksum of every file. DATA_LOSS / BACKUP_DAMAGED names the file;
// NOT_FOUND without such a copy.
absl::Status VerifyCopy(const BackupPlace& place, uint32_t id);
// Removes copies, and files that none of those left has.
absl::Status DeleteCopies(const BackupPlace& place, const std::vector<uint32_t>& ids);
// Writes the files of a copy into `directory` of `env`, which is made and emptied; synced
// when this returns. Checksums are compared on the way.
absl::Status WriteCopy(const BackupPlace& place, uint32_t id, const std::string& directory,
                       rocksdb::Env* env);

// Where a copy can be opened to be read as it lies there.
struct ReadableCopy {
  std::string path;
  std::shared_ptr<rocksdb::Env> env;
};
absl::StatusOr<ReadableCopy> FindCopy(const BackupPlace& place, uint32_t id);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_BACKUP_ENGINE_H_
