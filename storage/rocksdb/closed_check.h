// Looks for damage in a store or an evidence log that no server has open. Nothing of it
// is changed.
#ifndef PROBITY_STORAGE_ROCKSDB_CLOSED_CHECK_H_
#define PROBITY_STORAGE_ROCKSDB_CLOSED_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/storage/v1/storage.pb.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::storage {

// Adds what is wrong to `report`, also where the files cannot be opened for it. An error
// where it could not look: NOT_FOUND, FAILED_PRECONDITION / STORE_IN_USE,
// STORE_FORMAT_NEWER, INTERNAL.
absl::Status CheckClosedStore(const RocksdbOptions& options, const CheckDepth& depth,
                              probity::v1::CheckStoreResponse* report);
// The same of a log; options.key is not needed.
absl::Status CheckClosedLog(const EvidenceOptions& options, const CheckDepth& depth,
                            probity::v1::CheckStoreResponse* report);

// Whether a start would make a new store or log in `path`: there is none, and no remains of one.
bool IsUnused(const std::string& path);

// Manifest of the newest revision of a store that nobody has open; looks alone. NOT_FOUND
// where there is no store; FAILED_PRECONDITION / STORE_IN_USE; DATA_LOSS / STORE_CORRUPT.
absl::StatusOr<v1::Manifest> ReadClosedHead(const RocksdbOptions& options);

// Id of the log in `path`, and of those it goes on from; looks alone. NOT_FOUND; errors of
// OpenRocksdbEvidenceLog.
absl::StatusOr<std::vector<std::string>> ReadLogIds(const std::string& path);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_CLOSED_CHECK_H_
