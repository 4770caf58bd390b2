#include "tests/crash/simulated_disk.h"

#include <utility>

#include "tests/crash/disk_files.h"

namespace probity::storage::testing {
namespace {

using rocksdb::IOStatus;

// "/disk/store/" and "/disk//store" name /disk/store.
std::string Clean(const std::string& path) {
  std::string clean;
  for (const char c : path) {
    if (c != '/' || clean.empty() || clean.back() != '/') clean.push_back(c);
  }
  if (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

class Lock : public rocksdb::FileLock {
 public:
  explicit Lock(std::string path) : path(std::move(path)) {}
  const std::string path;
};

}  // namespace

SimulatedDisk::SimulatedDisk(const DiskImage& image)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::make_shared<DiskState>()) {
  for (const std::string& directory : image.directories) {
    state_->names[directory].is_directory = true;
  }
  for (const auto& [path, bytes] : image.files) {
    state_->names[path].file = std::make_shared<DiskFile>(DiskFile{bytes, bytes.size()});
  }
  state_->durable = state_->names;
}

SimulatedDisk::~SimulatedDisk() = default;

void SimulatedDisk::Arm(DiskPolicy policy) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->policy = std::move(policy);
  state_->operations.clear();
}

void SimulatedDisk::Disarm() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->policy = nullptr;
  state_->free_space = kFreeSpace;
}

std::vector<DiskOperation> SimulatedDisk::operations() const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->operations;
}

bool SimulatedDisk::stopped() const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->stopped;
}

void SimulatedDisk::set_free_space(uint64_t bytes) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->free_space = bytes;
}

DiskImage SimulatedDisk::AfterPowerCut(Unsynced unsynced, uint32_t seed) const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->AfterPowerCut(unsynced, seed);
}

IOStatus SimulatedDisk::NewSequentialFile(const std::string& path, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                          Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const DiskFilePtr file = state_->FindFile(Clean(path));
  if (file == nullptr) return NoFile(path);
  *result = OpenSequential(state_, file);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                            Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const DiskFilePtr file = state_->FindFile(Clean(path));
  if (file == nullptr) return NoFile(path);
  *result = OpenRandomAccess(state_, file);
  return IOStatus::OK();
}

// An old file of the name is not truncated but left, which is what a cut before
// the next sync of the directory brings back.
IOStatus SimulatedDisk::NewWritableFile(const std::string& path, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result,
                                        Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  if (state_->Find(DirectoryOf(clean)) == nullptr) return NoFile(path);
  const auto file = std::make_shared<DiskFile>();
  const IOStatus status =
      state_->ChangeNames(DiskAction::kCreate, clean, {{clean, DiskNode{file, false}}});
  if (status.ok()) *result = OpenWritable(state_, file, clean);
  return status;
}

IOStatus SimulatedDisk::ReopenWritableFile(const std::string& path,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                                           Context* context) {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    const std::string clean = Clean(path);
    if (const DiskFilePtr file = state_->FindFile(clean)) {
      *result = OpenWritable(state_, file, clean);
      return IOStatus::OK();
    }
  }
  return NewWritableFile(path, options, result, context);
}

IOStatus SimulatedDisk::ReuseWritableFile(const std::string&, const std::string&,
                                          const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSWritableFile>*, Context*) {
  return IOStatus::NotSupported("ReuseWritableFile");
}

IOStatus SimulatedDisk::NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomRWFile>*, Context*) {
  return IOStatus::NotSupported("NewRandomRWFile");
}

IOStatus SimulatedDisk::NewMemoryMappedFileBuffer(
    const std::string&, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>*) {
  return IOStatus::NotSupported("NewMemoryMappedFileBuffer");
}

