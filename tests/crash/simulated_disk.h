// A disk in memory that knows what a power cut leaves, for RocksDB to stand on.
//
// A file's bytes are durable once the file was synced. A name (created, renamed,
// linked, deleted) is durable once its directory was synced; before that, names
// of one directory become durable in the order in which they changed, as on a
// journaling file system, and directories are independent of each other. This is
// no more than POSIX promises and what RocksDB asks for.
//
// Every operation that changes something is numbered from Arm() on and shown to
// a policy, which may fail it, pretend it, or stop the machine.
#ifndef PROBITY_TESTS_CRASH_SIMULATED_DISK_H_
#define PROBITY_TESTS_CRASH_SIMULATED_DISK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rocksdb/file_system.h"
#include "tests/crash/disk_state.h"

namespace probity::storage::testing {

// Thread-safe. Locks end with the object, as with a process.
class SimulatedDisk : public rocksdb::FileSystemWrapper {
 public:
  using Status = rocksdb::IOStatus;
  using Options = rocksdb::IOOptions;
  using Context = rocksdb::IODebugContext;

  // All of `image` is durable.
  explicit SimulatedDisk(const DiskImage& image);
  ~SimulatedDisk() override;
  const char* Name() const override { return "SimulatedDisk"; }

  // Counts and asks `policy` from now on.
  void Arm(DiskPolicy policy);
  // From now on all goes well again, unless the machine was stopped.
  void Disarm();
  // Operations since Arm().
  std::vector<DiskOperation> operations() const;
  bool stopped() const;

  // What the next start of the machine finds.
  DiskImage AfterPowerCut(Unsynced unsynced, uint32_t seed) const;

  Status NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSSequentialFile>* result,
                           Context* context) override;
  Status NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                             Context* context) override;
  Status NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                         std::unique_ptr<rocksdb::FSWritableFile>* result,
                         Context* context) override;
  Status ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                            std::unique_ptr<rocksdb::FSWritableFile>* result,
                            Context* context) override;
  Status ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>*, Context*) override;
  Status NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                         std::unique_ptr<rocksdb::FSRandomRWFile>*, Context*) override;
  Status NewMemoryMappedFileBuffer(const std::string&,
                                   std::unique_ptr<rocksdb::MemoryMappedFileBuffer>*) override;
  Status NewDirectory(const std::string& path, const Options& options,
                      std::unique_ptr<rocksdb::FSDirectory>* result, Context* context) override;
  Status FileExists(const std::string& path, const Options& options, Context* context) override;
  Status GetChildren(const std::string& path, const Options& options,
                     std::vector<std::string>* result, Context* context) override;
  Status GetChildrenFileAttributes(const std::string& path, const Options& options,
                                   std::vector<rocksdb::FileAttributes>* result,
                                   Context* context) override;
  Status DeleteFile(const std::string& path, const Options& options, Context* context) override;
  Status Truncate(const std::string&, size_t, const Options&, Context*) override;
  Status CreateDir(const std::string& path, const Options& options, Context* context) override;
  Status CreateDirIfMissing(const std::string& path, const Options& options,
                            Context* context) override;
  Status DeleteDir(const std::string& path, const Options& options, Context* context) override;
  Status GetFileSize(const std::string& path, const Options& options, uint64_t* size,
                     Context* context) override;
  Status GetFileModificationTime(const std::string& path, const Options& options, uint64_t* seconds,
                                 Context* context) override;
  Status RenameFile(const std::string& from, const std::string& to, const Options& options,
                    Context* context) override;
  Status LinkFile(const std::string& from, const std::string& to, const Options& options,
                  Context* context) override;
  Status NumFileLinks(const std::string& path, const Options& options, uint64_t* count,
                      Context* context) override;
  Status AreFilesSame(const std::string& first, const std::string& second, const Options& options,
                      bool* same, Context* context) override;
  Status LockFile(const std::string& path, const Options& options, rocksdb::FileLock** lock,
                  Context* context) override;
  Status UnlockFile(rocksdb::FileLock* lock, const Options& options, Context* context) override;
  Status GetAbsolutePath(const std::string& path, const Options& options, std::string* absolute,
                         Context* context) override;
  Status GetFreeSpace(const std::string& path, const Options& options, uint64_t* free,
                      Context* context) override;
  Status IsDirectory(const std::string& path, const Options& options, bool* is,
                     Context* context) override;
  void set_free_space(uint64_t bytes);

 private:
  const std::shared_ptr<DiskState> state_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_SIMULATED_DISK_H_
