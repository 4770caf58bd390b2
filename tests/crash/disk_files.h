// Open files and directories of a simulated disk.
#ifndef PROBITY_TESTS_CRASH_DISK_FILES_H_
#define PROBITY_TESTS_CRASH_DISK_FILES_H_

#include <memory>
#include <string>

#include "rocksdb/file_system.h"
#include "tests/crash/disk_state.h"

namespace probity::storage::testing {

using DiskStatePtr = std::shared_ptr<DiskState>;
using DiskFilePtr = std::shared_ptr<DiskFile>;

std::unique_ptr<rocksdb::FSSequentialFile> OpenSequential(DiskStatePtr state, DiskFilePtr file);
std::unique_ptr<rocksdb::FSRandomAccessFile> OpenRandomAccess(DiskStatePtr state, DiskFilePtr file);
std::unique_ptr<rocksdb::FSWritableFile> OpenWritable(DiskStatePtr state, DiskFilePtr file,
                                                      std::string path);
std::unique_ptr<rocksdb::FSDirectory> OpenDirectory(DiskStatePtr state, std::string path);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_DISK_FILES_H_
