// What a simulated disk holds, now and after a power cut. See simulated_disk.h.
#ifndef PROBITY_TESTS_CRASH_DISK_STATE_H_
#define PROBITY_TESTS_CRASH_DISK_STATE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rocksdb/io_status.h"

namespace probity::storage::testing {

enum class DiskAction {
  kCreate,
  kAppend,
  kTruncate,
  kSync,
  kClose,
  kRename,
  kLink,
  kDelete,
  kMakeDirectory,
  kSyncDirectory,
};

struct DiskOperation {
  uint64_t number = 0;  // from 1
  DiskAction action;
  std::string path;

  // "sync *.log", "rename CURRENT": the action and the kind of file.
  std::string Kind() const;
};

// What comes of an operation.
enum class Outcome {
  kDone,
  kPretended,     // reported as done; nothing happens
  kFails,         // an I/O error; nothing happens
  kFailsAfter,    // an I/O error, although it happened and is durable
  kNoSpace,       // out of space; of an append, the first half is there
  kNoSpaceAfter,  // out of space, although it happened and is durable
  kMachineStops,  // this one and all that follow fail; nothing happens any more
};
using DiskPolicy = std::function<Outcome(const DiskOperation&)>;

// What a disk holds, by absolute path.
struct DiskImage {
  std::set<std::string> directories;
  std::map<std::string, std::string> files;
};

inline constexpr uint64_t kFreeSpace = uint64_t{1} << 40;

// What becomes of that which was not synced.
enum class Unsynced {
  kLost,
  kRandomPart,  // of a file its first bytes, of a directory the first changes
  // The same, but files may have their length, with zeros from a page on.
  kRandomPages,
  kKept,
};

struct DiskFile {
  std::string bytes;
  size_t synced = 0;  // so many of them are durable
};

// What stands under a name; neither: nothing.
struct DiskNode {
  std::shared_ptr<DiskFile> file;
  bool is_directory = false;
};

// The caller of each method holds `mutex`. Paths are clean: absolute, without
// doubled or trailing slashes.
struct DiskState {
  using Names = std::map<std::string, DiskNode>;
  // Names of one directory that change in one step.
  using Step = std::vector<std::pair<std::string, DiskNode>>;

  std::mutex mutex;
  Names names;                                       // as the running machine sees them
  Names durable;                                     // as a power cut leaves them
  std::map<std::string, std::vector<Step>> waiting;  // by directory, for its sync
  std::set<std::string> locks;
  uint64_t free_space = kFreeSpace;
  DiskPolicy policy;
  std::vector<DiskOperation> operations;  // while there is a policy
  bool stopped = false;

  // The status of an operation. `work` is done unless the policy is against it;
  // `settle` then makes it durable where the policy wants that.
  rocksdb::IOStatus Do(DiskAction action, const std::string& path,
                       const std::function<void()>& work,
                       const std::function<void()>& settle = nullptr);
  // Changes names in the directory of `path`.
  rocksdb::IOStatus ChangeNames(DiskAction action, const std::string& path, const Step& step);
  // Moves a name into another directory: nothing says that both change in one step, and
  // each is durable with the sync of its own directory.
  rocksdb::IOStatus MoveName(const std::string& from, const std::string& to, const DiskNode& node);
  // Makes the names of a directory durable.
  void SyncNames(const std::string& directory);
  DiskImage AfterPowerCut(Unsynced unsynced, uint32_t seed) const;

  // nullptr when there is none.
  const DiskNode* Find(const std::string& path) const;
  std::shared_ptr<DiskFile> FindFile(const std::string& path) const;
};

// "/disk/store" of "/disk/store/x"; empty at the root.
std::string DirectoryOf(const std::string& path);
rocksdb::IOStatus NoFile(const std::string& path);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_DISK_STATE_H_
