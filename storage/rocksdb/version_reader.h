// Rows by version, of all datasets: for indexes that stand beside the store.
// Not masked.
#ifndef PROBITY_STORAGE_ROCKSDB_VERSION_READER_H_
#define PROBITY_STORAGE_ROCKSDB_VERSION_READER_H_

#include "absl/status/status.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/revision.h"
#include "storage/store.h"

namespace probity::storage {

// Store::ForEachVersion, for revisions from `earliest` to `shown`. The caller
// keeps `earliest` from being swept.
absl::Status VisitVersions(const Database& database, const Visible& earliest, const Visible& shown,
                           const RecordVersionVisitor& visit);

// Store::ForEachChange, for a revision whose change list is not swept.
absl::Status VisitChanges(const Database& database, const Visible& changed,
                          const RecordVersionVisitor& visit);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_VERSION_READER_H_