IOStatus SimulatedDisk::NewDirectory(const std::string& path, const Options&,
                                     std::unique_ptr<rocksdb::FSDirectory>* result, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  const DiskNode* node = state_->Find(clean);
  if (node == nullptr || !node->is_directory) return NoFile(path);
  *result = OpenDirectory(state_, clean);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::FileExists(const std::string& path, const Options&, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->Find(Clean(path)) != nullptr ? IOStatus::OK() : IOStatus::NotFound();
}

IOStatus SimulatedDisk::GetChildren(const std::string& path, const Options&,
                                    std::vector<std::string>* result, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  result->clear();
  const std::string clean = Clean(path);
  if (state_->Find(clean) == nullptr) return NoFile(path);
  for (const auto& [name, node] : state_->names) {
    if (DirectoryOf(name) == clean) result->push_back(name.substr(clean.size() + 1));
  }
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetChildrenFileAttributes(const std::string& path, const Options& options,
                                                  std::vector<rocksdb::FileAttributes>* result,
                                                  Context* context) {
  std::vector<std::string> names;
  IOStatus status = GetChildren(path, options, &names, context);
  if (!status.ok()) return status;
  std::lock_guard<std::mutex> lock(state_->mutex);
  result->clear();
  for (const std::string& name : names) {
    const DiskFilePtr file = state_->FindFile(Clean(path) + "/" + name);
    result->push_back({name, file == nullptr ? 0 : file->bytes.size()});
  }
  return IOStatus::OK();
}

IOStatus SimulatedDisk::DeleteFile(const std::string& path, const Options&, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  if (state_->FindFile(clean) == nullptr) return NoFile(path);
  return state_->ChangeNames(DiskAction::kDelete, clean, {{clean, DiskNode()}});
}

IOStatus SimulatedDisk::Truncate(const std::string&, size_t, const Options&, Context*) {
  return IOStatus::NotSupported("Truncate");
}

IOStatus SimulatedDisk::CreateDir(const std::string& path, const Options&, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  if (state_->Find(clean) != nullptr) return IOStatus::IOError("File exists", path);
  if (state_->Find(DirectoryOf(clean)) == nullptr) return NoFile(path);
  return state_->ChangeNames(DiskAction::kMakeDirectory, clean, {{clean, DiskNode{nullptr, true}}});
}

IOStatus SimulatedDisk::CreateDirIfMissing(const std::string& path, const Options& options,
                                           Context* context) {
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    const DiskNode* node = state_->Find(Clean(path));
    if (node != nullptr && node->is_directory) return IOStatus::OK();
  }
  return CreateDir(path, options, context);
}

IOStatus SimulatedDisk::DeleteDir(const std::string& path, const Options&, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  const DiskNode* node = state_->Find(clean);
  if (node == nullptr || !node->is_directory) return NoFile(path);
  for (const auto& [name, child] : state_->names) {
    if (DirectoryOf(name) == clean) return IOStatus::IOError("Directory not empty", path);
  }
  return state_->ChangeNames(DiskAction::kDelete, clean, {{clean, DiskNode()}});
}

IOStatus SimulatedDisk::GetFileSize(const std::string& path, const Options&, uint64_t* size,
                                    Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const DiskFilePtr file = state_->FindFile(Clean(path));
  if (file == nullptr) return NoFile(path);
  *size = file->bytes.size();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileModificationTime(const std::string&, const Options&,
                                                uint64_t* seconds, Context*) {
  *seconds = 0;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::RenameFile(const std::string& from, const std::string& to, const Options&,
                                   Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string source = Clean(from), target = Clean(to);
  const DiskFilePtr file = state_->FindFile(source);
  if (file == nullptr) return NoFile(from);
  if (DirectoryOf(source) == DirectoryOf(target)) {
    return state_->ChangeNames(DiskAction::kRename, target,
                               {{source, DiskNode()}, {target, DiskNode{file, false}}});
  }
  return state_->MoveName(source, target, DiskNode{file, false});
}

IOStatus SimulatedDisk::LinkFile(const std::string& from, const std::string& to, const Options&,
                                 Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string target = Clean(to);
  const DiskFilePtr file = state_->FindFile(Clean(from));
  if (file == nullptr) return NoFile(from);
  return state_->ChangeNames(DiskAction::kLink, target, {{target, DiskNode{file, false}}});
}

IOStatus SimulatedDisk::NumFileLinks(const std::string&, const Options&, uint64_t*, Context*) {
  return IOStatus::NotSupported("NumFileLinks");
}

IOStatus SimulatedDisk::AreFilesSame(const std::string& first, const std::string& second,
                                     const Options&, bool* same, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const DiskFilePtr file = state_->FindFile(Clean(first));
  *same = file != nullptr && file == state_->FindFile(Clean(second));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::LockFile(const std::string& path, const Options&, rocksdb::FileLock** held,
                                 Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const std::string clean = Clean(path);
  if (!state_->locks.insert(clean).second) {
    return IOStatus::IOError("lock hold by current process", path);
  }
  *held = new Lock(clean);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::UnlockFile(rocksdb::FileLock* held, const Options&, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->locks.erase(static_cast<Lock*>(held)->path);
  delete held;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetAbsolutePath(const std::string& path, const Options&,
                                        std::string* absolute, Context*) {
  *absolute = path;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFreeSpace(const std::string&, const Options&, uint64_t* free, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  *free = state_->free_space;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::IsDirectory(const std::string& path, const Options&, bool* is, Context*) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const DiskNode* node = state_->Find(Clean(path));
  if (node == nullptr) return NoFile(path);
  *is = node->is_directory;
  return IOStatus::OK();
}

}  // namespace probity::storage::testing
