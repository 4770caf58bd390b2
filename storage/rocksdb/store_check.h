// Looks for damage in the rows and files of a store: checksums, the chain of manifests,
// and whether records, index and changes say the same. Read at one snapshot, so that
// writers may go on.
#ifndef PROBITY_STORAGE_ROCKSDB_STORE_CHECK_H_
#define PROBITY_STORAGE_ROCKSDB_STORE_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/database.h"

namespace probity::storage {

// At most so many findings of one kind of row are listed; who has more needs no more.
inline constexpr int kMostFindings = 100;

// Parts and sections as in probity.v1.StoreFinding.
void AddFinding(absl::string_view part, absl::string_view place, absl::string_view message,
                absl::string_view recovery, probity::v1::CheckStoreResponse* report);

// See Maintenance::Check().
absl::Status CheckStoredRows(const Database& database, const CheckDepth& depth,
                             probity::v1::CheckStoreResponse* report);

// Reads every block of the live sorted files and compares its checksum; a file that is
// compacted away meanwhile does not count.
absl::Status CheckTables(rocksdb::DB* db, const rocksdb::Options& options, const CheckDepth& depth,
                         absl::string_view part, absl::string_view recovery,
                         probity::v1::CheckStoreResponse* report);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_STORE_CHECK_H_
