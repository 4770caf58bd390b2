// Deletes rows by change lists: those of publishes that never finished, and
// those that only swept revisions could read. Both are restartable: each batch
// deletes a change together with the rows it stands for.
#ifndef PROBITY_STORAGE_ROCKSDB_CLEANER_H_
#define PROBITY_STORAGE_ROCKSDB_CLEANER_H_

#include "absl/status/status.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/revision.h"

namespace probity::storage {

// Removes the rows of all pending publishes, then their markers. `head` is the
// newest revision; no publish may run.
absl::Status RemovePending(Database* database, const Visible& head);

// Deletes what revisions at or above `floor` do not read, revision by
// revision, oldest first, and the requests that made revisions below it. The
// floor must be durable already.
absl::Status SweepBelow(Database* database, const Visible& head, uint64_t floor);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_CLEANER_H_
