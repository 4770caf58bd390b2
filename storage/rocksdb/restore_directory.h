// A directory that a database is put back into: whole, or refused by whoever opens it.
//
// The files are written and made ready in "restoring" below it, which is there from the
// first to the last step. Then they are moved up, CURRENT last: RocksDB finds no database
// before. A directory with "restoring" and without CURRENT is one whose restore was cut
// off; nothing opens it, and the next restore clears it. Moving files instead of the
// directory lets it be a disk of its own.
#ifndef PROBITY_STORAGE_ROCKSDB_RESTORE_DIRECTORY_H_
#define PROBITY_STORAGE_ROCKSDB_RESTORE_DIRECTORY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rocksdb/env.h"
#include "storage/rocksdb/store_directory.h"

namespace probity::storage {

// Borrows the environment. Unlocks the directory in the end.
class RestoreDirectory {
 public:
  RestoreDirectory(rocksdb::Env* env, std::string path);
  ~RestoreDirectory();
  RestoreDirectory(const RestoreDirectory&) = delete;

  // Makes it when its parent exists, locks it, and clears what a restore that was cut off
  // left in it.
  //   FAILED_PRECONDITION / RESTORE_TARGET_NOT_EMPTY, STORE_IN_USE, STORE_NOT_WRITABLE
  //   RESOURCE_EXHAUSTED / DISK_FULL
  absl::Status Begin();
  // Where to put the database; nobody has it open when Finish() is called.
  std::string files() const { return directory_.RestoreDirectory(); }
  // Moves it to its place, durable when this returns.
  absl::Status Finish();

 private:
  absl::Status Clear();
  absl::Status MoveUp();
  absl::Status Sync(const std::string& path) const;
  // Files and directories; none where there is no such directory.
  std::vector<std::string> ChildrenOf(const std::string& path) const;
  rocksdb::Status RemoveTree(const std::string& path) const;
  absl::Status Fault(const rocksdb::Status& status) const;

  rocksdb::Env* const env_;
  const std::string path_;
  const StoreDirectory directory_;
  rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_RESTORE_DIRECTORY_H_
